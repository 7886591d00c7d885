package bench

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"till/device/store"
	"till/sim/railsim/wechatsim"
)

// row is what four parties say about one sale.
type row struct {
	Order    string `json:"order"`
	No       string `json:"no"`
	Amount   string `json:"amount"`
	Terminal string `json:"terminal"` // "approved", "declined", "reversed", "reversing", "unknown" or ""
	Gateway  string `json:"gateway"`  // "paid", "declined", "returned", "waiting", "closed" or ""
	Wallet   string `json:"wallet"`   // "-128.00" or "0"
	Paper    string `json:"paper"`    // "printed", "torn", "printing" or ""
	Copies   int    `json:"copies"`
	Agree    bool   `json:"agree"`
}

// ledger is what was seen so far, for parties that forget.
type ledger struct {
	sales   []sale         // as the journal told when it was last read
	printed map[string]int // receipts by order; the printer keeps only the newest
	rows    []row          // as they were last put together
}

// sale is the terminal's word.
type sale struct {
	order string
	fen   int64
	state string
}

// rowsShown is how many sales the page shows.
const rowsShown = 12

// rows puts together what all say.
func (b *Bench) rows() []row {
	if b.rig.Alive() {
		if sales, err := b.readJournal(); err == nil { // a store that is being made has none
			b.mu.Lock()
			b.sheet.sales = sales
			b.mu.Unlock()
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	byOrder := map[string]*row{}
	of := func(order string, fen int64) *row {
		r, ok := byOrder[order]
		if !ok {
			r = &row{Order: order, No: tail(order), Amount: yuan(fen), Wallet: "0"}
			byOrder[order] = r
		}
		return r
	}
	for _, s := range b.sheet.sales {
		of(s.order, s.fen).Terminal = s.state
	}
	for _, o := range b.rig.Gateway.Orders() {
		r := of(o.Number, o.Fen)
		r.Gateway = gatewayWord(o)
		if taken := o.Charged - o.Returned; taken != 0 {
			r.Wallet = "-" + yuan(taken)
		}
	}
	b.readPaper(byOrder)
	out := make([]row, 0, len(byOrder))
	for _, r := range byOrder {
		r.Agree = r.agrees()
		out = append(out, *r)
	}
	slices.SortFunc(out, func(x, y row) int { return cmp.Compare(y.No, x.No) })
	b.sheet.rows = out[:min(len(out), rowsShown)]
	return b.sheet.rows
}

// agrees reports whether all parties say the same.
func (r *row) agrees() bool {
	switch r.Terminal {
	case "approved":
		return r.Gateway == "paid" && r.Wallet == "-"+r.Amount && r.Paper == "printed"
	case "declined", "reversed":
		return r.Gateway != "paid" && r.Gateway != "waiting" && r.Wallet == "0" && r.Paper == ""
	}
	return false
}

func gatewayWord(o wechatsim.Order) string {
	switch {
	case o.Charged > 0 && o.Returned >= o.Charged:
		return "returned"
	case o.Charged > 0:
		return "paid"
	}
	switch o.State {
	case wechatsim.UserPaying:
		return "waiting"
	case wechatsim.Revoked, wechatsim.Closed:
		return "closed"
	}
	return "declined"
}

// words is what a record of the journal makes of a sale.
var words = map[string]string{
	"begun": "unknown", "paid": "approved", "refused": "declined",
	"reversal-due": "reversing", "reversed": "reversed",
}

// readJournal asks the terminal's journal for the sales of this bench.
func (b *Bench) readJournal() (sales []sale, err error) {
	s, err := store.Open(b.rig.DataDir(), store.ReadOnly())
	if err != nil {
		return nil, err
	}
	defer func() {
		if cerr := s.Close(); err == nil {
			err = cerr
		}
	}()
	rows, err := s.RowsBefore(0, rowsShown)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.At < b.began.UnixMilli() {
			break // of an earlier world, whose gateway is gone
		}
		recs, err := s.OfTx(r.Tx)
		if err != nil {
			return nil, err
		}
		one := sale{order: r.Order, fen: r.Amount}
		for _, rec := range recs {
			kind, _, _ := strings.Cut(rec.Kind, "/")
			if word, ok := words[kind]; ok {
				one.state = word
			}
		}
		sales = append(sales, one)
	}
	return sales, nil
}

// readPaper looks for the number of each sale on what was printed. Under the
// lock.
func (b *Bench) readPaper(byOrder map[string]*row) {
	papers := b.rig.Printer.Receipts()
	for order, r := range byOrder {
		whole := 0
		for _, p := range papers {
			if !onPaper(p.Text, order) {
				continue
			}
			switch r.Paper = slipState(p); r.Paper {
			case "cut":
				r.Paper = "printed"
				whole++
			}
		}
		b.sheet.printed[order] = max(b.sheet.printed[order], whole)
		if r.Copies = b.sheet.printed[order]; r.Copies > 0 {
			r.Paper = "printed"
		}
	}
}

// onPaper looks for the line 流水号, which is near the head.
func onPaper(text, order string) bool {
	_, rest, ok := strings.Cut(text, "流水号:")
	line, _, _ := strings.Cut(rest, "\n")
	return ok && strings.TrimSpace(line) == tail(order)
}

func yuan(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }
