package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"testing"

	"till/device/store"
	"till/sim/disksim"
)

const home = "/till" // where the store lives on a simulated disk

// commit is one Append of a workload.
type commit struct {
	recs []store.Record
	rows []store.Row
}

// workload makes n commits as sales make them: begun, paid, printed, with rows
// at the first and the last. Every commit is different from all others.
func workload(n int) []commit {
	var w []commit
	var seq uint64
	for i := range n {
		tx := uint64(i/3 + 1)
		rec := func(kind string) store.Record {
			seq++
			return store.Record{
				Seq: seq, Tx: tx, At: 1_760_000_000_000 + int64(seq), Kind: kind,
				Body: bytes.Repeat([]byte{byte(seq)}, 200+int(seq*37%300)),
			}
		}
		row := store.Row{
			Tx: tx, Order: fmt.Sprintf("K7Q2X9%06d", tx), At: 1_760_000_000_000, Day: 20251009,
			Amount: int64(tx) * 100, Rail: "wechatpay", State: "asking", Open: true, Kind: store.DefaultKind,
		}
		if tx%2 == 0 {
			row.Kind, row.Of, row.Operator = "refund", fmt.Sprintf("K7Q2X9%06d", tx-1), "07"
		}
		switch i % 3 {
		case 0:
			w = append(w, commit{[]store.Record{rec("begun")}, []store.Row{row}})
		case 1:
			w = append(w, commit{[]store.Record{rec("paid"), rec("receipt due")}, nil})
		case 2:
			row.State, row.Open, row.Reference = "paid", false, fmt.Sprintf("42000%d", tx)
			w = append(w, commit{[]store.Record{rec("receipt printed")}, []store.Row{row}})
		}
	}
	return w
}

// ran is a workload that ran on a disk: acked[i] is the operation after which
// commit i was acknowledged.
type ran struct {
	disk  *disksim.Disk
	work  []commit
	acked []int
}

// run creates a store and does the work, with an idle moment after every
// fifth commit. The store is left open, as a power cut leaves it.
func run(t *testing.T, disk *disksim.Disk, work []commit, opts ...store.Option) ran {
	t.Helper()
	s := open(t, disk, opts...)
	t.Cleanup(func() { _ = s.Close() }) // of a world that is no more
	r := ran{disk: disk, work: work}
	for i, c := range work {
		if err := s.Append(slices.Clone(c.recs), c.rows); err != nil {
			t.Fatalf("commit %d: %v", i, err)
		}
		r.acked = append(r.acked, disk.Ops())
		if i%5 == 4 {
			if err := s.Checkpoint(); err != nil {
				t.Fatalf("checkpoint after commit %d: %v", i, err)
			}
		}
	}
	return r
}

func newDisk(t *testing.T, opt disksim.Options) *disksim.Disk {
	t.Helper()
	d := disksim.New(opt)
	t.Cleanup(func() { closeDisk(t, d) })
	return d
}

