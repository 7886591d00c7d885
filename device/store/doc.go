// Package store keeps the journal: an append-only, hash-chained table of
// records and, for look-ups, a table with one row a transaction, in SQLite
// with full synchronisation. It knows places, times and bytes, and nothing of
// what a record means.
//
// # What it promises
//
//   - When Append returns nil, its records and rows survive a power cut; when
//     the power fails before, all of them are there or none.
//   - What Open has read survives a power cut too, also after the process was
//     killed in the middle of a commit, and after a sync that failed.
//   - A store that is foreign (J04), newer (J05) or damaged (J02) is refused
//     without changing a byte of it, as is one that another till holds (J06).
//   - On a full disk (J03) what is open can be finished from a reserve.
//   - Starting, looking up and memory do not grow with history; the one start
//     that upgrades a store does.
//
// An error of COMMIT is an unknown outcome (ErrUnknownCommit): the store
// refuses further use, the process ends, and what the next one reads is true.
//
// Believed of the disk: see sim/disksim. Not survived: damage wider than an
// aligned 4 KiB around a write in flight, a disk that lies about syncs, and a
// log (till.db-wal) that somebody deletes.
//
// # Files
//
//	till.db       the database
//	till.db-wal   its log: holds the newest commits, as precious as till.db
//	till.db-shm   an index of the log, rebuilt when missing
//	till.new      a store being created; renamed to till.db when whole
//	lock          flock(2) of the one till that writes
//	reserve       bytes kept back for a full disk
//
// # Schema, version 2
//
// Application id 0x74696c6c ("till"), user_version 2, STRICT tables, integers
// for money (fen) and time (Unix milliseconds).
//
//	entry(seq, tx, at, kind, body, hash)   the truth; seq from 1 without gaps
//	  entry_tx       (tx)                  the story of one transaction
//	tx(tx, order_no, at, day, amount, rail, state, reference, open, kind, of, operator)
//	  tx_tail        (last six characters of order_no)
//	  tx_reference   (reference)           only where there is one
//	  tx_day         (day, amount, state)  only what is closed: totals, search
//	  tx_open        (kind, tx, amount, at)  only what is open: the start, the queue and its sum
//	  tx_open_day    (day, amount)         only what is open and not of the default kind: search
//	  tx_of          (of)                  only what belongs to another transaction
//
// Version 1 had no kind, of and operator, and tx_open was on tx alone. Open
// brings it up to version 2.
//
// The chain: hash = SHA-256(hash of the record before | seq 8 | tx 8 | at 8 |
// len(kind) 2 | kind | body), numbers in big endian; 32 zero bytes stand
// before the first record. See Chain.
//
// # Settings
//
//	psow=0               a torn write may ruin its neighbours; SQLite's default lost sales
//	page_size 4096       1024 writes more: the kernel's pages are 4096 (see Decisions)
//	journal_mode WAL     one flush a commit, readers beside it
//	synchronous FULL     the flush that all promises hang on
//	PERSIST_WAL          a log that is overwritten costs one flush a commit, one that grows two
//	NO_CKPT_ON_CLOSE     a store that is refused stays as it is; Close checkpoints by itself
//	temp_store MEMORY, busy_timeout 5 s, BEGIN IMMEDIATE, statements prepared once
//
// Measured (Debian 12, amd64, two shared and busy cores, virtual SSD, four
// commits a sale, 400 bytes a record): 1.06 fdatasync and no fsync a commit
// seen by strace; 87 KB a sale to the log, as much as with version 1; mean
// commit 1.3 times a raw preallocated append with fdatasync in the same run;
// open and first commit 5 ms with a million sales; the chain verifies in 0.4 s
// for 100,000 records. 16 refunds moved on in one commit are one flush and 8
// pages.
//
// One sale among a million, with 200,000 refunds beside them of which half are
// open, p99: by number, order, tail or reference 0.3 ms; by amount on a day
// 0.2 ms, in 31 days 0.8 ms, in all days 30 ms; by time 2.2 ms; its refunds
// and their sum 0.2 ms; a page of open refunds 0.1 ms, the sum of all 100,000
// 26 ms; a day's totals 2.1 ms. BenchmarkAppend, Open, LookUp (with -sales
// 1000000) and Verify say it again.
//
// # Decisions
//
// The key of entry is a running number with an index on the transaction beside
// it, instead of storage.md's key of transaction and step. Both trees grow at
// their right edge, so a transition dirties two pages and not one; for that
// the chain is verified in one sequential walk, the head is the last row, a
// gap shows, and records that belong to no transaction need no made-up key.
// Bytes becoming scarce (an SD card) would change our mind.
//
// Open checkpoints what it recovered and then commits nothing once, which
// begins the log anew. A process killed between writing a commit and syncing
// it leaves a log that reads well and is not on the disk, and a sync that
// failed leaves a hole in the log behind which later commits would be lost.
// TestKilledProcess... and TestEveryFailedStep... fail without these two. A
// start that takes too long for it would change our mind.
//
// The database is created under another name and renamed. So till.db is never
// half made, and one that is empty or does not begin like a database is damage
// or foreign, not the trace of a power cut during set-up.
//
// Checkpoints are ours (idle from 250 pages on, in a commit from 2,000 on):
// after every sale they would double the flushes. Longer logs make the start
// slower by what has to be copied, shorter ones cost flushes.
//
// The row of a transaction is written with the fewest columns that changed,
// because SQLite rewrites every index with a column that is set; what is
// closed and what has a reference sit in partial indexes for the same reason.
//
// The default kind is left out of the indexes that only others need, so that a
// sale writes the pages that it wrote before there were refunds, and not one
// more (TestSaleWritesNoPageForRefunds). For the same reason there is no index
// on the time: a look-up by time names the day and reads that day's rows, 1 ms
// for 1,000 of them. A shop with tens of thousands of sales a day would change
// our mind.
//
// An old store is upgraded by ALTER TABLE, which writes 7 pages whatever its
// size but reads the table: 3 s for a million sales, once. It is one commit
// after the log was made durable, so that a power cut leaves the old version or
// the new one. On a disk that is full beyond the reserve the upgrade fails with
// J03 and the store stays old. A new store is made by the same statements, so
// that there are not two ways to the same tables.
//
// A reader of an old store does not upgrade it and does not refuse it: a view
// of its connection shows the columns that are missing. A technician who reads
// a disk that was taken out of a till, or looks before the new program has
// run, must not change it and must see it. If a program upgrades the store
// while such a reader is open, that reader takes refunds for sales until it is
// opened again. Version 3 will want the same for 1 and 2, or a refusal.
//
// A guard is checked inside the commit and not by a trigger or a constraint,
// for which states count is the caller's business. It finds refunds by the
// order number in their rows, so that it is as good as the rows: the machine's
// own check reads the entries.
//
// ErrUnknownCommit also covers COMMIT on a disk that is full beyond the
// reserve: the commit's last frame may be in the log. With the reserve there
// the second attempt overwrites what the first left, so its outcome is known.
//
// Disk is an interface of its own beside SQLite's file layer, because the lock,
// the reserve, the renaming and the look at the header happen outside SQLite
// and must be in the reach of the crash disk. WAL works there in the normal
// locking mode, so nothing is opened differently in tests.
package store
