package store

import (
	"errors"
	"path/filepath"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// The files of a store. SQLite adds till.db-wal, which holds the newest
// commits and is as precious as till.db, and till.db-shm, which is not.
const (
	dbName      = "till.db"
	newName     = "till.new" // being created; renamed when whole
	lockName    = "lock"
	reserveName = "reserve"
)

// Store is the journal's database. Its methods may be called from several
// goroutines; each takes the store for itself as long as it works.
type Store struct {
	opt    options
	dir    string
	path   string // of till.db
	unlock func() error

	mu      sync.Mutex
	conn    *sqlite3.Conn
	stmts   map[string]*sqlite3.Stmt
	dead    error // why the store refuses further use
	seq     uint64
	hash    Hash
	reserve bool  // the reserve is in place
	logged  int   // pages in the log
	written int64 // bytes written to the log since Open
}

type options struct {
	disk        Disk
	create      bool
	readOnly    bool
	floor       int64
	reserve     int64
	pageSize    int
	psow        bool   // tests only: the default of SQLite that loses sales
	synchronous string // FULL; anything else is for tests that must fail
	trusting    bool   // tests only: believe the log at start without syncing it
	busy        time.Duration
	idlePages   int // below so many pages in the log Checkpoint leaves it alone
}

// Option changes how a store is opened.
type Option func(*options)

// Create makes a new store where there is none. Without it a missing store is
// an error that wraps fs.ErrNotExist.
func Create() Option { return func(o *options) { o.create = true } }

// ReadOnly opens a store beside a running program: without the lock, without
// a checkpoint, and refusing Append.
func ReadOnly() Option { return func(o *options) { o.readOnly = true } }

// OnDisk puts the store on another disk than the operating system's.
func OnDisk(d Disk) Option { return func(o *options) { o.disk = d } }

// Floor sets below how many free bytes the disk counts as full (8 MiB unless
// told).
func Floor(bytes int64) Option { return func(o *options) { o.floor = bytes } }

// ReserveSize sets how many bytes are kept back for the end of what is open
// when the disk is full (4 MiB unless told, which is some 300 transitions).
func ReserveSize(bytes int64) Option { return func(o *options) { o.reserve = bytes } }

// Open opens the store in dir. It takes the store's lock, tells a foreign, a
// newer and a damaged store apart without changing a byte of them, lets
// SQLite recover its log, makes what it recovered durable, and reads the
// head. It does not walk the history. Errors are *device.Fault with codes J01
// to J06, or wrap fs.ErrNotExist.
func Open(dir string, opts ...Option) (*Store, error) {
	o := options{
		disk: osDisk{}, floor: 8 << 20, reserve: 4 << 20,
		pageSize: 4096, synchronous: "FULL", busy: busyTimeout, idlePages: idleCheckpointPages,
	}
	for _, opt := range opts {
		opt(&o)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fault("open", err)
	}
	s := &Store{opt: o, dir: dir, path: filepath.Join(dir, dbName), unlock: func() error { return nil }}
	if !o.readOnly {
		if s.unlock, err = o.disk.Lock(dir); err != nil {
			return nil, fault("lock", err)
		}
	}
	err = s.open()
	if full(err) && !o.readOnly && s.releaseReserve() {
		err = s.open()
	}
	if err != nil {
		_ = s.unlock() // the error that matters is the first
		return nil, err
	}
	return s, nil
}

// Close copies the log into the database as far as it can and closes both. It
// returns nil when called again.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil {
		return nil
	}
	var err error
	if s.dead == nil && !s.opt.readOnly {
		err = s.checkpoint()
	}
	s.dead = fault("use", ErrClosed)
	return errors.Join(err, s.disconnect(), s.unlock())
}

// Head returns the number and the hash of the last record: 0 and zero bytes
// for a store without any.
func (s *Store) Head() (seq uint64, hash Hash) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seq, s.hash
}

// Checkpoint copies the log into the database without waiting for readers,
// unless the log is still short, and puts the reserve back in its place if
// there is room again. The program calls it when it is idle, as often as it
// likes. After an error that is not J03 the store refuses further use.
func (s *Store) Checkpoint() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead != nil {
		return s.dead
	}
	if s.opt.readOnly {
		return nil
	}
	if s.logged >= s.opt.idlePages {
		if err := s.checkpoint(); err != nil {
			return err
		}
	}
	s.keepReserve()
	return nil
}

// checkpoint leaves the pages in the log where they are: the next commit
// begins the log anew if all of them were copied.
func (s *Store) checkpoint() error {
	pages, copied, err := s.conn.WALCheckpoint("main", sqlite3.CHECKPOINT_PASSIVE)
	switch {
	case err == nil && pages == copied:
		s.logged = 0
		return nil
	case err == nil, errors.Is(err, sqlite3.BUSY): // a reader; the next one will do
		return nil
	case full(err): // the log still holds everything
		return fault("checkpoint", err)
	}
	s.dead = fault("checkpoint", err)
	return s.dead
}

// Full tells that there is no room for another sale: the reserve has been
// given up, or the disk has less free than its floor. What is open may still
// be finished.
func (s *Store) Full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.full()
}

func (s *Store) full() bool {
	if s.opt.readOnly {
		return false
	}
	free, err := s.opt.disk.Free(s.dir)
	return !s.reserve || err != nil || free < s.opt.floor
}

// keepReserve makes the reserve if it is not there and there is room for it
// above the floor.
func (s *Store) keepReserve() {
	if s.reserve || s.opt.readOnly {
		return
	}
	path := filepath.Join(s.dir, reserveName)
	if _, size, err := s.opt.disk.Head(path, nil); err == nil && size >= s.opt.reserve {
		s.reserve = true
		return
	}
	free, err := s.opt.disk.Free(s.dir)
	if err != nil || free < s.opt.floor+s.opt.reserve {
		return
	}
	s.reserve = s.opt.disk.Reserve(path, s.opt.reserve) == nil
}

// releaseReserve gives the reserve up and tells whether that made room.
func (s *Store) releaseReserve() bool {
	path := filepath.Join(s.dir, reserveName)
	_, _, err := s.opt.disk.Head(path, nil)
	s.reserve = false
	return err == nil && s.opt.disk.Remove(path) == nil
}

// Stats is what health shows about the store.
type Stats struct {
	Records  uint64
	DB, WAL  int64 // bytes of the two files
	Written  int64 // bytes written to the log since Open; checkpoints add less than as much again
	Free     int64 // bytes left on the disk
	Reserved bool  // the reserve is in place
}

// Stats reads the sizes.
func (s *Store) Stats() (Stats, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead != nil {
		return Stats{}, s.dead
	}
	st := Stats{Records: s.seq, Written: s.written, Reserved: s.reserve}
	var err error
	if _, st.DB, err = s.opt.disk.Head(s.path, nil); err != nil {
		return Stats{}, fault("measure", err)
	}
	if _, st.WAL, err = s.opt.disk.Head(s.path+"-wal", nil); err != nil && !notThere(err) {
		return Stats{}, fault("measure", err)
	}
	if st.Free, err = s.opt.disk.Free(s.dir); err != nil {
		return Stats{}, fault("measure", err)
	}
	return st, nil
}
