package storesim

import (
	"errors"
	"fmt"
)

// The errors of a store, with the code under which device/store tells of it.
var (
	ErrGuard    = errors.New("guard does not hold")            // no fault of the disk; the store goes on
	ErrUnknown  = errors.New("outcome of the commit unknown")  // J01, or J03 with ErrFull
	ErrFull     = errors.New("disk full")                      // J03
	ErrReadOnly = errors.New("disk is read-only")              // J01
	ErrNewer    = errors.New("store of a newer program")       // J05
	ErrDamaged  = errors.New("store does not verify")          // J02
	ErrOver     = errors.New("this life of the store is over") // none: the process is gone
	errSum      = errors.New("amounts of a day without a sum") // J01
)

// Failure is how a commit fails. After each of them the store is dead, and its
// Restart finds all of the commit or nothing.
type Failure uint8

// The failures. Torn ones are those with which the power goes in the middle.
const (
	_              Failure = iota
	NotDone                // nothing was written
	DoneAllTheSame         // all was written, and only the answer is an error
	TornToNothing          // cut off in the middle; recovery finds nothing of it
	TornToAll              // cut off in the middle; recovery finds all of it
)

func (f Failure) String() string {
	return [...]string{"no failure", "not done", "done all the same", "torn to nothing", "torn to all"}[f]
}

func (f Failure) done() bool { return f == DoneAllTheSame || f == TornToAll }

// Fail makes the next commit of this life fail. One that a guard refuses, and one
// of nothing, is none.
func (s *Store) Fail(how Failure) { s.next = how }

// commit decides what becomes of a commit.
func (s *Store) commit() (done bool, err error) {
	how := s.next
	s.next = 0
	switch d := s.disk; {
	case how != 0:
		return how.done(), fmt.Errorf("%w: %s", ErrUnknown, how)
	case d.readOnly:
		return false, fmt.Errorf("%w: %w", ErrUnknown, ErrReadOnly)
	case !d.takeRoom():
		return false, fmt.Errorf("%w: %w", ErrUnknown, ErrFull)
	}
	return true, nil
}

// takeRoom takes room for one commit, if need be from the reserve.
func (d *disk) takeRoom() bool {
	if !d.filled {
		return true
	}
	if d.room == 0 && d.reserved {
		d.reserved, d.room = false, d.spare
	}
	if d.room == 0 {
		return false
	}
	d.room--
	return true
}

// Fill brings the disk below its floor, so that Full tells it. left more commits
// find room, then spare more in the reserve (some 300 in the real one), unless it
// was given up before. After them a commit fails with ErrUnknown and ErrFull; to
// let that be done all the same, ask Fail.
func (s *Store) Fill(left, spare int) {
	d := s.disk
	d.filled, d.room, d.spare = true, left, spare
}

// MakeRoom ends what Fill began.
func (s *Store) MakeRoom() { s.disk.filled = false }

// Full tells that there is no room for another sale: the disk is below its floor
// or its reserve was given up. Nothing is refused for it here.
func (s *Store) Full() bool { return s.disk.filled || !s.disk.reserved }

// Checkpoint is what the program does when it is idle. It puts the reserve back
// when there is room.
func (s *Store) Checkpoint() error {
	if s.dead == nil {
		s.disk.keepReserve()
	}
	return s.dead
}

func (d *disk) keepReserve() { d.reserved = d.reserved || !d.filled }

// SetReadOnly makes the disk one that takes no writes: the next commit fails with
// ErrUnknown and ErrReadOnly and is not done, and no store can be opened.
func (s *Store) SetReadOnly(on bool) { s.disk.readOnly = on }

// SetLyingSync makes a disk that acknowledges and does not keep: what is appended
// from now on is lost at the next power cut. Once it is honest again, the next
// commit makes all durable that was not lost. till does not survive it.
func (s *Store) SetLyingSync(on bool) {
	d := s.disk
	d.lying = on
	if !on || d.durable != nil {
		return
	}
	d.durable = &image{records: len(d.entries)}
	for _, r := range d.rows {
		d.durable.rows = append(d.durable.rows, *r)
	}
}

// SetVersion makes the store one of another version, as a newer program does at
// its first start; see OpenAs.
func (s *Store) SetVersion(version int) { s.disk.version = version }

// Version is the version of the store; a new one has 2.
func (s *Store) Version() int { return s.disk.version }

// Restart is a power cut and the start of a program that knows the store: a new
// life on what is durable. The life before is over. Should the store not open, the
// new life is dead with the reason; OpenAs tells at once.
func (s *Store) Restart() *Store {
	s.disk.lose()
	next, _ := s.disk.begin(s.disk.version)
	return next
}

// Kill is Restart after a kill of the process, which loses nothing that it wrote,
// also on a disk that lies.
func (s *Store) Kill() *Store {
	next, _ := s.disk.begin(s.disk.version)
	return next
}

// OpenAs is a power cut and the start of a program that knows stores up to a
// version. An older store is brought up to it; a newer one is ErrNewer and stays as
// it is, to be opened by another program. A read-only disk is ErrReadOnly.
func (s *Store) OpenAs(version int) (*Store, error) {
	s.disk.lose()
	next, err := s.disk.begin(version)
	if err != nil {
		return nil, err
	}
	return next, nil
}

// begin ends the life before and begins the next.
func (d *disk) begin(version int) (*Store, error) {
	if d.life.dead == nil {
		d.life.dead = ErrOver
	}
	d.life = &Store{disk: d}
	switch {
	case d.version > version:
		d.life.dead = fmt.Errorf("%w: version %d, this program knows %d", ErrNewer, d.version, version)
		return d.life, d.life.dead
	case d.readOnly:
		d.life.dead = ErrReadOnly
		return d.life, d.life.dead
	}
	d.version = version
	d.keepReserve()
	if !d.lying {
		d.durable = nil // recovery makes durable what it found
	}
	return d.life, nil
}

// lose takes what is not durable off the disk.
func (d *disk) lose() {
	was := d.durable
	if was == nil {
		return
	}
	entries := d.entries[:was.records]
	d.index, d.chain, d.commits = newIndex(), Hash{}, 0
	for _, e := range entries {
		d.add(e)
		d.chain, d.commits = e.hash, e.commit
	}
	for _, r := range was.rows {
		d.put(r)
	}
}

// Damage makes a record rot: one bit of its body, or of its kind when it has none.
// It panics when there is no such record.
func (s *Store) Damage(seq uint64) {
	e := &s.disk.entries[seq-1]
	if len(e.Body) == 0 {
		e.Kind = string(e.Kind[0]^1) + e.Kind[1:]
		return
	}
	e.Body = append([]byte(nil), e.Body...)
	e.Body[len(e.Body)/2] ^= 1
}
