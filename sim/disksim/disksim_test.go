package disksim

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"github.com/ncruces/go-sqlite3/vfs"
)

const name = "/d/file"

// script drives a disk by hand.
type script struct {
	t *testing.T
	d *Disk
	f vfs.File
}

func begin(t *testing.T, opt Options) script {
	t.Helper()
	opt.History = true
	d := New(opt)
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	f, _, err := vfs.Find(d.VFS()).Open(name, vfs.OPEN_READWRITE|vfs.OPEN_CREATE|vfs.OPEN_WAL)
	if err != nil {
		t.Fatal(err)
	}
	return script{t, d, f}
}

func (s script) write(off int64, b byte, n int) script {
	s.t.Helper()
	if _, err := s.f.WriteAt(bytes.Repeat([]byte{b}, n), off); err != nil {
		s.t.Fatal(err)
	}
	return s
}

func (s script) sync() script {
	s.t.Helper()
	if err := s.f.Sync(vfs.SYNC_NORMAL); err != nil {
		s.t.Fatal(err)
	}
	return s
}

// after returns what a power cut leaves of the file, and whether it is there.
func (s script) after(c Cut) (string, bool) {
	s.t.Helper()
	clone := s.d.CrashClone(c)
	defer func() {
		if err := clone.Close(); err != nil {
			s.t.Error(err)
		}
	}()
	b, err := clone.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatal(err)
	}
	return string(b), err == nil
}

func TestSyncedBytesSurviveAndOthersDependOnTheDamage(t *testing.T) {
	s := begin(t, Options{}).write(0, 'a', 10).sync().write(0, 'b', 5).write(5, 'c', 10)
	for damage, want := range map[Damage]string{
		Keep: "bbbbbcccccccccc",
		Drop: "aaaaaaaaaa",
	} {
		if got, _ := s.after(Cut{Damage: damage}); got != want {
			t.Errorf("%v leaves %q, want %q", damage, got, want)
		}
	}
	if got, _ := s.after(Cut{After: 4, Damage: Drop}); got != "aaaaaaaaaa" {
		t.Errorf("after the sync %q", got)
	}
	if got, _ := s.after(Cut{After: 2, Damage: Keep}); got != "aaaaaaaaaa" {
		t.Errorf("before the sync, kept: %q", got)
	}
}

func TestNameWithoutDirectorySyncMayBeLost(t *testing.T) {
	s := begin(t, Options{}).write(0, 'a', 1)
	if _, there := s.after(Cut{Damage: Drop}); there {
		t.Error("a file is there before its directory was synced")
	}
	s.sync() // of a log: syncs its directory too
	if _, there := s.after(Cut{After: 3, Damage: Drop}); there {
		t.Error("the sync of the file kept its name")
	}
	if got, there := s.after(Cut{Damage: Drop}); !there || got != "a" {
		t.Errorf("%q, %v after the directory was synced", got, there)
	}
	layer := vfs.Find(s.d.VFS())
	if err := layer.Delete(name, false); err != nil {
		t.Fatal(err)
	}
	if got, there := s.after(Cut{Damage: Drop}); !there || got != "a" {
		t.Error("a deletion that was not synced is there after the cut")
	}
	if _, there := s.after(Cut{Damage: Keep}); there {
		t.Error("a deletion is gone although all was kept")
	}
}

