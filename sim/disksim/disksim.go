package disksim

import (
	"fmt"
	"maps"
	"os"
	"path"
	"sync"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3/vfs"
)

// Options say what kind of disk it is. The zero Options are an honest disk
// without a limit that remembers only what it needs for a crash now.
type Options struct {
	// History keeps every operation since New, so that CrashClone can go back
	// to any of them. A disk that lives long does without.
	History bool

	// Capacity is how many bytes all files together may hold; 0 is no limit.
	Capacity int64

	// OnOp is asked before every operation that changes the disk or syncs it,
	// and decides what comes of it. It must not call back into the disk.
	OnOp func(Op) Verdict
}

// Kind is what an operation does.
type Kind uint8

// The kinds of operation. SyncDir is the directory's own sync, which makes
// names durable: creations, deletions, renames.
const (
	Create Kind = iota + 1
	Write
	Truncate
	Sync
	SyncDir
	Delete
	Rename
)

var kindNames = [...]string{"?", "create", "write", "truncate", "sync", "syncdir", "delete", "rename"}

func (k Kind) String() string { return kindNames[k] }

// Op is one operation on the disk.
type Op struct {
	N    int // counts the operations of this disk from 1, those that failed too
	Kind Kind
	Path string
	Off  int64 // of a write, in bytes
	Len  int64 // of a write, or the new length of a truncated file

	node    int
	data    []byte // of a write
	to      string // of a rename
	verdict Verdict
}

func (op Op) String() string {
	return fmt.Sprintf("%d %v %s %d+%d", op.N, op.Kind, path.Base(op.Path), op.Off, op.Len)
}

// Verdict is what comes of an operation.
type Verdict uint8

const (
	Do       Verdict = iota // it is done
	Fail                    // an error is returned and it was not done
	FailDone                // an error is returned and yet it was done
	Full                    // "no space left" is returned and it was not done
	Lie                     // a sync that returns success and does nothing
)

// Disk is a disk in memory. All its methods may be called from several
// goroutines.
type Disk struct {
	opt  Options
	name string // of its SQLite file layer

	mu    sync.Mutex
	live  image // what a program sees
	base  image // what was on the platter before log
	log   []Op
	ops   int // how many operations there were
	nodes int // the last file number given out
	dirs  map[string]bool
	locks map[int]map[*file]vfs.LockLevel
	tmp   string // where SQLite's shared memory lives
}

// image is the contents of a disk: names to file numbers to bytes.
type image struct {
	names map[string]int
	data  map[int][]byte
}

func (im image) clone() image {
	c := image{names: map[string]int{}, data: map[int][]byte{}}
	maps.Copy(c.names, im.names)
	for node, b := range im.data {
		c.data[node] = append([]byte(nil), b...)
	}
	return c
}

var disks atomic.Int64

// New makes an empty disk. Close gives back what it holds of the real one.
func New(opt Options) *Disk {
	return newDisk(opt, image{}.clone())
}

func newDisk(opt Options, im image) *Disk {
	d := &Disk{
		opt:   opt,
		name:  fmt.Sprintf("disksim-%d", disks.Add(1)),
		live:  im,
		base:  im.clone(),
		dirs:  map[string]bool{},
		locks: map[int]map[*file]vfs.LockLevel{},
	}
	for _, node := range im.names {
		d.nodes = max(d.nodes, node)
	}
	vfs.Register(d.name, (*layer)(d))
	return d
}

// Close forgets the disk. SQLite must not use it any more.
func (d *Disk) Close() error {
	vfs.Unregister(d.name)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tmp == "" {
		return nil
	}
	return os.RemoveAll(d.tmp)
}

// OnOp changes who is asked before every operation; nil lets all of them pass.
func (d *Disk) OnOp(f func(Op) Verdict) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opt.OnOp = f
}

// SetCapacity changes the capacity in bytes; 0 is no limit.
func (d *Disk) SetCapacity(bytes int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opt.Capacity = bytes
}

// Ops returns how many operations there have been, which is the N of the last.
func (d *Disk) Ops() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ops
}

// Log returns the operations that are remembered, oldest first.
func (d *Disk) Log() []Op {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Op(nil), d.log...)
}

// Used returns how many bytes the files hold.
func (d *Disk) Used() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.used()
}

func (d *Disk) used() int64 {
	var n int64
	for _, node := range d.live.names {
		n += int64(len(d.live.data[node]))
	}
	return n
}

// do asks what comes of op, does it in the live image and remembers it. The
// caller holds the lock.
func (d *Disk) do(op Op) error {
	d.ops++
	op.N = d.ops
	if d.opt.OnOp != nil {
		op.verdict = d.opt.OnOp(op)
	}
	if op.verdict == Do && d.opt.Capacity > 0 && d.used()+d.growth(op) > d.opt.Capacity {
		op.verdict = Full
	}
	switch op.verdict {
	case Fail, Full:
		if op.Kind != Sync { // a sync that failed has consequences: see replay
			return failure(op)
		}
	}
	d.live.apply(op)
	d.log = append(d.log, op)
	if !d.opt.History && len(d.log) >= foldAt && op.Kind == Sync {
		d.fold()
	}
	return failure(op)
}

// growth is by how many bytes op makes its file longer.
func (d *Disk) growth(op Op) int64 {
	switch op.Kind {
	case Write, Truncate:
		return max(0, op.Off+op.Len-int64(len(d.live.data[op.node])))
	}
	return 0
}

// failure is the error that SQLite is told.
func failure(op Op) error {
	switch op.verdict {
	case Do, Lie:
		return nil
	case Full:
		return errFull
	}
	switch op.Kind {
	case Write:
		return errWrite
	case Sync:
		return errSync
	case SyncDir:
		return errSyncDir
	case Truncate:
		return errTruncate
	case Delete:
		return errDelete
	}
	return errOther
}

// apply changes the image as a finished operation does.
func (im image) apply(op Op) {
	switch op.Kind {
	case Create:
		im.names[op.Path] = op.node
		im.data[op.node] = nil
	case Write:
		im.data[op.node] = overlay(im.data[op.node], op.data, op.Off)
	case Truncate:
		im.data[op.node] = resize(im.data[op.node], op.Len)
	case Delete:
		delete(im.names, op.Path)
	case Rename:
		delete(im.names, op.Path)
		im.names[op.to] = op.node
	}
}

func overlay(b, data []byte, off int64) []byte {
	if end := off + int64(len(data)); end > int64(len(b)) {
		b = resize(b, end)
	}
	copy(b[off:], data)
	return b
}

func resize(b []byte, size int64) []byte {
	if size <= int64(len(b)) {
		return b[:size:size] // what is cut off never comes back
	}
	return append(b, make([]byte, size-int64(len(b)))...)
}
