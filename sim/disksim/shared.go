package disksim

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// shared returns the real file behind the shared memory of a database. It is
// rebuilt after every crash and so is no part of the disk. The caller holds
// the lock.
func (d *Disk) shared(name string) (string, error) {
	if d.tmp == "" {
		dir, err := processDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(dir, d.name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			return "", err
		}
		d.tmp = dir
	}
	return filepath.Join(d.tmp, filepath.Base(name)+"-shm"), nil
}

// processDir is the directory of this process, the same at every call. A lock
// in it says that the process lives; what dead ones left is removed, for a
// test that was killed had no time to.
var processDir = sync.OnceValues(func() (string, error) {
	root := memory()
	left, err := filepath.Glob(filepath.Join(root, "disksim-*", "alive"))
	if err != nil {
		return "", err
	}
	for _, path := range left {
		if f, err := takeLock(path, 0); err == nil {
			_ = os.RemoveAll(filepath.Dir(path)) // the next process tries again
			_ = f.Close()
		}
	}
	for range 10 { // somebody may sweep ours before it is locked
		dir, err := os.MkdirTemp(root, "disksim-")
		if err != nil {
			return "", err
		}
		if _, err := takeLock(filepath.Join(dir, "alive"), os.O_CREATE); err == nil {
			return dir, nil
		}
	}
	return "", fmt.Errorf("make a directory below %s: swept away", root)
})

// held keeps the lock's file from being closed as garbage.
var held []*os.File

func takeLock(path string, flag int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|flag, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close() // the error that matters is the lock's
		return nil, err
	}
	if flag&os.O_CREATE != 0 {
		held = append(held, f)
	}
	return f, nil
}

// memory is a real directory that is no real disk, if there is one.
func memory() string {
	const shm = "/dev/shm"
	if info, err := os.Stat(shm); err == nil && info.IsDir() {
		return shm
	}
	return os.TempDir()
}
