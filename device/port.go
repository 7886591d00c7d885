// Package device is what every driver in this repository agrees on: a Port
// is a wire, a Fault is bad news that a person can act on, and Supervise keeps
// a driver on a wire that comes and goes. It is a leaf: it imports the
// standard library alone.
package device

import "io"

// Port is an open wire to one device: a serial line, a character device, or
// one half of a pipe whose other half is below sim.
//
// Read blocks until it has at least one byte and returns io.EOF after Close;
// it does not time out, because silence is for the driver to judge. Write
// returns when every byte is handed to the system, or with an error within a
// bounded time (two seconds for a wire that does not move). One goroutine may
// Read while another Writes.
type Port interface {
	io.ReadWriteCloser

	// String names the port as the configuration does: "/dev/ttyUSB0".
	String() string
}

// Opener opens a Port. An error that wraps fs.ErrNotExist means that the
// device is not there (yet).
type Opener func() (Port, error)
