package bench

import (
	"cmp"
	"slices"

	"till/device/store"
	"till/sim/railsim"
	"till/txn"
	"till/txn/journal"
)

// row is what four parties say about one sale or one refund. Amounts are fen.
type row struct {
	Kind        string `json:"kind"` // "sale" or "refund"
	Order       string `json:"order"`
	No          string `json:"no"` // its end
	Of          string `json:"of"` // of a refund: the end of the sale's number
	Rail        string `json:"rail"`
	Fen         int64  `json:"fen"`
	Terminal    string `json:"terminal"`    // a word of saleWords or refundWords, or ""
	Back        int64  `json:"back"`        // of a sale: what went back, the terminal says
	Gateway     string `json:"gateway"`     // "paid", "processing" ..., or ""
	GatewayBack int64  `json:"gatewayBack"` // of a sale: what went back, the gateway says
	Wallet      int64  `json:"wallet"`      // the customer's bill about it in all; negative is paid
	Paper       string `json:"paper"`       // "printed", "torn", "printing", a word of bannerWords, or ""
	Copies      int    `json:"copies"`
	Agree       bool   `json:"agree"`

	due      int64 // what the bill must say if the gateway's word is true
	owed     bool  // the journal says that a slip is printed or due
	repaired bool  // of a refund: the money went to the shop instead
	n        uint64
}

// ledger is what was seen so far, for parties that forget.
type ledger struct {
	sales   []txn.Tx     // as the journal told when it was last read
	refunds []txn.Refund // the same
	rows    []row        // as they were last put together, newest first
}

// rowsShown is how many sales and refunds the page shows.
const rowsShown = 24

// The terminal's words, by phase.
var (
	saleWords = map[txn.Phase]string{
		txn.Asking: "unknown", txn.PaidFor: "approved", txn.RefusedFor: "declined", txn.Reversing: "reversing",
		txn.ReversedFor: "reversed", txn.WrittenFor: "writtenOff",
	}
	refundWords = map[txn.RefundPhase]string{
		txn.Promised: "promised", txn.Underway: "sent", txn.Held: "waits", txn.Taken: "accepted",
		txn.PaidBack: "paidBack", txn.Failed: "refused", txn.Dead: "expired", txn.Stranded: "stranded",
		txn.Dropped: "calledOff", txn.Cashed: "cash", txn.Replaced: "replaced",
		txn.GivenUp: "writtenOff",
	}
)

