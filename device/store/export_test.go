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

// Plans returns how SQLite does each statement that the store has used.
func (s *Store) Plans() (map[string][]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	plans := map[string][]string{}
	for sql := range s.stmts {
		st, _, err := s.conn.Prepare("EXPLAIN QUERY PLAN " + sql)
		if err != nil {
			return nil, err
		}
		for st.Step() {
			plans[sql] = append(plans[sql], st.ColumnText(3))
		}
		if err := st.Close(); err != nil {
			return nil, err
		}
	}
	return plans, nil
}