func TestRenameIsDurableWhenItReturns(t *testing.T) {
	s := begin(t, Options{}).write(0, 'a', 3)
	if err := s.d.Rename(name, "/d/other"); err != nil {
		t.Fatal(err)
	}
	for after := 1; after <= s.d.Ops(); after++ {
		clone := s.d.CrashClone(Cut{After: after, Damage: Shuffle, Seed: uint64(after)})
		_, oldErr := clone.ReadFile(name)
		b, newErr := clone.ReadFile("/d/other")
		if oldErr == nil && newErr == nil {
			t.Errorf("after %d: two names", after)
		}
		if after == s.d.Ops() && string(b) != "aaa" {
			t.Errorf("after Rename: %q, %v", b, newErr)
		}
		if err := clone.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestTornWriteIsTornAtSectors(t *testing.T) {
	s := begin(t, Options{}).write(0, 'a', 2048).sync().write(100, 'b', 1500)
	seen := map[string]bool{}
	for seed := range uint64(60) {
		got, _ := s.after(Cut{Damage: Tear512, Seed: seed})
		for i := range got {
			inside := i >= 100 && i < 1600
			if got[i] == 'b' != (inside && got[i] != 'a') {
				t.Fatalf("seed %d: byte %d is %q", seed, i, got[i])
			}
			if inside && i > 100 && i%sector != 0 && got[i] != got[i-1] {
				t.Fatalf("seed %d: torn inside a sector, at %d", seed, i)
			}
		}
		seen[got] = true
	}
	if len(seen) < 5 {
		t.Errorf("%d different outcomes, want most of the 8 there are", len(seen))
	}
}

func TestRuinedUnitIsAlignedAndAlone(t *testing.T) {
	s := begin(t, Options{}).write(0, 'a', 4*unit).sync().write(unit+100, 'b', 50)
	for seed := range uint64(20) {
		got, _ := s.after(Cut{Damage: Ruin4K, Seed: seed})
		want := string(bytes.Repeat([]byte{'a'}, unit))
		if len(got) != 4*unit || got[:unit] != want || got[2*unit:] != want+want {
			t.Fatalf("seed %d: damage outside the unit", seed)
		}
		if got[unit:unit+100] == want[:100] {
			t.Errorf("seed %d: synced bytes in the unit survived", seed)
		}
	}
}

func TestShuffleLosesFromTheMiddle(t *testing.T) {
	s := begin(t, Options{}).write(0, '.', 8*sector).sync()
	for i := range int64(8) {
		s.write(i*sector, byte('0'+i), sector)
	}
	holes := 0
	for seed := range uint64(40) {
		got, _ := s.after(Cut{Damage: Shuffle, Seed: seed})
		if got[0] == '.' && got[7*sector] == '7' {
			holes++
		}
	}
	if holes == 0 {
		t.Error("no cut kept a later write and lost an earlier one")
	}
}

func TestSameCutLeavesTheSameDisk(t *testing.T) {
	s := begin(t, Options{}).write(0, 'a', 5000).sync().write(100, 'b', 4500).write(3000, 'c', 9000)
	for _, damage := range Damages {
		first, _ := s.after(Cut{Damage: damage, Seed: 7})
		second, _ := s.after(Cut{Damage: damage, Seed: 7})
		if first != second {
			t.Errorf("%v differs from itself", damage)
		}
	}
}

func TestFailedSyncLosesItsWritesForGood(t *testing.T) {
	s := begin(t, Options{}).write(0, 'a', 3).sync().write(0, 'b', 3)
	s.d.OnOp(func(op Op) Verdict {
		if op.Kind == Sync {
			return Fail
		}
		return Do
	})
	if s.f.Sync(vfs.SYNC_NORMAL) == nil {
		t.Fatal("the sync did not fail")
	}
	s.d.OnOp(nil)
	s.write(3, 'c', 3).sync()
	if got, _ := s.after(Cut{Damage: Drop}); got != "aaaccc" {
		t.Errorf("%q after a failed and a good sync, want the first write lost", got)
	}
	if b, err := s.d.ReadFile(name); err != nil || string(b) != "bbbccc" {
		t.Errorf("the program reads %q, %v", b, err)
	}
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		verdict    Verdict
		fails      bool
		live, kept string
	}{
		{Do, false, "b", "b"},
		{Fail, true, "a", "a"},
		{FailDone, true, "b", "b"},
		{Full, true, "a", "a"},
		{Lie, false, "b", "a"},
	} {
		s := begin(t, Options{}).write(0, 'a', 1).sync()
		s.d.OnOp(func(Op) Verdict { return c.verdict })
		_, err := s.f.WriteAt([]byte("b"), 0)
		s.d.OnOp(nil)
		if (err != nil) != c.fails {
			t.Errorf("verdict %d: error %v", c.verdict, err)
		}
		if b, err := s.d.ReadFile(name); err != nil || string(b) != c.live {
			t.Errorf("verdict %d: the program reads %q, %v", c.verdict, b, err)
		}
		if got, _ := s.sync().after(Cut{Damage: Drop}); got != c.kept {
			t.Errorf("verdict %d: synced %q, want %q", c.verdict, got, c.kept)
		}
	}
}

func TestKilledProcessLeavesItsWritesInMemory(t *testing.T) {
	s := begin(t, Options{}).write(0, 'a', 1).sync().write(0, 'b', 1).write(0, 'c', 1)
	killed := s.d.Kill(s.d.Ops() - 1)
	defer func() {
		if err := killed.Close(); err != nil {
			t.Error(err)
		}
	}()
	if b, err := killed.ReadFile(name); err != nil || string(b) != "b" {
		t.Errorf("the next process reads %q, %v", b, err)
	}
	k := script{t, killed, nil}
	if got, _ := k.after(Cut{Damage: Drop}); got != "a" {
		t.Errorf("%q after the power cut, want what was synced", got)
	}
	s.write(0, 'd', 1)
	if b, err := killed.ReadFile(name); err != nil || string(b) != "b" {
		t.Errorf("the dead process wrote %q, %v", b, err)
	}
}

func TestCapacityIsKept(t *testing.T) {
	s := begin(t, Options{Capacity: 100}).write(0, 'a', 60)
	if _, err := s.f.WriteAt(make([]byte, 41), 60); err == nil {
		t.Error("a write beyond the capacity succeeded")
	}
	s.write(60, 'b', 40).write(10, 'c', 50)
	if free, err := s.d.Free("/d"); err != nil || free != 0 {
		t.Errorf("%d bytes free, %v", free, err)
	}
	if err := s.d.Reserve("/d/reserve", 1); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Reserve on a full disk = %v", err)
	}
	if err := s.d.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := s.d.Reserve("/d/reserve", 100); err != nil {
		t.Errorf("after room was made: %v", err)
	}
}

