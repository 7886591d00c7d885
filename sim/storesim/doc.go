// Package storesim is the twin of device/store for the fast tier of the world:
// a journal.Store in memory that keeps what a real one keeps, forgets what a real
// one forgets, and fails when it is told to. It is for one goroutine, knows no
// clock and no chance: the world decides what goes wrong.
//
//	s := storesim.New()
//	keep := journal.Keeper{Store: s, Zone: 8 * time.Hour}
//	s.Fail(storesim.DoneAllTheSame)
//	err := keep.Append(before, after, entries) // wraps ErrUnknown, and s is dead
//	s = s.Restart()                            // the entries are there
//
// # What can go wrong
//
//	Fail           the commit fails, done or not; the store is dead (J01)
//	Fill, MakeRoom the disk is full (J03): Full tells, the reserve carries some more
//	SetReadOnly    a commit fails, not done, and the store is dead; none opens (J01)
//	SetLyingSync   what is acknowledged is lost at a power cut
//	Damage         a record rots: it no longer verifies (J02)
//	OpenAs         an older program meets a newer store (J05)
//
// till survives all of these but SetLyingSync: it is the world's control, which
// its invariants must catch. It survives damage by selling nothing more.
//
// What was asked with Fail belongs to one life of the store; the state of the disk
// (full, read-only, lying) outlives it.
//
// A full disk refuses nothing by itself: device/store only tells that it is full,
// and it is the machine that begins no sale then. So it is here: Full must be
// looked at after every event, as cmd/till does, and told to the machine as
// txn.FaultDiskFull. Appends go on, first into what is left below the floor, then
// from the reserve; beyond the reserve a commit fails with an unknown outcome. A
// reserve that was given up comes back with Checkpoint or the next life, when
// there is room again.
//
// # Decisions
//
// A new life takes the data over instead of copying it, so that a power cut costs
// nothing; the life before can no longer be asked, only looked at (Records, Rows,
// Verify). Only for a disk that lies the store remembers how it was. What would
// change our mind: a world that cuts one history at many places, as disksim does.
//
// A commit is durable or not as a whole. That SQLite keeps this promise on a torn
// disk is shown by the slow tier, device/store on disksim; so a torn commit is
// here one whose end the world chooses.
//
// Errors are this package's own and no device.Fault: a twin does not borrow from
// what it stands for. Each says above under which code the real one comes.
//
// The chain is written from the description in device/store and checked against
// it in cmd/till, as is every answer.
package storesim
