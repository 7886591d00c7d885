package store

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/ncruces/go-sqlite3"

	"till/device"
)

// ErrUnknownCommit means that the disk refused a commit in a way that leaves
// open whether its records will be there after a restart. The store refuses
// all further use; the process ends, and what the next one reads is the truth.
var ErrUnknownCommit = errors.New("outcome of the commit unknown")

// ErrGuard means that an Append would have broken one of its guards. Nothing of
// it was written, and the store goes on. It is a fault of the program.
var ErrGuard = errors.New("guard does not hold")

// errSum means that amounts cannot be added up.
var errSum = errors.New("amounts without a sum")

// ErrClosed is returned by a store after Close.
var ErrClosed = errors.New("store is closed")

// fault wraps an error of the disk or of SQLite in what a person can act on.
// One that is already a fault stays as it is.
func fault(op string, err error) error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*device.Fault](err); ok {
		return f
	}
	return &device.Fault{Code: codeOf(err), Device: device.Store, Op: op, Err: err}
}

func codeOf(err error) device.Code {
	switch {
	case full(err):
		return device.DiskFull
	case errors.Is(err, sqlite3.CORRUPT), errors.Is(err, sqlite3.NOTADB):
		return device.JournalDamaged
	case errors.Is(err, sqlite3.BUSY), errors.Is(err, sqlite3.LOCKED), errors.Is(err, syscall.EWOULDBLOCK):
		return device.JournalLocked
	}
	return device.JournalBroken
}

// full tells a full disk from a broken one. Memory shared through a file that
// cannot grow is reported as an I/O error with ENOSPC behind it.
func full(err error) bool {
	return errors.Is(err, sqlite3.FULL) ||
		errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

func damaged(op, format string, args ...any) error {
	return &device.Fault{
		Code: device.JournalDamaged, Device: device.Store, Op: op, Err: fmt.Errorf(format, args...),
	}
}
