package store

import "time"

// What only tests may do to a store.

// Synchronous weakens the flush at commit: the controls that must fail.
func Synchronous(mode string) Option { return func(o *options) { o.synchronous = mode } }

// PowersafeOverwrite believes what SQLite believes of disks unless told.
func PowersafeOverwrite() Option { return func(o *options) { o.psow = true } }

// Trusting believes a recovered log without making it durable first.
func Trusting() Option { return func(o *options) { o.trusting = true } }

// PageSize makes a new store with another page size, in bytes.
func PageSize(n int) Option { return func(o *options) { o.pageSize = n } }

// BusyTimeout is how long a commit waits for another writer.
func BusyTimeout(d time.Duration) Option { return func(o *options) { o.busy = d } }

// EagerCheckpoint lets Checkpoint copy even the shortest log.
func EagerCheckpoint() Option { return func(o *options) { o.idlePages = 0 } }
