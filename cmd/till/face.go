package main

import (
	"fmt"
	"log/slog"
	"os"
	"time"

	"till/device"
	"till/device/display"
	"till/txn"
	"till/txn/screen"
)

// face shows states on a display, in the language that the operator chose.
type face struct{ runner *display.Runner }

// openFace opens the configured display.
func openFace(cfg *Config, mark screen.Mark, remaining func(txn.Timer) (time.Duration, bool), log *slog.Logger) (face, error) {
	var glass display.Glass
	switch d := cfg.Display; d.Kind {
	case "none":
		glass = display.Null{}
	case "console":
		glass = display.NewConsole(os.Stdout)
	case "socket":
		glass = display.DialSocket(d.Path)
	default:
		return face{}, fmt.Errorf("display kind %q has no glass", d.Kind) // the configuration was checked
	}
	return face{display.NewRunner(display.Config{
		Glass: glass, Size: display.Size{W: cfg.Display.Width, H: cfg.Display.Height}, Mark: mark,
		Zone: cfg.Terminal.Timezone, Remaining: remaining,
		Failed: func(err error) { log.Warn("display", "err", err) },
	})}, nil
}

// Show puts a state up.
func (f face) Show(s txn.State) { f.runner.Show(screen.Of(s, s.Session.Lang)) }

// Stop puts up why the terminal cannot go on.
func (f face) Stop(s txn.Setup, why *device.Fault) {
	f.runner.Show(screen.Stopped(s, s.Lang, why.Device, txn.FaultCode(why.Code)))
}

// Sound makes a cue heard.
func (f face) Sound(c txn.Cue) { f.runner.Sound(c) }

// Close shows what was last to be shown and lets go of the display.
func (f face) Close() error { return f.runner.Close() }
