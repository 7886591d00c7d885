package rig_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"till/device"
	"till/device/display"
	"till/device/serial"
	"till/sim/railsim/wechatsim"
	"till/sim/rig"
)

// The test binary is also the program in the rig, and a parent that dies.
func init() {
	switch os.Getenv("RIG_TEST") {
	case "program":
		stub()
	case "parent":
		parent()
	}
}

// stub is the least that a terminal does: it opens its lines, shows what is
// keyed, and ends when it is told to.
func stub() {
	config, err := os.ReadFile(os.Args[4])
	check(err)
	path := func(table string) string {
		m := regexp.MustCompile(`(?s)\[` + table + `\].*?(?:port|path) = "(.*?)"`).FindSubmatch(config)
		return string(m[1])
	}
	fmt.Println("started as", strings.Join(os.Args[1:], " "))
	glass := display.DialSocket(path("display"))
	keypad := open(path("keypad"))
	open(path("scanner"))
	open(path("printer"))
	img := image.NewRGBA(image.Rect(0, 0, 480, 320))
	show := func(text string) {
		check(glass.Show(display.Frame{Side: display.OperatorSide, ID: "01-idle", Lang: "en", Text: []string{text}, Image: img}))
	}
	show("")
	var keyed strings.Builder
	for b := make([]byte, 1); ; {
		if _, err := keypad.Read(b); err != nil {
			select {} // a program that does not even notice that its world is gone
		}
		if b[0] == 'C' {
			fmt.Println("told to end")
			os.Exit(3)
		}
		keyed.WriteString(string(b))
		next := image.NewRGBA(img.Rect)
		copy(next.Pix, img.Pix)
		img = next
		img.Set(10*len(keyed.String()), 5, color.RGBA{1, 2, 3, 255})
		show(keyed.String())
	}
}

