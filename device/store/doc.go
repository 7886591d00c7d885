// Package store keeps the journal: an append-only, hash-chained table of
// records and, for look-ups, a table with one row a transaction.
package store
