package rig

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
)

// child is the program between power on and power cut.
type child struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it is gone
	err  error         // of its end, once it is gone
	cut  atomic.Bool   // the power was taken from it
}

// drainLimit is how long, after the program's end, its last words are waited
// for: a process that it started might hold them open.
const drainLimit = time.Second

// startChild starts the program in a process group of its own, so that Ctrl-C
// reaches only the parent.
func startChild(exe string, args, env []string, out io.Writer) (*child, error) {
	c := &child{cmd: exec.Command(exe, args...), done: make(chan struct{})}
	c.cmd.Env = append(os.Environ(), env...)
	c.cmd.Stdout, c.cmd.Stderr = out, out
	c.cmd.WaitDelay = drainLimit
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		// The kernel kills the child when the thread that started it ends.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		c.err = c.cmd.Wait()
		close(c.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start the terminal: %w", err)
	}
	return c, nil
}

func (c *child) alive() bool {
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}

// kill ends the whole group at once and waits for the child.
func (c *child) kill() error {
	c.cut.Store(true)
	err := syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
	if err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("cut the power: %w", err)
	}
	<-c.done
	return nil
}

// how says how it ended, in the words of the system.
func (c *child) how() string {
	if c.err == nil {
		return "the program ended with status 0"
	}
	return "the program ended: " + c.err.Error()
}
