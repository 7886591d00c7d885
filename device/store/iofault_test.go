package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"till/device"
	"till/device/store"
	"till/sim/disksim"
)

// failing lets the operation with this number come to this end.
func failing(n int, v disksim.Verdict) func(disksim.Op) disksim.Verdict {
	return func(op disksim.Op) disksim.Verdict {
		if op.N == n {
			return v
		}
		return disksim.Do
	}
}

// tryAll works until something fails and returns what was acknowledged.
func (r *ran) tryAll(disk *disksim.Disk) error {
	r.disk = disk
	s, err := store.Open(home, on(disk)...)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // after a failure it has nothing to add
	for i, c := range r.work {
		if err := s.Append(slices.Clone(c.recs), c.rows); err != nil {
			again := s.Append([]store.Record{{Kind: "again"}}, nil)
			if errors.Is(err, store.ErrUnknownCommit) && again == nil {
				return fmt.Errorf("a store was used after %w", err)
			}
			return err
		}
		r.acked = append(r.acked, disk.Ops())
		if i%5 == 4 {
			err := s.Checkpoint()
			if f, ok := errors.AsType[*device.Fault](err); err != nil && (!ok || f.Code != device.DiskFull) {
				return err // a full disk only puts the checkpoint off
			}
		}
	}
	return nil
}

// TestEveryFailedStepIsSurvived fails every operation once, both as not done
// and as done although reported otherwise; restarts the process; checks what
// it reads; and cuts the power on what it then adds.
func TestEveryFailedStepIsSurvived(t *testing.T) {
	work := workload(7)
	total := run(t, newDisk(t, disksim.Options{}), work).disk.Ops()
	for _, verdict := range []disksim.Verdict{disksim.Fail, disksim.FailDone} {
		failed := 0
		for n := 1; n <= total; n++ {
			disk := disksim.New(disksim.Options{History: true, OnOp: failing(n, verdict)})
			r := ran{work: work}
			err := r.tryAll(disk)
			if err != nil {
				failed++
				if _, ok := errors.AsType[*device.Fault](err); !ok {
					t.Errorf("operation %d: %v is not a fault", n, err)
				}
			}
			for _, then := range []func(*testing.T, *disksim.Disk) error{
				r.goesOn,
				func(t *testing.T, d *disksim.Disk) error { return r.staysRead(t, d) },
			} {
				killed := disk.Kill(0)
				if err := then(t, killed); err != nil {
					t.Errorf("operation %d, verdict %d: %v", n, verdict, err)
				}
				closeDisk(t, killed)
			}
			closeDisk(t, disk)
		}
		if failed < total/2 {
			t.Errorf("%d of %d failures were noticed", failed, total)
		}
	}
}

// goesOn restarts on a disk that has failed, appends, cuts the power with all
// unsynced writes lost, and checks that nothing read or acknowledged is gone.
func (r *ran) goesOn(t *testing.T, disk *disksim.Disk) error {
	t.Helper()
	s, err := store.Open(home, on(disk)...)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // of a world that is no more
	n, err := r.prefix(s)
	if err != nil {
		return err
	}
	if n < len(r.acked) {
		return fmt.Errorf("%w: %d of %d acknowledged commits are there", errLost, n, len(r.acked))
	}
	if err := s.Append([]store.Record{{Kind: "on"}}, nil); err != nil {
		return err
	}
	want, _ := s.Head()
	cut := disk.CrashClone(disksim.Cut{Damage: disksim.Drop})
	defer closeDisk(t, cut)
	after, err := store.Open(home, store.OnDisk(cut), small)
	if err != nil {
		return err
	}
	defer func() { _ = after.Close() }() // only read from
	if got, _ := after.Head(); got != want {
		return fmt.Errorf("%w: head %d after the cut, %d before", errLost, got, want)
	}
	return after.VerifyAll()
}

