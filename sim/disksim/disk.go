package disksim

import (
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"syscall"
)

// VFS names the disk's SQLite file layer, for the vfs parameter of a file URI.
func (d *Disk) VFS() string { return d.name }

// Lock takes the lock of a directory; a second taker gets EWOULDBLOCK. A
// directory is there as soon as it is named.
func (d *Disk) Lock(dir string) (unlock func() error, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dirs[dir] {
		return nil, &fs.PathError{Op: "lock", Path: dir, Err: syscall.EWOULDBLOCK}
	}
	d.dirs[dir] = true
	return func() error {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.dirs, dir)
		return nil
	}, nil
}

// Head reads the first bytes of a file into b and tells its size.
func (d *Disk) Head(path string, b []byte) (n int, size int64, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	node, ok := d.live.names[path]
	if !ok {
		return 0, 0, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return copy(b, d.live.data[node]), int64(len(d.live.data[node])), nil
}

// Rename syncs a file, gives it the name of another and syncs the directory:
// three operations, each of which may be the last.
func (d *Disk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	node, ok := d.live.names[from]
	if !ok {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	if err := d.do(Op{Kind: Sync, Path: from, node: node}); err != nil {
		return osError("sync", from, err)
	}
	if err := d.do(Op{Kind: Rename, Path: from, to: to, node: node}); err != nil {
		return osError("rename", from, err)
	}
	return osError("sync", filepath.Dir(to), d.do(Op{Kind: SyncDir, Path: to}))
}

// Remove deletes a file; one that is not there is no error.
func (d *Disk) Remove(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	node, ok := d.live.names[path]
	if !ok {
		return nil
	}
	return osError("remove", path, d.do(Op{Kind: Delete, Path: path, node: node}))
}

// Reserve makes a file of zeros.
func (d *Disk) Reserve(path string, size int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	node, err := d.create(path)
	if err != nil {
		return osError("create", path, err)
	}
	if err := d.do(Op{Kind: Truncate, Path: path, node: node, Len: size}); err != nil {
		d.live.apply(Op{Kind: Delete, Path: path})
		return osError("write", path, err)
	}
	return osError("sync", path, d.do(Op{Kind: Sync, Path: path, node: node}))
}

// Free tells how many bytes of the capacity are left.
func (d *Disk) Free(string) (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.opt.Capacity == 0 {
		return math.MaxInt64 / 2, nil
	}
	return max(0, d.opt.Capacity-d.used()), nil
}

// WriteFile puts a file on the platter at once, for tests that need one.
func (d *Disk) WriteFile(path string, b []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.nodes++
	for _, im := range []image{d.live, d.base} {
		im.names[path] = d.nodes
		im.data[d.nodes] = append([]byte(nil), b...)
	}
}

// ReadFile returns what a program sees in a file.
func (d *Disk) ReadFile(path string) ([]byte, error) {
	b := make([]byte, 0)
	_, size, err := d.Head(path, nil)
	if err != nil {
		return nil, err
	}
	b = append(b, make([]byte, size)...)
	_, _, err = d.Head(path, b)
	return b, err
}

// osError says err in the words of the operating system.
func osError(op, path string, err error) error {
	switch err {
	case nil:
		return nil
	case errFull:
		err = syscall.ENOSPC
	case errCantOpen:
		err = fs.ErrNotExist
	default:
		err = fmt.Errorf("%w: %w", syscall.EIO, err)
	}
	return &fs.PathError{Op: op, Path: path, Err: err}
}
