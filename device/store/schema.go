package store

import (
	"errors"
	"fmt"
	"strings"
)

// schemas[v] makes version v+1 out of version v, and the first of them makes
// version 1 out of nothing. A new store runs through all of them, so that it
// is the same as one that grew old. See the package comment for why each
// index is there.
var schemas = [schemaVersion]string{
	`
CREATE TABLE entry(
	seq  INTEGER PRIMARY KEY,
	tx   INTEGER NOT NULL,
	at   INTEGER NOT NULL,
	kind TEXT NOT NULL,
	body BLOB NOT NULL,
	hash BLOB NOT NULL
) STRICT;
CREATE INDEX entry_tx ON entry(tx);
CREATE TABLE tx(
	tx        INTEGER PRIMARY KEY,
	order_no  TEXT NOT NULL,
	at        INTEGER NOT NULL,
	day       INTEGER NOT NULL,
	amount    INTEGER NOT NULL,
	rail      TEXT NOT NULL,
	state     TEXT NOT NULL,
	reference TEXT NOT NULL,
	open      INTEGER NOT NULL
) STRICT;
CREATE INDEX tx_tail ON tx(substr(order_no, -6));
CREATE INDEX tx_reference ON tx(reference) WHERE reference <> '';
CREATE INDEX tx_day ON tx(day, amount, state) WHERE open = 0;
CREATE INDEX tx_open ON tx(tx) WHERE open = 1;
`, `
ALTER TABLE tx ADD COLUMN kind     TEXT NOT NULL DEFAULT 'sale';
ALTER TABLE tx ADD COLUMN of       TEXT NOT NULL DEFAULT '';
ALTER TABLE tx ADD COLUMN operator TEXT NOT NULL DEFAULT '';
DROP INDEX tx_open;
CREATE INDEX tx_open ON tx(kind, tx, amount, at) WHERE open = 1;
CREATE INDEX tx_open_day ON tx(day, amount) WHERE open = 1 AND kind <> 'sale';
CREATE INDEX tx_of ON tx(of) WHERE of <> '';
`,
}

// schemaFrom returns what has to be done to a store of this version; 0 is one
// without tables.
func schemaFrom(version int64) string { return strings.Join(schemas[version:], "") }

// upgrade brings a store of an older version up to ours, in one commit: after
// a power cut it is old or new. The rows of before get the default kind. An
// older program refuses the store from then on.
func (s *Store) upgrade(version int64) error {
	if version == schemaVersion {
		return nil
	}
	err := s.conn.Exec(fmt.Sprintf("BEGIN IMMEDIATE; %s PRAGMA user_version = %d; COMMIT;",
		schemaFrom(version), schemaVersion))
	if err != nil {
		return errors.Join(fmt.Errorf("upgrade from version %d: %w", version, err), s.rollback())
	}
	return nil
}

// coverOld lets a reader look at a store of version 1 without changing it: a
// view of this connection alone stands before the table and adds the columns
// that are not there.
func (s *Store) coverOld(version int64) error {
	if version == schemaVersion {
		return nil
	}
	return s.conn.Exec(`CREATE TEMP VIEW tx AS
		SELECT tx, order_no, at, day, amount, rail, state, reference, open,
			'sale' AS kind, '' AS of, '' AS operator FROM main.tx`)
}