func closeDisk(t *testing.T, d *disksim.Disk) {
	t.Helper()
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// on is how the tests open a store: made if it is not there, and checkpointed
// whenever they say so.
func on(disk *disksim.Disk) []store.Option {
	return []store.Option{store.OnDisk(disk), store.Create(), small, store.EagerCheckpoint()}
}

func open(t *testing.T, disk *disksim.Disk, opts ...store.Option) *store.Store {
	t.Helper()
	s, err := store.Open(home, slices.Concat(on(disk), opts)...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// small keeps the reserve small: every clone of the disk copies it.
var small = store.ReserveSize(64 << 10)

// survives opens the store on what a power cut left and checks the promise:
// whole commits, a prefix of them, with every one acknowledged by operation
// number after, and rows that agree; and that the store can go on.
func (r ran) survives(disk *disksim.Disk, after int, opts ...store.Option) (err error) {
	acked := 0
	for acked < len(r.acked) && r.acked[acked] <= after {
		acked++
	}
	s, err := store.Open(home, slices.Concat(on(disk), opts)...)
	if err != nil {
		return fmt.Errorf("%d commits acknowledged: %w", acked, err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	n, err := r.prefix(s)
	if err != nil {
		return err
	}
	if n < acked {
		return fmt.Errorf("%w: %d of %d acknowledged commits are there", errLost, n, acked)
	}
	for range 2 {
		if err := s.Append([]store.Record{{Kind: "after"}}, nil); err != nil {
			return fmt.Errorf("append after recovery: %w", err)
		}
	}
	return s.VerifyAll()
}

var errLost = errors.New("lost")

// prefix returns how many commits of the work a store holds, or an error if
// what it holds is not exactly the first so many.
func (r ran) prefix(s *store.Store) (n int, err error) {
	if err := s.VerifyAll(); err != nil {
		return 0, err
	}
	var got []store.Record
	for rec, err := range s.Records(1) {
		if err != nil {
			return 0, err
		}
		rec.Hash = store.Hash{}
		got = append(got, rec)
	}
	rows := map[uint64]store.Row{}
	for _, c := range r.work {
		if len(got) == 0 {
			break
		}
		if len(got) < len(c.recs) {
			return 0, fmt.Errorf("half of commit %d is there", n)
		}
		for i, want := range c.recs {
			if fmt.Sprint(got[i]) != fmt.Sprint(want) {
				return 0, fmt.Errorf("commit %d: record %v, want %v", n, got[i], want)
			}
		}
		got = got[len(c.recs):]
		for _, row := range c.rows {
			rows[row.Tx] = row
		}
		n++
	}
	if len(got) > 0 {
		return 0, fmt.Errorf("%d records nobody wrote", len(got))
	}
	return n, agree(s, rows)
}

// agree checks the projection against a model of it.
func agree(s *store.Store, want map[uint64]store.Row) error {
	rows, err := s.RowsBefore(0, 1000)
	if err != nil {
		return err
	}
	open, err := s.OpenRows()
	if err != nil {
		return err
	}
	wantOpen := 0
	for _, row := range want {
		if row.Open {
			wantOpen++
		}
	}
	if len(rows) != len(want) || len(open) != wantOpen {
		return fmt.Errorf("%d rows, %d open; want %d and %d", len(rows), len(open), len(want), wantOpen)
	}
	for _, row := range rows {
		if want[row.Tx] != row {
			return fmt.Errorf("row %v, want %v", row, want[row.Tx])
		}
	}
	return nil
}

// seeds is how many seeds each kind of damage gets at each cut.
func seeds(d disksim.Damage) uint64 {
	switch {
	case d == disksim.Keep || d == disksim.Drop:
		return 1
	case testing.Short():
		return 1
	}
	return 3
}

// TestNoPowerCutLosesAnAcknowledgedCommit cuts the power after every operation
// on the disk, from the creation of the store on, in every way a disk can fail.
func TestNoPowerCutLosesAnAcknowledgedCommit(t *testing.T) {
	r := run(t, newDisk(t, disksim.Options{History: true}), workload(12))
	cuts := 0
	for after := 1; after <= r.disk.Ops(); after++ {
		for _, damage := range disksim.Damages {
			for seed := range seeds(damage) {
				cut := disksim.Cut{After: after, Damage: damage, Seed: seed}
				clone := r.disk.CrashClone(cut)
				if err := r.survives(clone, after); err != nil {
					t.Errorf("%v: %v\n%v", cut, err, r.disk.Log()[max(0, after-3):after])
				}
				closeDisk(t, clone)
				cuts++
			}
		}
	}
	t.Logf("%d operations, %d cuts", r.disk.Ops(), cuts)
}

// losses counts the cuts that break the promise. It is how a control shows
// that the sweep would see a store that cheats.
func (r ran) losses(
	t *testing.T, damages []disksim.Damage, perCut uint64, opts ...store.Option,
) (lost, cuts int) {
	t.Helper()
	for after := r.acked[0]; after <= r.disk.Ops(); after++ {
		for _, damage := range damages {
			for seed := range perCut {
				clone := r.disk.CrashClone(disksim.Cut{After: after, Damage: damage, Seed: seed})
				if err := r.survives(clone, after, opts...); err != nil {
					lost++
				}
				closeDisk(t, clone)
				cuts++
			}
		}
	}
	return lost, cuts
}

// TestControlsLoseCommits breaks one setting at a time and wants to see losses.
func TestControlsLoseCommits(t *testing.T) {
	drop := []disksim.Damage{disksim.Drop, disksim.Shuffle}
	liar := func(op disksim.Op) disksim.Verdict {
		if op.Kind == disksim.Sync {
			return disksim.Lie
		}
		return disksim.Do
	}
	for _, c := range []struct {
		name    string
		disk    disksim.Options
		opt     store.Option
		damages []disksim.Damage
		seeds   uint64
	}{
		{"synchronous normal", disksim.Options{}, store.Synchronous("NORMAL"), drop, 1},
		{"synchronous off", disksim.Options{}, store.Synchronous("OFF"), drop, 1},
		{"a disk that lies", disksim.Options{OnOp: liar}, store.Synchronous("FULL"), drop, 1},
		{"psow on", disksim.Options{}, store.PowersafeOverwrite(), []disksim.Damage{disksim.Ruin4K}, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.disk.History = true
			r := run(t, newDisk(t, c.disk), workload(12), c.opt)
			lost, cuts := r.losses(t, c.damages, c.seeds)
			if lost == 0 {
				t.Errorf("nothing lost in %d cuts: the sweep has no teeth", cuts)
			}
			t.Logf("%d of %d cuts lose commits", lost, cuts)
		})
	}
}

// TestKilledProcessLeavesNothingThatAPowerCutTakesBack kills the process after
// every operation, restarts it, and cuts the power as soon as it has read
// something: whatever it read must still be there, for it will have acted.
func TestKilledProcessLeavesNothingThatAPowerCutTakesBack(t *testing.T) {
	r := run(t, newDisk(t, disksim.Options{History: true}), workload(7))
	takenBack := func(opts ...store.Option) (all []error) {
		for after := 1; after <= r.disk.Ops(); after++ {
			killed := r.disk.Kill(after)
			if err := r.staysRead(t, killed, opts...); err != nil {
				all = append(all, fmt.Errorf("killed after %d: %w", after, err))
			}
			closeDisk(t, killed)
		}
		return all
	}
	for _, err := range takenBack() {
		t.Error(err)
	}
	if len(takenBack(store.Trusting())) == 0 {
		t.Error("a store that believes its log at start was not caught")
	}
}

// staysRead opens the store on a disk, reads all of it, cuts the power with
// all unsynced writes lost, and reads again.
func (r ran) staysRead(t *testing.T, disk *disksim.Disk, opts ...store.Option) error {
	t.Helper()
	s, err := store.Open(home, append([]store.Option{store.OnDisk(disk), small}, opts...)...)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // of a world that is no more
	read, err := r.prefix(s)
	if err != nil {
		return err
	}
	cut := disk.CrashClone(disksim.Cut{Damage: disksim.Drop})
	defer closeDisk(t, cut)
	after, err := store.Open(home, store.OnDisk(cut), small)
	if errors.Is(err, fs.ErrNotExist) && read == 0 {
		return nil // not even the name of the file was durable, and nothing in it
	}
	if err != nil {
		return err
	}
	left, err := r.prefix(after)
	if err == nil && left < read {
		err = fmt.Errorf("%w: %d commits read, %d left", errLost, read, left)
	}
	return errors.Join(err, after.Close())
}

// TestNewStoreIsThereAfterAPowerCut cuts the power as soon as Open returns.
func TestNewStoreIsThereAfterAPowerCut(t *testing.T) {
	disk := newDisk(t, disksim.Options{})
	s := open(t, disk)
	defer func() { _ = s.Close() }() // of a world that is no more
	cut := newClone(t, disk, disksim.Cut{Damage: disksim.Drop})
	again, err := store.Open(home, store.OnDisk(cut))
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// TestStormOfPowerCuts lives through many lives: each begins with what the
// power cut of the last one left, and ends in the middle of something.
func TestStormOfPowerCuts(t *testing.T) {
	lives := 300
	if testing.Short() {
		lives = 40
	}
	rng := rand.New(rand.NewPCG(1, 2))
	disk := newDisk(t, disksim.Options{History: true})
	var acked uint64
	for life := range lives {
		s := open(t, disk)
		head, _ := s.Head()
		if head < acked {
			t.Fatalf("life %d: head %d, %d acknowledged", life, head, acked)
		}
		marks := map[int]uint64{disk.Ops(): head} // what was acknowledged at which operation
		for range rng.IntN(12) {
			rec := store.Record{Tx: head / 3, Kind: "k", Body: make([]byte, rng.IntN(6000))}
			row := store.Row{Tx: head/3 + 1, Order: fmt.Sprint(head), Day: 20260101, Open: rng.IntN(2) == 0}
			if err := s.Append([]store.Record{rec}, []store.Row{row}); err != nil {
				t.Fatal(err)
			}
			head, _ = s.Head()
			marks[disk.Ops()] = head
			if rng.IntN(6) == 0 {
				if err := s.Checkpoint(); err != nil {
					t.Fatal(err)
				}
			}
		}
		cut := disksim.Cut{
			After:  min(1+rng.IntN(disk.Ops()+1), disk.Ops()),
			Damage: disksim.Damages[rng.IntN(len(disksim.Damages))], Seed: rng.Uint64(),
		}
		for op, seq := range marks {
			if op <= cut.After {
				acked = max(acked, seq)
			}
		}
		next := newClone(t, disk, cut)
		_ = s.Close() // of a world that is no more
		disk = next
	}
	s := open(t, disk)
	if err := errors.Join(s.VerifyAll(), s.Check(), s.Close()); err != nil {
		t.Error(err)
	}
	t.Logf("%d records after %d lives", acked, lives)
}

func newClone(t *testing.T, disk *disksim.Disk, cut disksim.Cut) *disksim.Disk {
	t.Helper()
	clone := disk.CrashClone(cut)
	t.Cleanup(func() { closeDisk(t, clone) })
	return clone
}
