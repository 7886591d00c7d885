package store_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"till/device"
	"till/device/store"
	"till/sim/disksim"
)

// oldCommits is how many commits of workload are in testdata/version1: the
// files that the program of schema version 1 (commit 23fef64) left when it was
// killed, checkpointed after the tenth. The last transaction is open.
const oldCommits = 14

// oldWork is the work that is in the store of version 1, whose rows have no
// kind, and the rows that become of it.
func oldWork() []commit {
	work := workload(oldCommits)
	for _, c := range work {
		for i := range c.rows {
			c.rows[i].Kind, c.rows[i].Of, c.rows[i].Operator = store.DefaultKind, "", ""
		}
	}
	return work
}

// oldFile reads a file of the store of version 1.
func oldFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "version1", name+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if b, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	return b
}

// oldDisk is a disk with the store of version 1 on it.
func oldDisk(t *testing.T, opt disksim.Options) *disksim.Disk {
	t.Helper()
	disk := disksim.New(opt)
	for _, name := range []string{"till.db", "till.db-wal"} {
		disk.WriteFile(home+"/"+name, oldFile(t, name))
	}
	return disk
}

// oldDir is a directory with the store of version 1 in it.
func oldDir(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range []string{"till.db", "till.db-wal"} {
		write(t, filepath.Join(dir, name), oldFile(t, name))
	}
	return dir
}

// refunded is a commit that only the new schema can keep.
func refunded(tx uint64) commit {
	return commit{
		[]store.Record{{Tx: tx, Kind: "refund promised"}},
		[]store.Row{{
			Tx: tx, Order: fmt.Sprintf("K7Q2X9%06d", tx), Day: 20251010, Amount: 40, Rail: "wechatpay",
			State: "promised", Open: true, Kind: "refund", Of: "K7Q2X9000001", Operator: "07",
		}},
	}
}