// rows puts together what all say.
func (b *Bench) rows() []row {
	b.paper() // what was printed since
	if b.rig.Alive() {
		if sales, refunds, err := b.readJournal(); err == nil { // a store that is being made has none
			b.mu.Lock()
			b.sheet.sales, b.sheet.refunds = sales, refunds
			b.mu.Unlock()
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	out := put(b.sheet.sales, b.sheet.refunds, b.rig.Orders(), b.customer().Bill(), b.roll.done)
	b.sheet.rows = out[:min(len(out), rowsShown)]
	return b.sheet.rows
}

// put makes rows of what the journal, the gateways, the wallet and the paper
// say.
func put(sales []txn.Tx, refunds []txn.Refund, orders []railsim.Order, bill []railsim.BillLine, papers []piece) []row {
	out := []row{} // JSON: never null
	for _, t := range sales {
		r := newRow("sale", string(t.Order), string(t.Rail), t.Amount.Minor())
		r.Terminal, r.owed, r.n = saleWords[t.Phase], t.Paper.State != txn.PaperNone, t.Order.N()
		for _, f := range refunds {
			if f.Order == t.Order && f.Phase == txn.PaidBack {
				r.Back += f.Amount.Minor()
			}
		}
		out = append(out, r)
	}
	for _, f := range refunds {
		r := newRow("refund", string(f.No), string(f.Rail), f.Amount.Minor())
		r.Of, r.n = tail(string(f.Order)), f.No.N()
		r.Terminal, r.owed, r.repaired = refundWords[f.Phase], f.Paper.State != txn.PaperNone, f.Repaired
		out = append(out, r)
	}
	for _, o := range orders {
		out = hear(out, refunds, o, billOf(bill, o.Number))
	}
	for i := range out {
		out[i].readPaper(papers)
		out[i].Agree = out[i].agrees()
	}
	slices.SortStableFunc(out, func(x, y row) int {
		return cmp.Or(cmp.Compare(y.n, x.n), cmp.Compare(y.No, x.No))
	})
	return out
}

func newRow(kind, order, rail string, fen int64) row {
	return row{Kind: kind, Order: order, No: tail(order), Rail: rail, Fen: fen}
}

// billOf is what the customer's bill says of an order, oldest first.
func billOf(bill []railsim.BillLine, order string) []railsim.BillLine {
	return slices.DeleteFunc(slices.Clone(bill), func(l railsim.BillLine) bool { return l.Order != order })
}

// hear adds what a gateway and the wallet say of an order and its refunds.
func hear(out []row, refunds []txn.Refund, o railsim.Order, bill []railsim.BillLine) []row {
	find := func(order string) *row {
		i := slices.IndexFunc(out, func(r row) bool { return r.Order == order })
		if i < 0 {
			return nil
		}
		return &out[i]
	}
	r := find(o.Number)
	if r == nil { // the terminal says nothing of it
		out = append(out, newRow("sale", o.Number, o.Rail, o.Fen))
		r = &out[len(out)-1]
	}
	r.Gateway, r.GatewayBack, r.due = gatewayWord(o), o.Returned, dueOf(o)
	for _, l := range bill {
		r.Wallet += l.Fen
	}
	came := slices.DeleteFunc(bill, func(l railsim.BillLine) bool { return l.Fen < 0 })
	for _, v := range o.Refunds {
		i := slices.IndexFunc(refunds, func(f txn.Refund) bool {
			return string(f.Key) == v.Number || string(f.No) == v.Number
		})
		var r *row
		if i >= 0 {
			r = find(string(refunds[i].No))
		} else { // somebody else's
			out = append(out, newRow("refund", v.Number, o.Rail, v.Amount))
			r = &out[len(out)-1]
			r.Of = tail(o.Number)
		}
		r.Gateway = stageWords[v.Stage]
		came = r.receive(came, v.Amount-v.Coupon)
	}
	undone := o.Charged > 0 && o.Returned == o.Charged && len(o.Refunds) == 0
	for _, f := range refunds { // a void is no refund to the gateway
		if undone && string(f.Order) == o.Number && f.Method == txn.ByVoid {
			r := find(string(f.No))
			r.Gateway = "paidOut"
			came = r.receive(came, o.Charged-o.Coupon)
		}
	}
	return out
}

// receive takes what came back for this row off the lines of the bill.
func (r *row) receive(came []railsim.BillLine, fen int64) []railsim.BillLine {
	if r.Gateway == stageWords[railsim.Refunded] {
		r.due = fen
	}
	i := slices.IndexFunc(came, func(l railsim.BillLine) bool { return l.Fen == fen })
	if i < 0 {
		return came
	}
	r.Wallet = fen
	return slices.Delete(slices.Clone(came), i, i+1)
}

// stageWords are the gateways' words of refunds.
var stageWords = map[railsim.RefundStage]string{
	railsim.Processing: "processing", railsim.Refunded: "paidOut", railsim.Abnormal: "abnormal",
	railsim.RefundDropped: "closed",
}

// shownKinds are the gateways' words for orders that the customer pays by
// scanning our code: while one is open, it can still be paid.
var shownKinds = []string{"NATIVE", string(railsim.Precreate), "preorder"}

func gatewayWord(o railsim.Order) string {
	shown := slices.Contains(shownKinds, o.Kind)
	switch {
	case o.Charged > 0 && o.Returned >= o.Charged:
		return "returned"
	case o.Charged > 0:
		return "paid"
	case o.Stage == railsim.Waiting || o.Stage == railsim.Open && shown:
		return "waiting"
	case o.Stage == railsim.Gone && (shown || o.Undos > 0):
		return "closed"
	}
	return "declined"
}

// dueOf is what the customer's bill must come to for an order.
func dueOf(o railsim.Order) int64 {
	if o.Returned >= o.Charged {
		return 0
	}
	due := o.Coupon - o.Charged
	for _, v := range o.Refunds {
		if v.Stage == railsim.Refunded {
			due += v.Amount - v.Coupon
		}
	}
	return due
}

// agrees reports whether all parties say the same.
func (r *row) agrees() bool {
	if r.Kind == "refund" {
		return r.refundAgrees()
	}
	switch r.Terminal {
	case "approved":
		if r.Rail == string(txn.Cash) {
			return r.Gateway == "" && r.Wallet == 0 && r.Paper == "printed"
		}
		paid := r.Gateway == "paid" || r.Gateway == "returned" && r.Back == r.Fen
		return paid && r.Back == r.GatewayBack && r.Wallet == r.due && r.Paper == "printed"
	case "declined", "reversed":
		return r.Gateway != "paid" && r.Gateway != "waiting" && r.Wallet == 0 && r.Paper != "printed"
	}
	return false
}

// wants is what the others say of a refund when they agree with the terminal:
// the gateway, whether the money is with the customer, and the ends that a slip
// may tell.
var wants = map[string]struct {
	gateway []string
	back    bool
	ends    []string
}{
	"promised":   {[]string{""}, false, nil},
	"waits":      {[]string{"", "closed"}, false, nil},
	"accepted":   {[]string{"processing"}, false, nil},
	"paidBack":   {[]string{"paidOut"}, true, []string{"paidBack", "toShop"}},
	"refused":    {[]string{"", "closed"}, false, []string{"refused"}},
	"calledOff":  {[]string{"", "closed"}, false, []string{"calledOff"}},
	"expired":    {[]string{"closed"}, false, []string{"expired"}},
	"replaced":   {[]string{"closed"}, false, []string{"expired", "replaced"}},
	"stranded":   {[]string{"abnormal"}, false, []string{"stranded"}},
	"cash":       {[]string{"", "closed"}, false, []string{"cash", "expired", "refused"}},
	"writtenOff": {[]string{"", "closed"}, false, nil}, // it says that nobody knows
}

// ended are the words of a slip that tell an end; the others were true when they
// were printed.
var ended = []string{"paidBack", "toShop", "refused", "calledOff", "expired", "replaced", "stranded", "cash"}

func (r *row) refundAgrees() bool {
	w, ok := wants[r.Terminal]
	if !ok || !slices.Contains(w.gateway, r.Gateway) {
		return false
	}
	due := int64(0)
	if w.back && !r.repaired {
		due = r.due
	}
	switch {
	case r.Wallet != due || w.back && !r.repaired && due == 0:
		return false
	case r.Paper == "printing" || r.Paper == "torn":
		return false
	case r.Paper == "":
		return !r.owed
	}
	return !slices.Contains(ended, r.Paper) || slices.Contains(w.ends, r.Paper)
}

// readJournal asks the terminal's journal for the sales and refunds of this
// bench.
func (b *Bench) readJournal() (sales []txn.Tx, refunds []txn.Refund, err error) {
	s, err := store.Open(b.rig.DataDir(), store.ReadOnly())
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if cerr := s.Close(); err == nil {
			err = cerr
		}
	}()
	rows, err := s.RowsBefore(0, rowsShown)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		if r.At < b.began.UnixMilli() {
			break // of an earlier world, whose gateways are gone
		}
		l, err := fold(s, r.Tx)
		if err != nil {
			return nil, nil, err
		}
		sales, refunds = append(sales, l.Txs...), append(refunds, l.Refunds...)
	}
	return sales, refunds, nil
}

// fold makes of the records of one transaction what the terminal made of them.
func fold(s *store.Store, tx uint64) (txn.Ledger, error) {
	stored, err := s.OfTx(tx)
	if err != nil {
		return txn.Ledger{}, err
	}
	var recs []journal.Record
	for _, r := range stored {
		recs = append(recs, journal.Record{Seq: r.Seq, Tx: r.Tx, At: txn.Wall(r.At), Kind: r.Kind, Body: r.Body})
	}
	return journal.Load(recs, tx, 0)
}