func open(path string) device.Port {
	for { // the rig plugs the lines in before it starts the program
		p, err := serial.Open(path, serial.Mode{Baud: 9600, DataBits: 8, StopBits: 1})
		if err == nil {
			return p
		}
		if !errors.Is(err, fs.ErrNotExist) {
			check(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// parent starts a rig, says who its child is, and waits to be killed.
func parent() {
	check(os.Setenv("RIG_TEST", "program"))
	r, err := rig.Start(rig.Options{Dir: os.Args[1], Exe: os.Args[0]})
	check(err)
	check(r.Ready(patience))
	fmt.Println(r.PID())
	select {}
}

// patience is for what must happen soon, on any machine.
const patience = 30 * time.Second

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

// start builds a rig around the stub.
func start(t *testing.T, opts rig.Options) *rig.Rig {
	t.Helper()
	opts.Dir, opts.Exe, opts.Env = t.TempDir(), os.Args[0], []string{"RIG_TEST=program"}
	r, err := rig.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	if !opts.Off {
		if err := r.Ready(patience); err != nil {
			t.Fatalf("%v\n%s", err, strings.Join(r.Log(), "\n"))
		}
	}
	return r
}

func TestProgramGetsAConfigurationWithPrivateKeyFiles(t *testing.T) {
	r := start(t, rig.Options{Lang: "en"})
	want := "started as run --simulated --config " + filepath.Join(r.Dir(), "till.toml") + " --data " + filepath.Join(r.Dir(), "data")
	eventually(t, want, func() bool { return strings.Contains(strings.Join(r.Log(), "\n"), want) })
	for _, name := range []string{"till.toml", "keys/ca.pem", "keys/apiclient_key.pem", "keys/pub_key.pem"} {
		info, err := os.Stat(filepath.Join(r.Dir(), name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, want 0600", name, info.Mode().Perm())
		}
	}
}

func TestDisplayIsKeptWhole(t *testing.T) {
	r := start(t, rig.Options{})
	if err := r.Keypad.Press("7", "8"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the keys on the display", func() bool { return strings.Join(r.Operator().Text, "") == "78" })
	img := r.OperatorPicture()
	for _, x := range []int{10, 20} {
		if got := img.RGBAAt(x, 5); got != (color.RGBA{1, 2, 3, 255}) {
			t.Errorf("pixel %d of the two patches is %v", x, got)
		}
	}
	if r.CustomerPicture() != nil || r.Customer().Screen != rig.Dark {
		t.Error("a display that never showed anything is not dark")
	}
}

func TestPowerCutKillsAtOnceAndForgetsWhatIsOnTheWire(t *testing.T) {
	r := start(t, rig.Options{})
	r.OnEvent(func(ev rig.Event) {
		if ev.Kind == rig.Ended {
			t.Error("a power cut counts as an end of its own")
		}
	})
	first := r.PID()
	if err := r.PowerCut(); err != nil {
		t.Fatal(err)
	}
	if alive(first) || r.Alive() {
		t.Error("the program lives on")
	}
	if r.Operator().Screen != rig.Dark || r.OperatorPicture() != nil {
		t.Error("the display shines on")
	}
	if _, err := os.Lstat(filepath.Join(r.Dir(), "keypad")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the line is still there: %v", err)
	}
	if err := errors.Join(r.PowerCut(), r.Keypad.Press("9"), r.PowerOn(), r.PowerOn(), r.Ready(patience)); err != nil {
		t.Fatal(err)
	}
	if r.PID() == first {
		t.Error("the same process")
	}
	if err := r.Keypad.Press("1"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "one key", func() bool { return strings.Join(r.Operator().Text, "") == "1" })
	if err := r.Fallen(); err != nil {
		t.Errorf("a power cut counts as a crash: %v", err)
	}
}

// alive asks the kernel; one that nobody has buried is dead.
func alive(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, after, _ := strings.Cut(string(stat), ") ")
	return err == nil && !strings.HasPrefix(after, "Z") && !strings.HasPrefix(after, "X")
}

func TestProgramThatEndsByItselfIsNoticed(t *testing.T) {
	r := start(t, rig.Options{})
	ended := make(chan string, 1)
	r.OnEvent(func(ev rig.Event) {
		if ev.Kind == rig.Ended {
			ended <- ev.Text
		}
	})
	if err := r.Keypad.Press("cancel"); err != nil {
		t.Fatal(err)
	}
	if how := <-ended; !strings.Contains(how, "exit status 3") {
		t.Errorf("it ended: %s", how)
	}
	if r.Fallen() == nil || r.Alive() {
		t.Error("the rig does not know that the program has ended")
	}
	if err := errors.Join(r.PowerOn(), r.Ready(patience)); err != nil {
		t.Errorf("it cannot be started again: %v", err)
	}
}

func TestPowerGoesWhenSomethingHappens(t *testing.T) {
	for _, c := range []struct {
		event string
		cause func(*rig.Rig)
	}{
		{"code shown", func(r *rig.Rig) { r.Gateway.Wallet("").Code() }},
		{rig.Printing, func(r *rig.Rig) { r.Printer.Receive(bytes.Repeat([]byte("till\n"), 20)) }},
	} {
		t.Run(c.event, func(t *testing.T) {
			r := start(t, rig.Options{})
			c.cause(r)
			if !r.Alive() {
				t.Fatal("the power went before anybody asked for it")
			}
			r.CutWhen(c.event)
			c.cause(r)
			if r.Alive() {
				t.Fatal("the power is still on")
			}
			if err := r.PowerOn(); err != nil {
				t.Fatal(err)
			}
			c.cause(r)
			if !r.Alive() {
				t.Error("the power went twice")
			}
		})
	}
}

func TestCableThatIsPulledStaysSoThroughAPowerCut(t *testing.T) {
	r := start(t, rig.Options{})
	there := func() bool {
		_, err := os.Lstat(filepath.Join(r.Dir(), "scanner"))
		return err == nil
	}
	if err := r.Unplug("scanner"); err != nil || there() || r.Plugged("scanner") {
		t.Fatalf("unplugged: %v, there %v", err, there())
	}
	if err := errors.Join(r.PowerCut(), r.PowerOn()); err != nil {
		t.Fatal(err)
	}
	if there() {
		t.Error("the cable plugged itself in")
	}
	if err := r.Plug("scanner"); err != nil || !there() {
		t.Errorf("plugged: %v, there %v", err, there())
	}
	if err := r.Plug("cash drawer"); err == nil {
		t.Error("there is no cash drawer")
	}
}

// client trusts the rig's throw-away authority and nobody else.
func client(t *testing.T, r *rig.Rig) (*http.Client, string) {
	t.Helper()
	pem, err := os.ReadFile(filepath.Join(r.Dir(), "keys", "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile(filepath.Join(r.Dir(), "till.toml"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatal("no authority")
	}
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	t.Cleanup(c.CloseIdleConnections)
	return c, regexp.MustCompile(`https://[0-9.:]+`).FindString(string(config))
}

func TestNetworkComesBackOnTheSamePort(t *testing.T) {
	r := start(t, rig.Options{Off: true})
	c, url := client(t, r)
	ask := func() error {
		res, err := c.Get(url)
		if err == nil {
			_, err = io.Copy(io.Discard, res.Body)
			err = errors.Join(err, res.Body.Close())
		}
		return err
	}
	if err := ask(); err != nil || !r.NetworkUp() {
		t.Fatalf("up: %v", err)
	}
	if err := errors.Join(r.Network(false), r.Network(false)); err != nil {
		t.Fatal(err)
	}
	if err := ask(); !errors.Is(err, syscall.ECONNREFUSED) || r.NetworkUp() {
		t.Errorf("down: %v, want a refused connection", err)
	}
	if err := errors.Join(r.Network(true), ask()); err != nil {
		t.Errorf("up again: %v", err)
	}
}

func TestNetworkThatGoesCutsWhatIsOnTheWay(t *testing.T) {
	r := start(t, rig.Options{Off: true})
	c, url := client(t, r)
	if err := r.Gateway.SetText("query late 1h"); err != nil {
		t.Fatal(err)
	}
	arrived := make(chan struct{}, 1)
	r.OnEvent(func(ev rig.Event) {
		if ev.Kind == rig.GatewayDid && strings.Contains(ev.Text, string(wechatsim.Rejected)) {
			arrived <- struct{}{}
		}
	})
	failed := make(chan error, 1)
	go func() {
		res, err := c.Get(url + "/v3/pay/transactions/out-trade-no/1?mchid=1")
		if err == nil {
			_ = res.Body.Close() // it should not have come
		}
		failed <- err
	}()
	<-arrived
	if err := r.Network(false); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err == nil {
		t.Error("an answer came over a network that is down")
	}
}

func TestLatencyIsThereAndBack(t *testing.T) {
	r := start(t, rig.Options{Off: true})
	c, url := client(t, r)
	const latency = 60 * time.Millisecond
	r.Latency(latency)
	began := time.Now()
	res, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took < latency {
		t.Errorf("the answer came after %v, want at least %v", took, latency)
	}
}

func TestNothingIsLeftWhenTheParentIsKilled(t *testing.T) {
	cmd := exec.Command(os.Args[0], t.TempDir())
	cmd.Env = append(os.Environ(), "RIG_TEST=parent")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || !alive(pid) {
		t.Fatalf("child %q: %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	eventually(t, "the child's end", func() bool { return !alive(pid) })
}

func TestCloseMayComeAtAnyTimeAndTwice(t *testing.T) {
	r := start(t, rig.Options{})
	pid := r.PID()
	if err := errors.Join(r.Close(), r.Close()); err != nil {
		t.Error(err)
	}
	if alive(pid) {
		t.Error("the program lives on")
	}
	if err := r.PowerOn(); err == nil {
		t.Error("a closed rig was switched on")
	}
}