// TestLongLifeIsForgottenWithoutHarm crosses the fold of the log many times.
func TestLongLifeIsForgottenWithoutHarm(t *testing.T) {
	s := begin(t, Options{})
	s.d.opt.History = false
	for i := range 5 * foldAt {
		s.write(int64(i%100), byte(i), 1)
		if i%3 == 0 {
			s.sync()
		}
	}
	s.sync().write(0, 'x', 1)
	if n := len(s.d.Log()); n > foldAt+10 {
		t.Errorf("%d operations are remembered", n)
	}
	want, err := s.d.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := s.after(Cut{Damage: Keep}); got != string(want) {
		t.Error("what was kept is not what was there")
	}
	if got, _ := s.after(Cut{Damage: Drop}); got[1:] != string(want[1:]) || got[0] == 'x' {
		t.Error("what was synced is not what was there")
	}
}

// TestCloseLeavesNothingOnTheRealDisk opens the shared memory of a database.
func TestCloseLeavesNothingOnTheRealDisk(t *testing.T) {
	d := New(Options{})
	f, _, err := vfs.Find(d.VFS()).Open("/d/db", vfs.OPEN_READWRITE|vfs.OPEN_CREATE|vfs.OPEN_MAIN_DB)
	if err != nil {
		t.Fatal(err)
	}
	tmp := d.tmp
	if tmp == "" {
		t.Fatal("no shared memory")
	}
	if err := errors.Join(f.Close(), d.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(tmp); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is left: %v", tmp, err)
	}
	if vfs.Find(d.VFS()) != nil {
		t.Error("the file layer is still known")
	}
}

// TestLocksExclude follows the table of SQLite's five levels.
func TestLocksExclude(t *testing.T) {
	d := New(Options{})
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	var f [2]vfs.File
	for i := range f {
		var err error
		f[i], _, err = vfs.Find(d.VFS()).Open("/d/db", vfs.OPEN_READWRITE|vfs.OPEN_CREATE|vfs.OPEN_MAIN_DB)
		if err != nil {
			t.Fatal(err)
		}
	}
	lock := func(i int, level vfs.LockLevel, want error) {
		t.Helper()
		if err := f[i].Lock(level); err != want {
			t.Errorf("file %d, level %d: %v, want %v", i, level, err, want)
		}
	}
	unlock := func(i int, level vfs.LockLevel) {
		t.Helper()
		if err := f[i].Unlock(level); err != nil {
			t.Error(err)
		}
	}
	lock(0, vfs.LOCK_SHARED, nil)
	lock(1, vfs.LOCK_SHARED, nil)
	lock(0, vfs.LOCK_RESERVED, nil)
	lock(1, vfs.LOCK_RESERVED, errBusy)
	if held, err := f[1].CheckReservedLock(); !held || err != nil {
		t.Errorf("reserved: %v, %v", held, err)
	}
	lock(0, vfs.LOCK_EXCLUSIVE, errBusy) // and now it is pending
	unlock(1, vfs.LOCK_NONE)
	lock(1, vfs.LOCK_SHARED, errBusy)
	lock(0, vfs.LOCK_EXCLUSIVE, nil)
	unlock(0, vfs.LOCK_NONE)
	lock(1, vfs.LOCK_SHARED, nil)
	for i := range f {
		if err := f[i].Close(); err != nil {
			t.Error(err)
		}
	}
}