// TestUnknownCommitEndsTheUseOfTheStore fails the sync of a commit.
func TestUnknownCommitEndsTheUseOfTheStore(t *testing.T) {
	disk := newDisk(t, disksim.Options{})
	s := open(t, disk)
	defer func() { _ = s.Close() }() // dead
	disk.OnOp(func(op disksim.Op) disksim.Verdict {
		if op.Kind == disksim.Sync {
			return disksim.Fail
		}
		return disksim.Do
	})
	err := s.Append([]store.Record{{Kind: "begun"}}, nil)
	disk.OnOp(nil)
	wantFault(t, err, device.JournalBroken)
	if !errors.Is(err, store.ErrUnknownCommit) {
		t.Errorf("%v does not say that the outcome is unknown", err)
	}
	for name, use := range map[string]func() error{
		"Append":     func() error { return s.Append([]store.Record{{Kind: "more"}}, nil) },
		"OfTx":       func() error { _, err := s.OfTx(1); return err },
		"OpenRows":   func() error { _, err := s.OpenRows(); return err },
		"Totals":     func() error { _, err := s.Totals(20260101); return err },
		"LastTx":     func() error { _, err := s.LastTx(); return err },
		"Stats":      func() error { _, err := s.Stats(); return err },
		"Check":      s.Check,
		"VerifyAll":  s.VerifyAll,
		"Checkpoint": s.Checkpoint,
	} {
		if err := use(); !errors.Is(err, store.ErrUnknownCommit) {
			t.Errorf("%s after an unknown commit = %v", name, err)
		}
	}
}

// TestFullDiskFinishesWhatIsOpen runs a store into a full disk and expects the
// reserve to carry the next commits, and a clean refusal after that.
func TestFullDiskFinishesWhatIsOpen(t *testing.T) {
	disk := newDisk(t, disksim.Options{Capacity: 1 << 20})
	const reserve = 200 << 10
	opts := []store.Option{store.OnDisk(disk), store.Create(), store.ReserveSize(reserve), store.Floor(0)}
	s, err := store.Open(home, opts...)
	if err != nil {
		t.Fatal(err)
	}
	sale := func() error {
		return s.Append([]store.Record{{Tx: 1, Kind: "begun", Body: make([]byte, 3000)}}, nil)
	}
	sold := 0
	for ; !s.Full(); sold++ {
		if err := sale(); err != nil {
			t.Fatalf("sale %d: %v", sold, err)
		}
	}
	finished := 0
	for ; err == nil; finished++ {
		err = sale()
	}
	finished--
	wantFault(t, err, device.DiskFull)
	if sold == 0 || finished < 5 {
		t.Errorf("%d commits before the disk was full, %d from the reserve", sold, finished)
	}
	head, _ := s.Head()
	if err := s.Close(); err != nil {
		t.Log("close on a full disk:", err)
	}
	if s, err = store.Open(home, opts...); err != nil {
		t.Fatalf("open on a full disk: %v", err)
	}
	if got, _ := s.Head(); got < head {
		t.Errorf("head %d, want at least %d", got, head)
	}
	if !s.Full() {
		t.Error("a full disk is not reported after a restart")
	}
	disk.SetCapacity(4 << 20)
	if err := s.Checkpoint(); err != nil {
		t.Fatal(err)
	}
	if s.Full() {
		t.Error("still full after room was made")
	}
	if err := sale(); err != nil {
		t.Error(err)
	}
	if err := errors.Join(s.VerifyAll(), s.Check(), s.Close()); err != nil {
		t.Error(err)
	}
}

// TestNoSpaceAtAnyWriteLosesNothing lets every single write find the disk full.
func TestNoSpaceAtAnyWriteLosesNothing(t *testing.T) {
	work := workload(7)
	ref := run(t, newDisk(t, disksim.Options{}), work)
	created := ref.acked[0]
	for n := created; n <= ref.disk.Ops(); n++ {
		disk := disksim.New(disksim.Options{History: true})
		disk.OnOp(func(op disksim.Op) disksim.Verdict {
			if op.N == n && op.Kind == disksim.Write {
				return disksim.Full
			}
			return disksim.Do
		})
		r := ran{work: work}
		if err := r.tryAll(disk); err != nil {
			t.Errorf("operation %d: %v", n, err)
		}
		clone := disk.CrashClone(disksim.Cut{Damage: disksim.Drop})
		if err := r.survives(clone, disk.Ops()); err != nil {
			t.Errorf("operation %d: %v", n, err)
		}
		closeDisk(t, clone)
		closeDisk(t, disk)
	}
}

func wantFault(t *testing.T, err error, code device.Code) {
	t.Helper()
	f, ok := errors.AsType[*device.Fault](err)
	if !ok || f.Code != code || f.Device != device.Store {
		t.Errorf("error %v; want a fault %s of the store", err, code)
	}
}
