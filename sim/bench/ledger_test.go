package bench

import (
	"bytes"
	"image"
	"slices"
	"strconv"
	"testing"
	"time"

	"till/sim/printersim"
	"till/sim/railsim"
	"till/txn"
	"till/txn/money"
)

func TestPartiesAgreeOnlyWhenAllSayTheSame(t *testing.T) {
	for _, c := range []struct {
		name string
		row  row
		want bool
	}{
		{"paid", row{Terminal: "approved", Gateway: "paid", Wallet: -100, due: -100, Paper: "printed"}, true},
		{"no paper yet", row{Terminal: "approved", Gateway: "paid", Wallet: -100, due: -100}, false},
		{"torn paper", row{Terminal: "approved", Gateway: "paid", Wallet: -100, due: -100, Paper: "torn"}, false},
		{"another sum", row{Terminal: "approved", Gateway: "paid", Wallet: -200, due: -100, Paper: "printed"}, false},
		{"approved, not charged", row{Terminal: "approved", Gateway: "declined", Paper: "printed"}, false},
		{"unknown, charged", row{Terminal: "unknown", Gateway: "paid", Wallet: -100, due: -100}, false},
		{"unknown, not charged", row{Terminal: "unknown"}, false},
		{"declined", row{Terminal: "declined", Gateway: "declined"}, true},
		{"declined, charged", row{Terminal: "declined", Gateway: "paid", Wallet: -100, due: -100}, false},
		{"declined, still waiting", row{Terminal: "declined", Gateway: "waiting"}, false},
		{"declined, with a receipt", row{Terminal: "declined", Gateway: "declined", Paper: "printed"}, false},
		{"taken back", row{Terminal: "reversed", Gateway: "returned"}, true},
		{"never arrived", row{Terminal: "reversed"}, true},
		{"being taken back", row{Terminal: "reversing", Gateway: "returned"}, false},
		{"the terminal knows nothing", row{Gateway: "paid", Wallet: -100, due: -100}, false},
		{"a part went back",
			row{Terminal: "approved", Back: 40, Gateway: "paid", GatewayBack: 40, Wallet: -60, due: -60,
				Paper: "printed"}, true},
		{"a part went back, the terminal does not know",
			row{Terminal: "approved", Gateway: "paid", GatewayBack: 40, Wallet: -60, due: -60,
				Paper: "printed"}, false},
		{"a part went back twice",
			row{Terminal: "approved", Back: 40, Gateway: "paid", GatewayBack: 80, Wallet: -20, due: -20,
				Paper: "printed"}, false},
		{"a part went back and never came",
			row{Terminal: "approved", Back: 40, Gateway: "paid", GatewayBack: 40, Wallet: -100, due: -60,
				Paper: "printed"}, false},
		{"all of it went back",
			row{Terminal: "approved", Back: 100, Gateway: "returned", GatewayBack: 100, Paper: "printed"}, true},
		{"all of it went back, the terminal knows of a part",
			row{Terminal: "approved", Back: 40, Gateway: "returned", GatewayBack: 100, Paper: "printed"}, false},
		{"cash", row{Rail: "cash", Terminal: "approved", Paper: "printed"}, true},
		{"cash, and a gateway was paid",
			row{Rail: "cash", Terminal: "approved", Gateway: "paid", Wallet: -100, Paper: "printed"}, false},
	} {
		c.row.Kind, c.row.Fen = "sale", 100
		if got := c.row.agrees(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestRefundsAgreeOnlyWhenTheMoneyIsWhereTheTerminalSays(t *testing.T) {
	for _, c := range []struct {
		name string
		row  row
		want bool
	}{
		{"promised, nothing yet", row{Terminal: "promised", Paper: "promised", owed: true}, true},
		{"promised, no slip yet", row{Terminal: "promised", owed: true}, false},
		{"promised, and the gateway has it",
			row{Terminal: "promised", Gateway: "processing", Paper: "promised"}, false},
		{"promised, and the money came",
			row{Terminal: "promised", Gateway: "paidOut", Wallet: 40, due: 40, Paper: "promised"}, false},
		{"sent", row{Terminal: "sent"}, false},
		{"it waits", row{Terminal: "waits", Paper: "waits"}, true},
		{"accepted", row{Terminal: "accepted", Gateway: "processing", Paper: "accepted"}, true},
		{"accepted, paid out meanwhile",
			row{Terminal: "accepted", Gateway: "paidOut", Wallet: 40, due: 40, Paper: "accepted"}, false},
		{"paid back", row{Terminal: "paidBack", Gateway: "paidOut", Wallet: 40, due: 40, Paper: "paidBack"}, true},
		{"paid back after a promise",
			row{Terminal: "paidBack", Gateway: "paidOut", Wallet: 40, due: 40, Paper: "promised"}, true},
		{"paid back, the slip says it was not",
			row{Terminal: "paidBack", Gateway: "paidOut", Wallet: 40, due: 40, Paper: "refused"}, false},
		{"paid back, nothing came", row{Terminal: "paidBack", Gateway: "paidOut", due: 40, Paper: "paidBack"}, false},
		{"paid back, the gateway knows nothing", row{Terminal: "paidBack", Paper: "paidBack"}, false},
		{"to the shop",
			row{Terminal: "paidBack", Gateway: "paidOut", due: 40, Paper: "toShop", repaired: true}, true},
		{"refused", row{Terminal: "refused", Paper: "refused"}, true},
		{"refused, the slip says it is back", row{Terminal: "refused", Paper: "paidBack"}, false},
		{"refused, and the money came",
			row{Terminal: "refused", Gateway: "paidOut", Wallet: 40, due: 40, Paper: "refused"}, false},
		{"called off without a slip", row{Terminal: "calledOff"}, true},
		{"in cash", row{Terminal: "cash", Paper: "cash"}, true},
		{"in cash and by the gateway",
			row{Terminal: "cash", Gateway: "paidOut", Wallet: 40, due: 40, Paper: "cash"}, false},
		{"a dead card", row{Terminal: "stranded", Gateway: "abnormal", Paper: "accepted"}, true},
		{"closed after seven days", row{Terminal: "expired", Gateway: "closed", Paper: "accepted"}, true},
		{"a torn slip",
			row{Terminal: "paidBack", Gateway: "paidOut", Wallet: 40, due: 40, Paper: "torn", owed: true}, false},
		{"somebody else's", row{Gateway: "paidOut", Wallet: 40, due: 40}, false},
	} {
		c.row.Kind, c.row.Fen = "refund", 40
		if got := c.row.agrees(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	for phase, word := range refundWords {
		if _, ok := wants[word]; !ok && phase != txn.Underway {
			t.Errorf("nobody can agree to %v", phase)
		}
	}
}

const testOrder, testRefund = txn.OrderNo("ABCDEFGHJKMN0000000001"), txn.RefundNo("ABCDEFGHJKMNR0000000002")

// TestRowsComeFromTheirParties: two refunds of the same amount, of which one has
// arrived, and one that the terminal knows nothing of.
func TestRowsComeFromTheirParties(t *testing.T) {
	third := txn.RefundNo("ABCDEFGHJKMNR0000000003")
	sales := []txn.Tx{{
		Order: testOrder, Rail: txn.Alipay, Amount: money.Fen(12800), Phase: txn.PaidFor,
		Paper: txn.Paper{State: txn.PaperPrinted},
	}}
	refund := func(no txn.RefundNo, phase txn.RefundPhase) txn.Refund {
		return txn.Refund{No: no, Key: no, Order: testOrder, Rail: txn.Alipay, Amount: money.Fen(4000), Phase: phase}
	}
	refunds := []txn.Refund{refund(testRefund, txn.PaidBack), refund(third, txn.Taken)}
	view := func(no string, stage railsim.RefundStage) railsim.RefundView {
		return railsim.RefundView{Rail: "alipay", Number: no, Order: string(testOrder), Amount: 4000, Stage: stage}
	}
	orders := []railsim.Order{{
		Rail: "alipay", Number: string(testOrder), Stage: railsim.Paid, Fen: 12800, Charged: 12800, Returned: 4000,
		Refunds: []railsim.RefundView{view(string(testRefund), railsim.Refunded), view(string(third), railsim.Processing)},
	}}
	bill := []railsim.BillLine{
		{Rail: "alipay", Order: string(testOrder), Fen: -12800}, {Rail: "alipay", Order: string(testOrder), Fen: 4000},
	}
	papers := []piece{{id: 1, state: "cut", text: "老张面馆\n流水号:   000001\n"},
		{id: 2, state: "cut", text: "款项已退回\nMONEY RETURNED\n查询号:   000002        Ask with\n"},
		{id: 3, state: "cut", text: "已受理，未到账\n查询号:   000003        Ask with\n"}}
	rows := put(sales, refunds, orders, bill, papers)
	want := []row{
		{Kind: "refund", No: "000003", Terminal: "accepted", Gateway: "processing", Paper: "accepted", Agree: true},
		{Kind: "refund", No: "000002", Terminal: "paidBack", Gateway: "paidOut", Wallet: 4000,
			Paper: "paidBack", Agree: true},
		{Kind: "sale", No: "000001", Terminal: "approved", Back: 4000, Gateway: "paid", GatewayBack: 4000,
			Wallet: -8800, Paper: "printed", Agree: true},
	}
	if len(rows) != len(want) {
		t.Fatalf("%d rows: %+v", len(rows), rows)
	}
	for i, w := range want {
		r := rows[i]
		got := row{
			Kind: r.Kind, No: r.No, Terminal: r.Terminal, Back: r.Back, Gateway: r.Gateway, GatewayBack: r.GatewayBack,
			Wallet: r.Wallet, Paper: r.Paper, Agree: r.Agree,
		}
		if got != w {
			t.Errorf("row %d:\n%+v, want\n%+v", i+1, got, w)
		}
	}
	// The same refund a second time, under a number that is not the terminal's.
	orders[0].Returned, orders[0].Refunds = 8000, append(orders[0].Refunds, view("ELSEWHERE", railsim.Refunded))
	bill = append(bill, railsim.BillLine{Rail: "alipay", Order: string(testOrder), Fen: 4000})
	rows = put(sales, refunds, orders, bill, papers)
	for _, r := range rows {
		if (r.Order == "ELSEWHERE" || r.Kind == "sale") && r.Agree {
			t.Errorf("all agree to %+v", r)
		}
	}
	if len(rows) != len(want)+1 {
		t.Errorf("the refund that nobody ordered is not shown: %+v", rows)
	}
}

// TestAVoidIsAReversalToTheGateway: there is no refund in its books.
func TestAVoidIsAReversalToTheGateway(t *testing.T) {
	sales := []txn.Tx{{Order: testOrder, Rail: txn.Alipay, Amount: money.Fen(500), Phase: txn.PaidFor}}
	refunds := []txn.Refund{{
		No: testRefund, Key: testRefund, Order: testOrder, Amount: money.Fen(500), Phase: txn.PaidBack, Method: txn.ByVoid,
	}}
	orders := []railsim.Order{{
		Rail: "alipay", Number: string(testOrder), Stage: railsim.Gone, Fen: 500, Charged: 500, Returned: 500,
	}}
	bill := []railsim.BillLine{{Order: string(testOrder), Fen: -500}, {Order: string(testOrder), Fen: 500}}
	papers := []piece{{state: "cut", text: "流水号: 000001\n"}, {state: "cut", text: "款项已退回\n查询号: 000002\n"}}
	for _, r := range put(sales, refunds, orders, bill, papers) {
		if !r.Agree {
			t.Errorf("not agreed: %+v", r)
		}
	}
}

func TestGatewayWordsTellWhatCanStillBePaid(t *testing.T) {
	for _, c := range []struct {
		order railsim.Order
		want  string
	}{
		{railsim.Order{Kind: "MICROPAY", Stage: railsim.Open}, "declined"}, // NOT_ENOUGH leaves NOTPAY
		{railsim.Order{Kind: "NATIVE", Stage: railsim.Open}, "waiting"},
		{railsim.Order{Kind: "pay", Stage: railsim.Waiting}, "waiting"},
		{railsim.Order{Kind: "NATIVE", Stage: railsim.Gone}, "closed"},
		{railsim.Order{Kind: "MICROPAY", Stage: railsim.Gone}, "declined"},
		{railsim.Order{Kind: "MICROPAY", Stage: railsim.Gone, Undos: 1}, "closed"},
		{railsim.Order{Stage: railsim.Paid, Charged: 5}, "paid"},
		{railsim.Order{Stage: railsim.Paid, Charged: 5, Returned: 4}, "paid"},
		{railsim.Order{Stage: railsim.Paid, Charged: 5, Returned: 5}, "returned"},
	} {
		if got := gatewayWord(c.order); got != c.want {
			t.Errorf("%+v: %s, want %s", c.order, got, c.want)
		}
	}
}

func TestPaperSpeaksForItself(t *testing.T) {
	text := "老张面馆\n流水号:   000042\n终端号:   T0317\n"
	for _, c := range []struct {
		text, label, number string
		want                bool
	}{
		{text, "流水号:", "000042", true}, {text, "流水号:", "000043", false},
		{text, "查询号:", "000042", false}, {"000042", "流水号:", "000042", false},
		{"查询号:   000042        Ask with\n", "查询号:", "000042", true},
		{"查询号:   0000421        Ask with\n", "查询号:", "000042", false},
	} {
		if _, ok := onPaper(c.text, c.label, c.number); ok != c.want {
			t.Errorf("%q after %s in %q: %v", c.number, c.label, c.text, ok)
		}
	}
	for _, c := range []struct {
		paper printersim.Receipt
		want  string
	}{
		{printersim.Receipt{Unfinished: true}, "printing"}, {printersim.Receipt{RollEnd: true}, "torn"},
		{printersim.Receipt{Cut: true}, "cut"},
	} {
		if got := slipState(c.paper); got != c.want {
			t.Errorf("%+v is %s, want %s", c.paper, got, c.want)
		}
	}
}

// TestRollRemembersWhatThePrinterForgets prints slips of which the printer keeps
// the last three, two of them with the same bytes.
func TestRollRemembersWhatThePrinterForgets(t *testing.T) {
	paper := func(n int) printersim.Receipt {
		raw := []byte("slip " + strconv.Itoa(n/2)) // each twice
		if n%3 == 0 {
			raw = append(raw, "TILL1ABCDEFGHJKMN0000000001ABCDEFGH"...)
		}
		return printersim.Receipt{Raw: raw, Cut: true, Image: image.NewGray(image.Rect(0, 0, 8, 8))}
	}
	var r roll
	var all []printersim.Receipt
	for n := range 12 {
		all = append(all, paper(n))
		kept := all[max(0, len(all)-3):]
		half := printersim.Receipt{Raw: []byte("half"), Unfinished: true}
		for range 2 { // nothing new the second time
			if printing := r.tear(append(slices.Clone(kept), half)); len(printing) != 1 {
				t.Fatalf("%d pieces are in the printer", len(printing))
			}
		}
	}
	if len(r.done) != len(all) || r.codes != 4 {
		t.Fatalf("%d pieces, %d with a code", len(r.done), r.codes)
	}
	for i, p := range r.done {
		if !bytes.Equal(p.raw, all[i].Raw) || p.id != i+1 || (p.code != "") != (i%3 == 0) {
			t.Errorf("piece %d: %+v", i+1, p)
		}
	}
}

func TestPhoneShowsItsOwnBillAndAsksForWhoeverAsks(t *testing.T) {
	b := newBench(t)
	if err := b.Set("wallet", "unionpay"); err != nil {
		t.Fatal(err)
	}
	b.mu.Lock()
	p := b.phoneNow()
	b.mu.Unlock()
	if p.Wallet != "unionpay" || p.Code[:2] != "62" || len(p.Bill) != 0 || p.Asks != 0 || p.OnShow {
		t.Errorf("the phone: %+v", p)
	}
	if p.Life != time.Minute.Milliseconds() {
		t.Errorf("a code lives %d ms", p.Life)
	}
}

func TestGatewaysAreToldApart(t *testing.T) {
	b := newBench(t)
	for _, do := range []func() error{
		func() error { return b.Gateway("alipay", "pay", "decline") },
		func() error { return b.Gateway("lakala", "refund", "late") },
		func() error { return b.Gateway("lakala", "pay", "lost") },
		func() error { return b.Behave("wechatpay", "query next 2 not-found") },
		func() error { return b.Gateway("wechatpay", "merchant", "topup") },
		func() error { return b.Gateway("alipay", "merchant", "empty") },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string][]string{
		"wechatpay": {"query next 2 not-found"}, "alipay": {"pay always decline ACQ.BUYER_BALANCE_NOT_ENOUGH"},
		"lakala": {"pay always charge-and-lose-answer", "refund always refund-late 1m30s"},
	} {
		desk, _ := b.rig.Desk(name)
		var got []string
		for _, s := range desk.Current() {
			got = append(got, s.String())
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s behaves %q, want %q", name, got, want)
		}
	}
	if got := b.rig.WeChat.Available(); got != topUp {
		t.Errorf("the merchant has %d fen", got)
	}
	if err := b.Behave("alipay", "pay always dance"); err == nil {
		t.Error("nonsense was taken")
	}
	const want = "# Recorded on the bench. Play it: till play FILE\n" +
		"gateway alipay pay always decline ACQ.BUYER_BALANCE_NOT_ENOUGH\n" +
		"gateway lakala refund always refund-late 90s\n" +
		"gateway lakala well\ngateway lakala pay always charge-and-lose-answer\n" +
		"gateway lakala refund always refund-late 90s\n" +
		"gateway query next 2 not-found\nmerchant tops up 500.00\nmerchant alipay available 0.00\n"
	if got := b.rec.script(); got != want {
		t.Errorf("recorded:\n%s\nwant:\n%s", got, want)
	}
}
