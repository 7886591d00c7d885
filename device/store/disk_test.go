package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// nobody is a user to whom permissions apply, for the rest of the test: root
// may read what it may not. The thread is never used again.
func nobody(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	runtime.LockOSThread()
	const uid = 65534
	if _, _, errno := syscall.RawSyscall(syscall.SYS_SETFSUID, uid, 0, 0); errno != 0 {
		t.Skipf("become nobody: %v", errno)
	}
	t.Cleanup(func() { _, _, _ = syscall.RawSyscall(syscall.SYS_SETFSUID, 0, 0, 0) })
}

// unsyncable is a directory in which files can be made and renamed, and which
// cannot be opened, and so not synced.
func unsyncable(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		if err := os.Chown(dir, 65534, -1); err != nil {
			t.Skipf("give the directory away: %v", err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	if err := os.Chmod(dir, 0o300); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestARenameThatCannotBeMadeDurableIsAnError: the new name is a promise only
// once the directory is on the disk.
func TestARenameThatCannotBeMadeDurableIsAnError(t *testing.T) {
	dir := unsyncable(t)
	nobody(t)
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if err := os.WriteFile(from, []byte("whole"), 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(dir); err == nil {
		_ = f.Close()
		t.Skip("permissions do not apply here")
	}
	if err := (osDisk{}).Rename(from, to); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("Rename into a directory that cannot be synced: %v", err)
	}
}

// TestADirectoryThatCannotBeMadeDurableIsAnError: a store in a directory that a
// power cut takes along is no store.
func TestADirectoryThatCannotBeMadeDurableIsAnError(t *testing.T) {
	dir := unsyncable(t)
	nobody(t)
	if f, err := os.Open(dir); err == nil {
		_ = f.Close()
		t.Skip("permissions do not apply here")
	}
	unlock, err := osDisk{}.Lock(filepath.Join(dir, "data"))
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("Lock made a directory that cannot be synced: %v", err)
	}
	if err == nil {
		_ = unlock()
	}
}
