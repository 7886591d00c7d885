// Package disksim is a disk that forgets: a disk in memory under the real
// SQLite, through the file layer that ncruces/go-sqlite3 lets Go code be. It
// remembers every creation, write, truncation, sync, deletion and renaming,
// and CrashClone makes from any moment of that history the disk that a power
// cut would have left.
//
//	disk := disksim.New(disksim.Options{History: true})
//	s, err := store.Open("/till", store.OnDisk(disk), store.Create())
//	... work, and note disk.Ops() at every acknowledgement ...
//	clone := disk.CrashClone(disksim.Cut{After: 42, Damage: disksim.Tear512, Seed: 1})
//	s, err = store.Open("/till", store.OnDisk(clone))
//
// # What is believed of disks
//
// These are the assumptions; a disk that is worse than this may lose what was
// acknowledged.
//
//   - A sync makes all earlier writes to that file durable, and nothing else:
//     names need the directory's sync.
//   - Writes that were not synced reach the platter wholly, partly, in any
//     order or not at all, in sectors of 512 bytes (Tear512, Shuffle).
//   - A write in flight may destroy the whole aligned 4 KiB around it, also
//     what was synced there before (Ruin4K, Shuffle). Damage is never wider.
//   - Names change in order and each change is whole, as a journaling file
//     system does it.
//   - After a sync that failed, the writes it was for are lost for good though
//     the program still reads them: the system takes the pages for clean.
//   - A killed process loses nothing that it wrote and makes nothing durable
//     (Kill).
//
// OnOp makes an operation fail, not done or done all the same; a sync can lie.
// A sweep without a control that must fail proves nothing: see the tests of
// device/store for both.
//
// # Decisions
//
// A cut makes a new disk instead of resetting this one: the dead process keeps
// its old disk and cannot write into the new world, and one run yields
// thousands of cuts. (As pebble's MemFS ended up doing; models.md 3.5.) A
// design that must reuse one disk would change this.
//
// WAL needs shared memory, and the interface for it has no exported methods.
// vfs.NewSharedMemory backs it with a real file, of 32 KiB, in /dev/shm or the
// temporary directory, removed by Close, or by the next process if this one is
// killed. So the store runs with the same locking mode as in production;
// SQLite rebuilds that memory after every crash, hence it is no part of the
// simulated disk. An exported interface would let it live in memory.
//
// File characteristics are those of ncruces' own layer on Linux (sector 4096,
// psow believed until told otherwise, a new log's directory synced with its
// first sync), so that SQLite writes here what it writes there.
package disksim