// TestStoreOfVersion1IsUpgradedWithWhatIsOpen opens it, refunds one of its
// sales and opens it again.
func TestStoreOfVersion1IsUpgradedWithWhatIsOpen(t *testing.T) {
	dir := oldDir(t)
	r := ran{work: oldWork()}
	s, err := store.Open(dir, small)
	if err != nil {
		t.Fatal(err)
	}
	open, err := s.OpenRows(store.DefaultKind)
	if err != nil || len(open) != 1 || open[0] != r.work[12].rows[0] {
		t.Errorf("open after the upgrade: %v, %v; want %v", open, err, r.work[12].rows)
	}
	for range 2 {
		if n, err := r.prefix(s); n != len(r.work) || err != nil {
			t.Errorf("%d of %d commits, %v", n, len(r.work), err)
		}
		next := refunded(uint64(100 + len(r.work)))
		guard := store.Guard{Of: next.rows[0].Of, Max: 100}
		if err := s.Append(next.recs, next.rows, guard); err != nil {
			t.Fatal(err)
		}
		next.recs[0].Hash = store.Hash{}
		r.work = append(r.work, next)
		if err := errors.Join(s.Check(), s.Close()); err != nil {
			t.Fatal(err)
		}
		if s, err = store.Open(dir, small); err != nil {
			t.Fatal(err)
		}
	}
	if of, err := s.RowsOf("K7Q2X9000001"); err != nil || len(of) != 2 {
		t.Errorf("refunds %v, %v", of, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestReaderOfVersion1ChangesNothing asks it everything, as a technician does
// before the new program has run.
func TestReaderOfVersion1ChangesNothing(t *testing.T) {
	dir := oldDir(t)
	before := contents(t, dir)
	s, err := store.Open(dir, store.ReadOnly())
	if err != nil {
		t.Fatal(err)
	}
	r := ran{work: oldWork()}
	if n, err := r.prefix(s); n != len(r.work) || err != nil {
		t.Errorf("%d of %d commits, %v", n, len(r.work), err)
	}
	one := r.work[2].rows[0] // tx 1, closed
	for name, ask := range map[string]func() ([]store.Row, error){
		"RowsByTail":      func() ([]store.Row, error) { return s.RowsByTail("000001", 9, "sale") },
		"RowsByReference": func() ([]store.Row, error) { return s.RowsByReference("420001", 9, "sale") },
		"RowsByAmount":    func() ([]store.Row, error) { return s.RowsByAmount(100, 20251001, 20251031, 9, "sale") },
		"RowsByTime":      func() ([]store.Row, error) { return s.RowsByTime(one.Amount, one.Day, one.At, one.At, 9) },
		"RowsByDay":       func() ([]store.Row, error) { return s.RowsByDay(one.Day, 0, 9) },
	} {
		if rows, err := ask(); err != nil || len(rows) == 0 || rows[len(rows)-1] != one {
			t.Errorf("%s = %v, %v", name, rows, err)
		}
	}
	if rows, err := s.RowsOf(one.Order); err != nil || len(rows) != 0 {
		t.Errorf("refunds in a store that knows none: %v, %v", rows, err)
	}
	if sum, err := s.OpenTotals("sale"); err != nil || sum.Count != 1 {
		t.Errorf("open %+v, %v", sum, err)
	}
	if totals, err := s.Totals(one.Day); err != nil || len(totals) != 1 || totals[0].Count != 4 {
		t.Errorf("totals %v, %v", totals, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	for name, b := range contents(t, dir) {
		if b != before[name] {
			t.Errorf("%s was changed", name)
		}
	}
}

// upgradeOnce opens the old store on a disk and leaves it as a power cut does.
func upgradeOnce(t *testing.T, disk *disksim.Disk) ran {
	t.Helper()
	s := open(t, disk)
	t.Cleanup(func() { _ = s.Close() }) // of a world that is no more
	r := ran{disk: disk, work: oldWork()}
	for range r.work { // acknowledged by the program of before
		r.acked = append(r.acked, 0)
	}
	next := refunded(100)
	next.recs[0].Seq = uint64(len(next.recs)) + head(r.work)
	if err := s.Append(slices.Clone(next.recs), next.rows); err != nil {
		t.Fatal(err)
	}
	r.work = append(r.work, next)
	r.acked = append(r.acked, disk.Ops())
	return r
}

func head(work []commit) (seq uint64) {
	for _, c := range work {
		seq += uint64(len(c.recs))
	}
	return seq
}

// TestNoPowerCutHarmsAnUpgrade cuts the power after every operation of the
// upgrade and of the first commit after it, in every way a disk can fail. The
// program comes back and upgrades again or goes on.
func TestNoPowerCutHarmsAnUpgrade(t *testing.T) {
	disk := oldDisk(t, disksim.Options{History: true})
	t.Cleanup(func() { closeDisk(t, disk) })
	r := upgradeOnce(t, disk)
	cuts, old := 0, 0
	for after := 1; after <= disk.Ops(); after++ {
		for _, damage := range disksim.Damages {
			for seed := range seeds(damage) {
				cut := disksim.Cut{After: after, Damage: damage, Seed: seed}
				clone := disk.CrashClone(cut)
				if isOld(t, clone) {
					old++
				}
				if err := r.survives(clone, after); err != nil {
					t.Errorf("%v: %v\n%v", cut, err, disk.Log()[max(0, after-3):after])
				}
				if err := checks(clone); err != nil {
					t.Errorf("%v: %v", cut, err)
				}
				closeDisk(t, clone)
				cuts++
			}
		}
	}
	if old == 0 || old == cuts {
		t.Errorf("%d of %d cuts leave the old version: the sweep does not straddle the upgrade", old, cuts)
	}
	t.Logf("%d operations, %d cuts, %d of them leave the old version", disk.Ops(), cuts, old)
}

// isOld tells whether a reader finds version 1 on a copy of the disk.
func isOld(t *testing.T, disk *disksim.Disk) bool {
	t.Helper()
	clone := disk.Kill(0)
	defer closeDisk(t, clone)
	version := -1
	conn, err := openRaw(clone)
	if err == nil {
		version, err = userVersion(conn)
		err = errors.Join(err, conn.Close())
	}
	if err != nil || version < 1 || version > 2 {
		t.Errorf("version %d, %v", version, err)
	}
	return version == 1
}

// checks has SQLite look at its pages and indexes.
func checks(disk *disksim.Disk) error {
	s, err := store.Open(home, on(disk)...)
	if err != nil {
		return err
	}
	return errors.Join(s.Check(), s.Close())
}

// TestKilledUpgradeIsNotTakenBack kills the process after every operation of
// the upgrade, restarts it and cuts the power as soon as it has read.
func TestKilledUpgradeIsNotTakenBack(t *testing.T) {
	disk := oldDisk(t, disksim.Options{History: true})
	t.Cleanup(func() { closeDisk(t, disk) })
	r := upgradeOnce(t, disk)
	for after := 1; after <= disk.Ops(); after++ {
		killed := disk.Kill(after)
		if err := r.staysRead(t, killed); err != nil {
			t.Errorf("killed after %d: %v", after, err)
		}
		closeDisk(t, killed)
	}
}

// TestEveryFailedStepOfAnUpgradeIsSurvived lets every operation fail or find
// the disk full, once; restarts the process; and cuts the power on what it
// then adds.
func TestEveryFailedStepOfAnUpgradeIsSurvived(t *testing.T) {
	probe := oldDisk(t, disksim.Options{History: true})
	total := upgradeOnce(t, probe).disk.Ops()
	t.Cleanup(func() { closeDisk(t, probe) })
	for _, verdict := range []disksim.Verdict{disksim.Fail, disksim.FailDone, disksim.Full} {
		failed := 0
		for n := 1; n <= total; n++ {
			disk := oldDisk(t, disksim.Options{History: true})
			disk.OnOp(func(op disksim.Op) disksim.Verdict {
				if op.N == n && (verdict != disksim.Full || op.Kind == disksim.Write) {
					return verdict
				}
				return disksim.Do
			})
			r := ran{work: oldWork(), acked: make([]int, oldCommits)}
			s, err := store.Open(home, on(disk)...)
			if err == nil {
				err = s.Close()
			}
			if _, ok := errors.AsType[*device.Fault](err); err != nil && !ok {
				t.Errorf("operation %d: %v is not a fault", n, err)
			}
			if err != nil {
				failed++
			}
			killed := disk.Kill(0)
			if err := r.goesOn(t, killed); err != nil {
				t.Errorf("operation %d, verdict %d: %v", n, verdict, err)
			}
			closeDisk(t, killed)
			closeDisk(t, disk)
		}
		t.Logf("verdict %d: %d of %d failures were noticed", verdict, failed, total)
		if failed == 0 && verdict != disksim.Full {
			t.Errorf("verdict %d: no failure was noticed", verdict)
		}
	}
}

// TestUpgradeOnAFullDiskUsesTheReserve leaves no room but the reserve, and no
// log that could be overwritten.
func TestUpgradeOnAFullDiskUsesTheReserve(t *testing.T) {
	probe := oldDisk(t, disksim.Options{})
	t.Cleanup(func() { closeDisk(t, probe) })
	conn, err := openRaw(probe)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(conn.Exec("PRAGMA wal_checkpoint(TRUNCATE)"), conn.Close()); err != nil {
		t.Fatal(err)
	}
	db, err := probe.ReadFile(home + "/till.db")
	if err != nil {
		t.Fatal(err)
	}
	const reserve = 128 << 10
	disk := newDisk(t, disksim.Options{Capacity: int64(len(db)) + reserve + 8192})
	disk.WriteFile(home+"/till.db", db)
	disk.WriteFile(home+"/reserve", make([]byte, reserve))
	s, err := store.Open(home, append(on(disk), store.Floor(0), store.ReserveSize(reserve))...)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Full() {
		t.Error("the reserve was not needed: the test shows nothing")
	}
	r := ran{work: oldWork()}
	if n, err := r.prefix(s); n != len(r.work) || err != nil {
		t.Errorf("%d of %d commits, %v", n, len(r.work), err)
	}
	if err := s.Append(refunded(100).recs, refunded(100).rows); err != nil {
		t.Error(err)
	}
	if err := errors.Join(s.Check(), s.Close()); err != nil {
		t.Error(err)
	}
}

// openRaw opens the database on a disk without the store.
func openRaw(disk *disksim.Disk) (*sqlite3.Conn, error) {
	return sqlite3.Open("file:" + home + "/till.db?psow=0&vfs=" + disk.VFS())
}

func userVersion(conn *sqlite3.Conn) (int, error) {
	st, _, err := conn.Prepare("PRAGMA user_version")
	if err != nil {
		return 0, err
	}
	st.Step()
	return st.ColumnInt(0), st.Close()
}
