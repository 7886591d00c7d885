package store_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"till/device"
	"till/device/devicetest"
	"till/device/store"
	"till/sim/disksim"
)

// TestStoreConforms runs the suite on a real directory and on the twin.
func TestStoreConforms(t *testing.T) {
	t.Run("real", func(t *testing.T) {
		devicetest.TestStore(t, func(t *testing.T) func() (devicetest.Storage, error) {
			dir := filepath.Join(t.TempDir(), "a name?with%41 odd&signs#")
			return func() (devicetest.Storage, error) { return store.Open(dir, store.Create(), small) }
		})
	})
	t.Run("simulated", func(t *testing.T) {
		devicetest.TestStore(t, func(t *testing.T) func() (devicetest.Storage, error) {
			disk := newDisk(t, disksim.Options{})
			return func() (devicetest.Storage, error) {
				return store.Open(home, store.Create(), small, store.OnDisk(disk))
			}
		})
	})
}

// closed makes a store with two records in a new directory and closes it.
func closed(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	s, err := store.Open(dir, store.Create(), small)
	if err != nil {
		t.Fatal(err)
	}
	recs := []store.Record{
		{Tx: 1, Kind: "begun", Body: []byte("a body to be found")},
		{Tx: 1, Kind: "paid", Body: []byte("another body")},
		{Tx: 1, Kind: "printed", Body: []byte("the last body")},
	}
	if err := errors.Join(s.Append(recs, []store.Row{{Tx: 1, Order: "A000001"}}), s.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// patch changes a file at an offset.
func patch(t *testing.T, path string, off int64, b ...byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt(b, off)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// sql runs statements on a store behind its back.
func sql(t *testing.T, dir, statements string) {
	t.Helper()
	conn, err := sqlite3.Open(filepath.Join(dir, "till.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(conn.Exec(statements), conn.Close()); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// contents reads the files of a store that hold something.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range []string{"till.db", "till.db-wal", "reserve"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		files[name] = string(b)
	}
	return files
}

// TestForeignNewerAndDamagedAreToldApartWithoutAChange opens stores that are
// not ours to open and looks at every byte afterwards.
func TestForeignNewerAndDamagedAreToldApartWithoutAChange(t *testing.T) {
	version := func(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
	for _, c := range []struct {
		name  string
		code  device.Code
		spoil func(t *testing.T, dir, db string)
	}{
		{"text instead of a database", device.JournalForeign, func(t *testing.T, dir, db string) {
			remove(t, db+"-wal")
			remove(t, filepath.Join(dir, "reserve"))
			write(t, db, []byte("to do: buy milk\n"))
		}},
		{"another program's database", device.JournalForeign, func(t *testing.T, _, db string) {
			remove(t, db+"-wal")
			patch(t, db, 68, version(0x0f055112)...)
		}},
		{"a database without an owner", device.JournalForeign, func(t *testing.T, _, db string) {
			patch(t, db, 68, version(0)...)
		}},
		{"a newer version in the header", device.JournalNewer, func(t *testing.T, _, db string) {
			remove(t, db+"-wal")
			patch(t, db, 60, version(3)...)
		}},
		{"a newer version in the log alone", device.JournalNewer, func(t *testing.T, dir, _ string) {
			s, err := store.Open(dir) // holds the log, so that it stays
			if err != nil {
				t.Fatal(err)
			}
			sql(t, dir, "PRAGMA user_version = 3")
			copyStore(t, dir)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			putBack(t, dir)
		}},
		{"a version that was never written", device.JournalDamaged, func(t *testing.T, _, db string) {
			remove(t, db+"-wal")
			patch(t, db, 60, version(0)...)
		}},
		{"an empty file", device.JournalDamaged, func(t *testing.T, _, db string) { write(t, db, nil) }},
		{"a file that is gone and left its log", device.JournalDamaged, func(t *testing.T, _, db string) {
			remove(t, db)
		}},
		{"a first page of zeros", device.JournalDamaged, func(t *testing.T, _, db string) {
			remove(t, db+"-wal")
			patch(t, db, 0, make([]byte, 4096)...)
		}},
		{"a file cut short", device.JournalDamaged, func(t *testing.T, _, db string) {
			remove(t, db+"-wal")
			if err := os.Truncate(db, 5000); err != nil {
				t.Fatal(err)
			}
		}},
		{"a table that is gone", device.JournalDamaged, func(t *testing.T, dir, _ string) {
			sql(t, dir, "DROP TABLE tx")
		}},
		{"a column that is gone", device.JournalDamaged, func(t *testing.T, dir, _ string) {
			sql(t, dir, "ALTER TABLE tx DROP COLUMN operator")
		}},
		{"a last record that was changed", device.JournalDamaged, func(t *testing.T, dir, _ string) {
			sql(t, dir, "UPDATE entry SET body = x'00' WHERE seq = 3")
		}},
		{"a record before the last that is missing", device.JournalDamaged, func(t *testing.T, dir, _ string) {
			sql(t, dir, "DELETE FROM entry WHERE seq = 2")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := closed(t)
			c.spoil(t, dir, filepath.Join(dir, "till.db"))
			before := contents(t, dir)
			for _, opt := range []store.Option{store.Create(), store.ReadOnly()} {
				s, err := store.Open(dir, opt, small)
				if err == nil {
					t.Error("opened:", s.Close())
				}
				wantFault(t, err, c.code)
			}
			after := contents(t, dir)
			for name := range before {
				if before[name] != after[name] {
					t.Errorf("%s was changed", name)
				}
			}
		})
	}
}

// copyStore keeps the files of a store as they are now; putBack puts them back.
func copyStore(t *testing.T, dir string) {
	t.Helper()
	for name, b := range contents(t, dir) {
		write(t, filepath.Join(dir, name+".kept"), []byte(b))
	}
}

func putBack(t *testing.T, dir string) {
	t.Helper()
	for name := range contents(t, dir) {
		if err := os.Rename(filepath.Join(dir, name+".kept"), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	remove(t, filepath.Join(dir, "till.db-shm"))
}

// TestMissingStoreIsNotMadeUnlessAsked also wants nothing left behind that
// would pass for a store.
func TestMissingStoreIsNotMadeUnlessAsked(t *testing.T) {
	dir := t.TempDir()
	for _, opts := range [][]store.Option{nil, {store.ReadOnly()}, {store.ReadOnly(), store.Create()}} {
		if _, err := store.Open(dir, opts...); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("error %v, want one that says it is not there", err)
		}
	}
	if files := contents(t, dir); files["till.db"] != "" {
		t.Error("a store was made")
	}
}

// TestReaderWorksBesideTheProgram opens a live store for reading.
func TestReaderWorksBesideTheProgram(t *testing.T) {
	dir := closed(t)
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := store.Open(dir, store.ReadOnly())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Append([]store.Record{{Tx: 2, Kind: "begun"}}, nil); err != nil {
		t.Fatal(err)
	}
	if of, err := r.OfTx(2); err != nil || len(of) != 1 {
		t.Errorf("the reader sees %v, %v", of, err)
	}
	wantFault(t, r.Append([]store.Record{{Kind: "k"}}, nil), device.JournalBroken)
	if err := errors.Join(r.VerifyAll(), s.Checkpoint(), r.Close(), s.Close()); err != nil {
		t.Error(err)
	}
}

// TestForeignWriterIsReportedAsLocked holds the write lock as a technician could.
func TestForeignWriterIsReportedAsLocked(t *testing.T) {
	disk := newDisk(t, disksim.Options{})
	s := open(t, disk, store.BusyTimeout(0))
	conn, err := sqlite3.Open("file:" + home + "/till.db?psow=0&vfs=" + disk.VFS())
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	wantFault(t, s.Append([]store.Record{{Kind: "k"}}, nil), device.JournalLocked)
	if err := errors.Join(conn.Exec("ROLLBACK"), conn.Close()); err != nil {
		t.Fatal(err)
	}
	if err := s.Append([]store.Record{{Kind: "k"}}, nil); err != nil {
		t.Errorf("after the lock was given back: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestStoreThatMayNotBeWrittenIsBroken needs a user who is bound by rights.
func TestStoreThatMayNotBeWrittenIsBroken(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everything")
	}
	dir := closed(t)
	if err := os.Chmod(filepath.Join(dir, "till.db"), 0o400); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(dir)
	wantFault(t, err, device.JournalBroken)
}

// TestVerifyFindsEveryFlippedByte flips each byte of the middle record.
func TestVerifyFindsEveryFlippedByte(t *testing.T) {
	dir := closed(t)
	path := filepath.Join(dir, "till.db")
	file := contents(t, dir)["till.db"]
	remove(t, path+"-wal") // it has been copied into the database
	flips := 0
	for _, needle := range []string{"a body to be found", "another body", "begun", "paid"} {
		at := indexAll(file, needle)
		if len(at) != 1 {
			t.Fatalf("%q is %d times in the file", needle, len(at))
		}
		for i := range needle {
			flips++
			off := int64(at[0] + i)
			patch(t, path, off, file[off]^0x01)
			s, err := store.Open(dir)
			if err == nil {
				err = s.VerifyAll()
				if cerr := s.Close(); cerr != nil {
					t.Error(cerr)
				}
			}
			wantFault(t, err, device.JournalDamaged)
			write(t, path, []byte(file))
			remove(t, path+"-wal")
		}
	}
	t.Logf("%d bytes flipped", flips)
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.VerifyAll(), s.Check(), s.Close()); err != nil {
		t.Error("after all is put back:", err)
	}
}

func indexAll(s, needle string) (at []int) {
	for i := 0; i+len(needle) <= len(s); i++ {
		if s[i:i+len(needle)] == needle {
			at = append(at, i)
		}
	}
	return at
}

// TestChainIsFixedForEver pins the rule with a vector made by other means:
//
//	{ printf %064d%016x%016x%016x%04x 0 1 2 3 1 | xxd -r -p; printf kbody; } | sha256sum
func TestChainIsFixedForEver(t *testing.T) {
	r := store.Record{Seq: 1, Tx: 2, At: 3, Kind: "k", Body: []byte("body")}
	const want = "149a40404ba402035b0a446d0bd3005b6c2acb9bf632a0197ca61a4577f33e61"
	if got := store.Chain(store.Hash{}, r); fmt.Sprintf("%x", got[:]) != want {
		t.Errorf("hash %x, want %s", got[:], want)
	}
}
