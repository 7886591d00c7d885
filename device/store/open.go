package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"time"

	"github.com/ncruces/go-sqlite3"

	"till/device"
)

const (
	applicationID = 0x74696c6c // "till"
	schemaVersion = 2          // in user_version; an older program refuses a newer one

	// A checkpoint costs three flushes, so that one after every sale would
	// double them: an idle moment is used from 1 MiB of log on (some 15
	// sales), and at 8 MiB a commit does it when no idle moment comes. What
	// is in the log is copied once more at the next start.
	idleCheckpointPages = 250
	autoCheckpointPages = 2000

	// frameHeader is what the log adds to each page, in bytes.
	//
	// Source: SQLite, "Database File Format", section 4.2.
	frameHeader = 24

	// busyTimeout is how long a commit waits for a technician's sqlite3 that
	// is writing. Nobody else does.
	busyTimeout = 5 * time.Second
)

// open does everything of Open that can be done again after room was made.
func (s *Store) open() error {
	exists, err := s.inspect()
	if err != nil {
		return err
	}
	if !exists {
		if !s.opt.create || s.opt.readOnly {
			return fmt.Errorf("open store %s: %w", s.dir, fs.ErrNotExist)
		}
		if err := s.createFile(); err != nil {
			return fault("create", err)
		}
	}
	if err := s.connect(); err != nil {
		_ = s.disconnect() // the error that matters is the first
		return fault("open", err)
	}
	return nil
}

