package journal

import (
	"time"

	"till/txn"
)

// Store is what keeps records and rows: device/store, or its twin in the seeded
// world. Lists of rows are newest first unless it is said otherwise. Its errors
// come back as they are.
type Store interface {
	// Append makes all of it durable, or nothing; see terminal.Journal.
	Append(records []Record, rows []Row, guards []Guard) error

	// Last is the number and the time of the newest record, 0 and 0 without any.
	Last() (seq uint64, at txn.Wall, err error)
	LastTx() (uint64, error)                                        // the highest transaction number
	OfTx(tx uint64) ([]Record, error)                               // oldest first
	LastOfTx(tx uint64, limit int) ([]Record, error)                // the last ones, oldest first
	OpenRows(kinds ...string) ([]Row, error)                        // oldest first
	RowsBefore(tx uint64, limit int) ([]Row, error)                 // 0: from the newest
	RowByOrder(order txn.OrderNo) (Row, bool, error)                // by its whole number
	RowsOf(order txn.OrderNo) ([]Row, error)                        // the refunds of a sale, oldest first
	Totals(day int) ([]Total, error)                                // of what is closed
	OpenRowsAfter(kind string, tx uint64, limit int) ([]Row, error) // oldest first

	RowsByTail(tail string, limit int, kinds ...string) ([]Row, error)
	RowsByReference(reference txn.Reference, limit int, kinds ...string) ([]Row, error)
	RowsByAmount(fen int64, from, to, limit int, kinds ...string) ([]Row, error)                 // days, both included
	RowsByTime(fen int64, day int, from, to txn.Wall, limit int, kinds ...string) ([]Row, error) // both included
	RowsByDay(day int, before uint64, limit int, kinds ...string) ([]Row, error)
}

// Guard is what must hold after an Append, or nothing of it is written: the
// refunds of a sale do not sum up to more than it.
type Guard struct {
	Of     txn.OrderNo
	Max    int64    // fen
	Except []string // states whose rows do not count
}

// Total is what was closed on a day, for one kind, rail and state.
type Total struct {
	Kind  string
	Rail  txn.RailName
	State string
	Count int
	Sum   int64 // fen
}

// Keeper is the journal of a terminal (terminal.Journal): entries in, records
// and rows out.
type Keeper struct {
	Store Store
	Zone  time.Duration
}

// Append implements terminal.Journal.
func (k Keeper) Append(before, after txn.Ledger, entries []txn.Entry) error {
	records := make([]Record, len(entries))
	for i, e := range entries {
		records[i] = Encode(e)
	}
	return k.Store.Append(records, Rows(before, after, k.Zone), guards(entries))
}

// guards keep the refunds of a sale within it, in the store itself: belt and
// braces under the machine's own sum, in the commit of the decision.
func guards(entries []txn.Entry) []Guard {
	var list []Guard
	for _, e := range entries {
		if b, ok := e.(txn.RefundBegun); ok {
			list = append(list, Guard{Of: b.Order, Max: b.Total.Minor(), Except: Uncounted()})
		}
	}
	return list
}
