package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Disk is what the store asks of a disk beside SQLite's own file layer. The
// operating system's is the default; sim/disksim has the one that forgets.
// Paths are absolute. Errors wrap what the system says: ENOSPC for a full
// disk, EWOULDBLOCK for a lock that is held, fs.ErrNotExist.
type Disk interface {
	// VFS names SQLite's file layer for this disk; "" is the operating system's.
	VFS() string

	// Lock makes dir if need be and takes its lock file until unlock is called
	// or the process ends, however it ends.
	Lock(dir string) (unlock func() error, err error)

	// Head reads the first bytes of a file into b and tells its size. It
	// changes nothing.
	Head(path string, b []byte) (n int, size int64, err error)

	// Rename puts a file in the place of another. When it returns nil, the
	// file's bytes and its new name survive a power cut.
	Rename(from, to string) error

	// Remove deletes a file. One that is not there is no error.
	Remove(path string) error

	// Reserve makes a file that holds size bytes of the disk.
	Reserve(path string, size int64) error

	// Free tells how many bytes can still be written below dir.
	Free(dir string) (int64, error)
}

// osDisk is the disk of the operating system.
type osDisk struct{}

var _ Disk = osDisk{}

func (osDisk) VFS() string { return "" }

// Lock uses flock(2), which the kernel lets go of when the process dies, and
// which does not meet the locks that SQLite takes on the database itself.
func (osDisk) Lock(dir string) (func() error, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		if err := syncDir(filepath.Dir(dir)); err != nil {
			return nil, err
		}
	}
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close() // the error that matters is the lock's
		return nil, &fs.PathError{Op: "lock", Path: f.Name(), Err: err}
	}
	return f.Close, nil
}

func (osDisk) Head(path string, b []byte) (n int, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = f.Close() }() // only read from
	info, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, 0, fmt.Errorf("read %s: not a file", path)
	}
	n, err = f.ReadAt(b[:min(int64(len(b)), info.Size())], 0)
	return n, info.Size(), err
}

// Rename syncs the file, renames it and syncs the directory. A directory that
// was not synced may come back from a power cut without the new name.
func (osDisk) Rename(from, to string) error {
	if err := syncFile(from); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

func (osDisk) Remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Reserve writes the bytes rather than trusting fallocate: they are few, it
// happens once, and some file systems promise blocks that they do not have.
func (osDisk) Reserve(path string, size int64) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			_ = os.Remove(path) // half a reserve would be taken for a whole one
		}
	}()
	block := make([]byte, 64<<10)
	for n := int64(0); n < size; n += int64(len(block)) {
		if _, err := f.Write(block[:min(int64(len(block)), size-n)]); err != nil {
			return err
		}
	}
	return f.Sync()
}

func (osDisk) Free(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, &fs.PathError{Op: "statfs", Path: dir, Err: err}
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
