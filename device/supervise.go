package device

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
	"time"
)

// reopenEvery is the wait between two attempts to open a port that is not
// there. A replugged device must be back within a second.
const reopenEvery = 500 * time.Millisecond

// Supervise keeps serve running on the port that open opens, until ctx is
// done. When the port is missing, or serve returns because the wire broke,
// report gets the fault once and the port is tried again every half second;
// when it is open again report gets nil. The port is closed at once after an
// error: a port still held when its device is plugged in again comes back
// under another name. A fault that names no device is given name.
func Supervise(ctx context.Context, name string, open Opener, report func(*Fault), serve func(context.Context, Port) error) {
	var last Code
	tell := func(f *Fault) {
		switch {
		case f == nil: // the attempt before ended in a fault, or there was none
			last = ""
			report(nil)
		case f.Code != last:
			last = f.Code
			report(f)
		}
	}
	for ctx.Err() == nil {
		port, err := open()
		if err != nil {
			tell(openFault(name, err))
		} else {
			tell(nil)
			err = serveAndClose(ctx, port, serve)
			if ctx.Err() != nil {
				return
			}
			tell(serveFault(name, err))
		}
		select {
		case <-ctx.Done():
		case <-time.After(reopenEvery):
		}
	}
}

// serveAndClose closes the port when serve returns or ctx ends, whichever is
// first: closing is what frees a waiting Read.
func serveAndClose(ctx context.Context, port Port, serve func(context.Context, Port) error) error {
	stop := context.AfterFunc(ctx, func() { _ = port.Close() })
	defer stop()
	err := serve(ctx, port)
	_ = port.Close() // the error that matters is the one serve returned
	return err
}

func serveFault(name string, err error) *Fault {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.about(name)
	}
	return &Fault{Code: PortGone, Device: name, Op: "use", Err: err}
}

func openFault(name string, err error) *Fault {
	f, ok := errors.AsType[*Fault](err)
	switch {
	case ok:
		return f.about(name)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.EIO):
		return &Fault{Code: PortGone, Device: name, Op: "open", Err: err}
	case errors.Is(err, syscall.EBUSY), errors.Is(err, syscall.EWOULDBLOCK):
		return &Fault{Code: PortBusy, Device: name, Op: "open", Err: err}
	}
	return &Fault{Code: PortRefused, Device: name, Op: "open", Err: err}
}

// about is f with the device named, for a fault that was made where only the
// port is known.
func (f *Fault) about(name string) *Fault {
	if f.Device != "" {
		return f
	}
	named := *f
	named.Device = name
	return &named
}
