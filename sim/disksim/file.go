package disksim

import (
	"io"

	"github.com/ncruces/go-sqlite3/vfs"
)

// code is an extended result code of SQLite.
//
// Source: https://sqlite.org/rescode.html
type code uint16

const (
	errBusy     code = 5
	errFull     code = 13
	errCantOpen code = 14
	errOther    code = 10
	errWrite    code = 10 | 3<<8
	errSync     code = 10 | 4<<8
	errSyncDir  code = 10 | 5<<8
	errTruncate code = 10 | 6<<8
	errDelete   code = 10 | 10<<8
	errNoEntry  code = 10 | 23<<8
)

func (c code) Error() string {
	switch c {
	case errBusy:
		return "disksim: busy"
	case errFull:
		return "disksim: no space left"
	}
	return "disksim: injected I/O error"
}

// layer is a Disk as SQLite's file layer.
type layer Disk

var _ vfs.VFS = (*layer)(nil)

func (l *layer) FullPathname(name string) (string, error) { return name, nil }

func (l *layer) Access(name string, _ vfs.AccessFlag) (bool, error) {
	d := (*Disk)(l)
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.live.names[name]
	return ok, nil
}

func (l *layer) Delete(name string, syncDir bool) error {
	d := (*Disk)(l)
	d.mu.Lock()
	defer d.mu.Unlock()
	node, ok := d.live.names[name]
	if !ok {
		return errNoEntry
	}
	if err := d.do(Op{Kind: Delete, Path: name, node: node}); err != nil {
		return err
	}
	if syncDir {
		return d.do(Op{Kind: SyncDir, Path: name})
	}
	return nil
}

func (l *layer) Open(name string, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	d := (*Disk)(l)
	d.mu.Lock()
	defer d.mu.Unlock()
	if name == "" { // temp_store is memory: SQLite has no reason to ask
		return nil, flags, errCantOpen
	}
	node, ok := d.live.names[name]
	if !ok {
		if flags&vfs.OPEN_CREATE == 0 {
			return nil, flags, errCantOpen
		}
		var err error
		if node, err = d.create(name); err != nil {
			return nil, flags, err
		}
	}
	f := &file{d: d, node: node, name: name, psow: true}
	// As ncruces' own layer: a journal or log that may have been created has
	// its directory synced with its first sync.
	const journals = vfs.OPEN_MAIN_JOURNAL | vfs.OPEN_SUPER_JOURNAL | vfs.OPEN_WAL
	f.syncDir = flags&vfs.OPEN_CREATE != 0 && flags&journals != 0
	if flags&vfs.OPEN_MAIN_DB != 0 {
		path, err := d.shared(name)
		if err != nil {
			return nil, flags, err
		}
		f.shm = vfs.NewSharedMemory(path, flags)
	}
	return f, flags, nil
}

// create makes an empty file. The caller holds the lock.
func (d *Disk) create(name string) (node int, err error) {
	d.nodes++
	err = d.do(Op{Kind: Create, Path: name, node: d.nodes})
	return d.nodes, err
}

// file is an open file as SQLite sees it.
type file struct {
	d       *Disk
	node    int
	name    string
	shm     vfs.SharedMemory
	psow    bool
	persist bool
	syncDir bool
}

var (
	_ vfs.FileSharedMemory       = (*file)(nil)
	_ vfs.FilePersistWAL         = (*file)(nil)
	_ vfs.FilePowersafeOverwrite = (*file)(nil)
	_ vfs.FileLockState          = (*file)(nil)
)

func (f *file) SharedMemory() vfs.SharedMemory { return f.shm }
func (f *file) PersistWAL() bool               { return f.persist }
func (f *file) SetPersistWAL(keep bool)        { f.persist = keep }
func (f *file) PowersafeOverwrite() bool       { return f.psow }
func (f *file) SetPowersafeOverwrite(on bool)  { f.psow = on }
func (f *file) SectorSize() int                { return unit }

// DeviceCharacteristics are those of ncruces' own layer on Linux, which
// believes in psow until it is told otherwise.
func (f *file) DeviceCharacteristics() vfs.DeviceCharacteristic {
	c := vfs.IOCAP_SUBPAGE_READ
	if f.psow {
		c |= vfs.IOCAP_POWERSAFE_OVERWRITE
	}
	return c
}

func (f *file) Close() error {
	if f.shm != nil {
		_ = f.shm.Close() // an error if it was never mapped, or is unmapped
	}
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	delete(f.d.locks[f.node], f)
	return nil
}

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	b := f.d.live.data[f.node]
	if off >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *file) WriteAt(p []byte, off int64) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	op := Op{
		Kind: Write, Path: f.name, node: f.node,
		Off: off, Len: int64(len(p)), data: append([]byte(nil), p...),
	}
	if err := f.d.do(op); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (f *file) Truncate(size int64) error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	return f.d.do(Op{Kind: Truncate, Path: f.name, node: f.node, Len: size})
}

func (f *file) Sync(vfs.SyncFlag) error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if err := f.d.do(Op{Kind: Sync, Path: f.name, node: f.node}); err != nil {
		return err
	}
	if !f.syncDir {
		return nil
	}
	f.syncDir = false
	return f.d.do(Op{Kind: SyncDir, Path: f.name})
}

func (f *file) Size() (int64, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	return int64(len(f.d.live.data[f.node])), nil
}

// Lock follows SQLite's five levels among the open files of one disk.
//
// Source: https://sqlite.org/lockingv3.html, section 3.
func (f *file) Lock(level vfs.LockLevel) error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	held := f.d.locks[f.node]
	if held == nil {
		held = map[*file]vfs.LockLevel{}
		f.d.locks[f.node] = held
	}
	if held[f] >= level {
		return nil
	}
	highest := vfs.LOCK_NONE // of the others
	for other, l := range held {
		if other != f {
			highest = max(highest, l)
		}
	}
	switch {
	case level == vfs.LOCK_SHARED && highest >= vfs.LOCK_PENDING,
		level == vfs.LOCK_RESERVED && highest >= vfs.LOCK_RESERVED:
		return errBusy
	case level == vfs.LOCK_EXCLUSIVE && highest >= vfs.LOCK_RESERVED:
		return errBusy
	case level == vfs.LOCK_EXCLUSIVE && highest >= vfs.LOCK_SHARED:
		held[f] = vfs.LOCK_PENDING
		return errBusy
	}
	held[f] = level
	return nil
}

func (f *file) Unlock(level vfs.LockLevel) error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if held := f.d.locks[f.node]; held[f] > level {
		held[f] = level
	}
	return nil
}

func (f *file) LockState() vfs.LockLevel {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	return f.d.locks[f.node][f]
}

func (f *file) CheckReservedLock() (bool, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	for _, level := range f.d.locks[f.node] {
		if level >= vfs.LOCK_RESERVED {
			return true, nil
		}
	}
	return false, nil
}