func notThere(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// inspect reads the header of the database file, and of nothing else, to tell
// what it is before SQLite gets to touch it. SQLite keeps its name at byte 0,
// the user version at 60 and the application id at 68, in big endian.
//
// Source: SQLite, "Database File Format", section 1.3.
func (s *Store) inspect() (exists bool, err error) {
	_, walSize, err := s.opt.disk.Head(s.path+"-wal", nil)
	if err != nil && !notThere(err) {
		return false, fault("inspect", err)
	}
	var head [100]byte
	n, size, err := s.opt.disk.Head(s.path, head[:])
	switch {
	case notThere(err) && walSize > 0:
		// A new database would swallow the log of the one that is gone.
		return false, damaged("inspect", "%s is gone and its log is left", s.path)
	case notThere(err):
		return false, nil
	case err != nil:
		return false, fault("inspect", err)
	case size == 0:
		// SQLite would take it for a new database and delete the log.
		return false, damaged("inspect", "%s is empty", s.path)
	}
	if n < len(head) || string(head[:16]) != "SQLite format 3\x00" {
		return true, s.inspectUnknown(walSize)
	}
	id := binary.BigEndian.Uint32(head[68:])
	return true, judge(int64(id), int64(binary.BigEndian.Uint32(head[60:])))
}

// inspectUnknown is about a file that does not begin like SQLite's. If a log
// lies beside it, the power may have failed while its first page was being
// written, and SQLite will take that page from the log. If only our reserve
// lies beside it, it was a store once.
func (s *Store) inspectUnknown(walSize int64) error {
	if walSize > 0 {
		return nil
	}
	if _, _, err := s.opt.disk.Head(filepath.Join(s.dir, reserveName), nil); err == nil {
		return damaged("inspect", "%s does not begin like a database", s.path)
	}
	return &device.Fault{
		Code: device.JournalForeign, Device: device.Store, Op: "inspect",
		Err: fmt.Errorf("%s is not an SQLite database", s.path),
	}
}

// judge compares the two numbers of a database with ours.
func judge(id, version int64) error {
	f := &device.Fault{Device: device.Store, Op: "inspect"}
	switch {
	case id != applicationID:
		f.Code, f.Err = device.JournalForeign, fmt.Errorf("application id %#x", id)
	case version > schemaVersion:
		f.Code, f.Err = device.JournalNewer, fmt.Errorf("version %d, this program knows %d", version, schemaVersion)
	case version < 1:
		f.Code, f.Err = device.JournalDamaged, fmt.Errorf("version %d was never written", version)
	default:
		return nil
	}
	return f
}

// createFile makes a whole database under another name and renames it, so
// that a till.db is never half made, whenever the power fails.
func (s *Store) createFile() error {
	path := filepath.Join(s.dir, newName)
	drop := func() error {
		var err error
		for _, suffix := range []string{"-wal", "-shm", "-journal", ""} {
			err = errors.Join(err, s.opt.disk.Remove(path+suffix))
		}
		return err
	}
	if err := drop(); err != nil {
		return err
	}
	conn, err := sqlite3.OpenFlags(s.uri(path), sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE|sqlite3.OPEN_URI)
	if err != nil {
		return err
	}
	err = conn.Exec(fmt.Sprintf(`
		PRAGMA page_size = %d;
		PRAGMA journal_mode = MEMORY;
		PRAGMA synchronous = FULL;
		BEGIN;
		PRAGMA application_id = %d;
		PRAGMA user_version = %d;
		%s
		COMMIT;
		PRAGMA journal_mode = WAL;`, s.opt.pageSize, applicationID, schemaVersion, schemaFrom(0)))
	if err := errors.Join(err, conn.Close()); err != nil {
		return errors.Join(err, drop())
	}
	if err := s.opt.disk.Rename(path, s.path); err != nil {
		return err
	}
	return drop()
}

// uri is path as SQLite wants it. psow=0 says that a torn write may ruin its
// neighbours, which flash does; with the default of 1 acknowledged sales were
// lost in 6 of 300 power cuts (storage.md, section 5).
func (s *Store) uri(path string) string {
	q := url.Values{"psow": {"0"}}
	if s.opt.psow {
		q.Set("psow", "1")
	}
	if name := s.opt.disk.VFS(); name != "" {
		q.Set("vfs", name)
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

// connect opens the database for good.
func (s *Store) connect() error {
	flags := sqlite3.OPEN_READWRITE | sqlite3.OPEN_URI
	if s.opt.readOnly {
		flags = sqlite3.OPEN_READONLY | sqlite3.OPEN_URI
	}
	var err error
	if s.conn, err = sqlite3.OpenFlags(s.uri(s.path), flags); err != nil {
		return err
	}
	s.stmts = map[string]*sqlite3.Stmt{}
	// Before anything is read: a store that we refuse stays as it is.
	if _, err := s.conn.Config(sqlite3.DBCONFIG_NO_CKPT_ON_CLOSE, true); err != nil {
		return err
	}
	if err := s.conn.BusyTimeout(s.opt.busy); err != nil {
		return err
	}
	version, err := s.judgeAgain()
	if err != nil {
		return err
	}
	if err := s.configure(); err != nil {
		return err
	}
	if s.opt.readOnly {
		if err := s.coverOld(version); err != nil {
			return err
		}
		return s.readHead(schemaVersion)
	}
	if err := s.readHead(version); err != nil {
		return err
	}
	if err := s.settle(version); err != nil {
		return err
	}
	if err := s.upgrade(version); err != nil {
		return err
	}
	s.keepReserve()
	return nil
}

// judgeAgain asks SQLite for the two numbers, for they may be newer in the log
// than in the header.
func (s *Store) judgeAgain() (version int64, err error) {
	var id int64
	err = s.each("PRAGMA application_id", nil, func(st *sqlite3.Stmt) { id = st.ColumnInt64(0) })
	if err != nil {
		return 0, err
	}
	err = s.each("PRAGMA user_version", nil, func(st *sqlite3.Stmt) { version = st.ColumnInt64(0) })
	if err != nil {
		return 0, err
	}
	return version, judge(id, version)
}

func (s *Store) configure() error {
	settings := "PRAGMA temp_store = MEMORY; PRAGMA synchronous = " + s.opt.synchronous
	if err := s.conn.Exec(settings); err != nil || s.opt.readOnly {
		return err
	}
	var mode string
	err := s.each("PRAGMA journal_mode = WAL", nil, func(st *sqlite3.Stmt) { mode = st.ColumnText(0) })
	if err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("no write-ahead log: journal mode is %q", mode)
	}
	// The log is kept and overwritten: one that grows costs two flushes a commit.
	if _, err := s.conn.FileControl("main", sqlite3.FCNTL_PERSIST_WAL, true); err != nil {
		return err
	}
	// In the place of SQLite's own autocheckpoint.
	s.conn.WALHook(func(_ *sqlite3.Conn, _ string, pages int) error {
		added := pages - s.logged
		if added <= 0 { // the log was begun anew
			added = pages
		}
		s.logged = pages
		s.written += int64(added) * int64(s.opt.pageSize+frameHeader)
		return nil
	})
	return nil
}

// readHead reads the last record and checks the last link of the chain: what
// a start can afford whatever the age of the store.
func (s *Store) readHead(version int64) error {
	var last []Record
	err := s.each(selectRecord+" ORDER BY seq DESC LIMIT 2", nil, func(st *sqlite3.Stmt) {
		last = append(last, scanRecord(st))
	})
	if err != nil {
		return missingTable(err)
	}
	columns := selectRow + " LIMIT 0"
	if version < schemaVersion {
		columns = "SELECT 1 FROM tx LIMIT 0"
	}
	if err := s.each(columns, nil, nil); err != nil {
		return missingTable(err)
	}
	s.seq, s.hash = 0, Hash{}
	if len(last) == 0 {
		return nil
	}
	var prev Record
	if len(last) == 2 {
		prev = last[1]
	}
	if err := checkLink(prev, last[0]); err != nil {
		return err
	}
	s.seq, s.hash = last[0].Seq, last[0].Hash
	return nil
}

// missingTable turns "no such table" or "no such column" into damage: the application id is ours.
func missingTable(err error) error {
	if errors.Is(err, sqlite3.ERROR) {
		return damaged("open", "schema: %w", err)
	}
	return err
}

// settle makes durable what SQLite has just recovered. A process that was
// killed between writing a commit and syncing it leaves a log that reads well
// and is not on the disk; nothing may be done on its word before it is. The
// checkpoint syncs the log and copies it into the database. The commit of
// nothing after it begins the log anew: after a sync that failed the kernel
// takes pages for clean that never reached the disk, and a log with such a
// hole would take everything behind it along at the next power cut.
func (s *Store) settle(version int64) error {
	if s.opt.trusting {
		return nil
	}
	err := s.checkpoint()
	if err == nil {
		err = s.conn.Exec(fmt.Sprintf("PRAGMA user_version = %d", version))
	}
	if full(err) {
		return nil // the log was synced first; Full will tell
	}
	return err
}

func (s *Store) disconnect() error {
	if s.conn == nil {
		return nil
	}
	var err error
	for _, st := range s.stmts {
		err = errors.Join(err, st.Close())
	}
	err = errors.Join(err, s.conn.Close())
	s.conn, s.stmts = nil, nil
	return err
}
