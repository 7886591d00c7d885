package railtest

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"till/txn"
	"till/txn/rail"
)

// This file tries the kit itself: a rail that keeps its promises passes against a
// gateway of a few lines, and each rail that breaks one is found out.

// fake is a gateway and its language at once: the body of a request is a line of
// words, and so is that of an answer. Its signature is a header.
type fake struct {
	now      time.Time
	sales    map[string]*fakeSale
	refunds  map[string]*fakeRefund
	told     map[Call]Behaviour
	funds    int64
	payments int
}

type fakeSale struct {
	state             string // "waiting", "paid", "undone"
	charged, returned int64
}

type fakeRefund struct{ fen int64 }

func openFake(testing.TB) Gateway {
	return &fake{now: time.Date(2030, 3, 1, 1, 0, 0, 0, time.UTC), funds: 1 << 40,
		sales: map[string]*fakeSale{}, refunds: map[string]*fakeRefund{}, told: map[Call]Behaviour{}}
}

func (f *fake) Now() txn.Wall        { return txn.Wall(f.now.UnixMilli()) }
func (f *fake) Pass(d time.Duration) { f.now = f.now.Add(d) }
func (f *fake) SetFunds(fen int64)   { f.funds = fen }
func (f *fake) Scan(string) error    { return fmt.Errorf("nothing to scan") }
func (f *fake) Code() string         { f.payments++; return fmt.Sprintf("13%016d", f.payments) }

func (f *fake) Tell(c Call, b Behaviour) error {
	if b == RefundClosed || b == RefundAbnormal {
		return fmt.Errorf("no such thing")
	}
	f.told[c] = b
	return nil
}

func (f *fake) Confirm() error {
	for _, s := range f.sales {
		if s.state == "waiting" {
			s.state, s.charged = "paid", price.Minor()
			return nil
		}
	}
	return fmt.Errorf("nothing waits")
}

func (f *fake) Books(o txn.OrderNo) Books {
	if s := f.sales[string(o)]; s != nil {
		return Books{s.charged, s.returned}
	}
	return Books{}
}

// Exchange reads "call order refund fen total code" and answers "order refund fen
// state reference"; the header Sign is a digest of the body.
func (f *fake) Exchange(r rail.Request) (rail.Response, error) {
	var call, order, refund, code string
	var fen, total int64
	if _, err := fmt.Sscan(string(r.Body), &call, &order, &refund, &fen, &total, &code); err != nil {
		return rail.Response{}, err
	}
	b := f.told[Call(call)]
	delete(f.told, Call(call))
	switch b {
	case Down:
		return rail.Response{}, &Lost{}
	case LoseRequest:
		return rail.Response{}, &Lost{Sent: true}
	case BadGateway:
		return rail.Response{Status: 502, Body: []byte("<html>")}, nil
	case ErrorUndone:
		return f.sign(order+" "+refund+" 0 error -", b), nil
	}
	state := f.handle(Call(call), order, refund, fen, b)
	if booked := f.refunds[refund]; booked != nil {
		fen = booked.fen
	}
	reference := "T" + order
	switch b {
	case LoseAnswer, CutMidAnswer:
		return rail.Response{}, &Lost{Sent: true}
	case ErrorDone:
		state = "error"
	case WrongOrder:
		order += "x"
	case WrongRefund:
		refund += "x"
	case WrongAmount:
		fen++
	}
	return f.sign(fmt.Sprintf("%s %s %d %s %s", order, refund, fen, state, reference), b), nil
}

func (f *fake) handle(c Call, order, refund string, fen int64, b Behaviour) string {
	s := f.sales[order]
	switch c {
	case Pay:
		if s == nil {
			s = &fakeSale{state: "waiting"}
			f.sales[order] = s
			switch b {
			case Decline:
				s.state = "short"
			case Password:
			default:
				s.state, s.charged = "paid", fen
			}
		}
		return s.state
	case Reverse:
		if s == nil {
			return "absent"
		}
		s.state, s.returned = "undone", s.charged
		return s.state
	case Refund:
		return f.refund(s, refund, fen)
	case RefundQuery:
		if before := f.refunds[refund]; before != nil {
			return "refunded"
		}
	case Query:
		if s != nil {
			return s.state
		}
	}
	return "absent"
}

func (f *fake) refund(s *fakeSale, refund string, fen int64) string {
	before := f.refunds[refund]
	switch {
	case before != nil && before.fen != fen:
		return "reused"
	case before != nil:
		return "refunded"
	case s == nil || s.state != "paid":
		return "unpaid"
	case s.returned+fen > s.charged:
		return "over"
	case f.funds < fen:
		return "held"
	}
	f.refunds[refund] = &fakeRefund{fen}
	f.funds -= fen
	s.returned += fen
	return "refunded"
}

func digest(by, at, body string) string {
	sum := uint64(14695981039346656037)
	for _, c := range []byte(by + at + body) {
		sum = (sum ^ uint64(c)) * 1099511628211
	}
	return fmt.Sprintf("%016x", sum)
}

func (f *fake) sign(body string, b Behaviour) rail.Response {
	at, by, key := fmt.Sprint(f.now.Unix()), "network", "network"
	switch b {
	case Truncated:
		body = body[:len(body)/2]
	case Huge:
		body += " " + strings.Repeat("x", 1<<20)
	case UnknownKey:
		by = "stranger"
	case WrongSignature:
		key = "thief"
	}
	r := rail.Response{Status: 200, Body: []byte(body), Header: [][2]string{
		{"At", at}, {"By", by}, {"Sign", digest(key, at, body)}}}
	if b == Unsigned {
		r.Header = r.Header[:1]
	}
	return r
}

// toy is a rail for fake; its fields are the promises that it breaks.
type toy struct {
	believes, undated, shared, careless bool // of answers
	hopeless, generous, impatient       bool // of outcomes
	talkative, nameless, forgetful      bool // of requests
	sent                                int
}

func (*toy) Name() txn.RailName { return "toy" }

func (*toy) Policy() txn.Policy {
	return txn.Policy{FirstQuery: time.Second, Interval: time.Second, Queries: 3, ReverseAfter: time.Second,
		ReversalInterval: time.Second, ReversalIntervalMax: time.Minute}
}

func (*toy) RefundPolicy() txn.RefundPolicy {
	return txn.RefundPolicy{FundedFrom: "balance", Asks: []time.Duration{time.Second},
		Resend: time.Second, RetryHeld: time.Second}
}

func (y *toy) request(
	c Call, order txn.OrderNo, refund txn.RefundNo, fen, total int64, code string,
) (rail.Request, error) {
	if !y.nameless && order == "" {
		return rail.Request{}, fmt.Errorf("%s: no number", c)
	}
	if refund == "" {
		refund = "-"
	}
	if order == "" {
		order = "-"
	}
	if code == "" {
		code = "-"
	}
	body := fmt.Appendf(nil, "%s %s %s %d %d %s", c, order, refund, fen, total, code)
	r := rail.Request{Method: "POST", URL: "https://toy", Body: body}
	if y.talkative {
		r.URL += "/" + code
	}
	return r, nil
}

func (y *toy) Pay(e txn.SendPay, _ string, _ txn.Wall) (rail.Request, error) {
	if e.Code.Reveal() == "" || e.Amount.Zero() {
		return rail.Request{}, fmt.Errorf("nothing to pay")
	}
	return y.request(Pay, e.Order, "", e.Amount.Minor(), 0, e.Code.Reveal())
}

func (y *toy) Query(a txn.Ask, _ string, _ txn.Wall) (rail.Request, error) {
	return y.request(Query, a.Order, "", a.Amount.Minor(), 0, "")
}

func (y *toy) Reverse(a txn.Ask, _ string, _ txn.Wall) (rail.Request, error) {
	return y.request(Reverse, a.Order, "", a.Amount.Minor(), 0, "")
}

func (y *toy) Refund(a txn.RefundAsk, _ string, _ txn.Wall) (rail.Request, error) {
	if a.Refund == "" || a.Amount.Zero() || a.Amount.Over(a.Total) {
		return rail.Request{}, fmt.Errorf("nothing to refund")
	}
	if y.forgetful {
		y.sent++
		a.Refund = txn.RefundNo(fmt.Sprintf("%s%d", a.Refund, y.sent))
	}
	return y.request(Refund, a.Order, a.Refund, a.Amount.Minor(), a.Total.Minor(), "")
}

func (y *toy) RefundQuery(a txn.RefundAsk, _ string, _ txn.Wall) (rail.Request, error) {
	if a.Refund == "" {
		return rail.Request{}, fmt.Errorf("no number")
	}
	return y.request(RefundQuery, a.Order, a.Refund, a.Amount.Minor(), a.Total.Minor(), "")
}

// read is the state and the reference in an answer that is believed and about this
// order.
func (y *toy) read(order, refund string, fen int64, r rail.Response, at txn.Wall) (state, reference string) {
	stamp, body := r.Value("At"), string(r.Body)
	var now int64
	_, err := fmt.Sscan(stamp, &now)
	signed := r.Value("By") == "network" && r.Value("Sign") == digest("network", stamp, body)
	dated := err == nil && int64(at)/1000-now < 300
	if r.Status != 200 || len(body) > 1<<16 || !y.believes && !signed || !y.undated && !dated {
		return "", ""
	}
	words := append(strings.Fields(body), "", "", "", "", "")
	ours := y.shared || words[0] == order && words[1] == refund
	if !ours || !y.careless && words[2] != fmt.Sprint(fen) {
		return "", ""
	}
	return words[3], words[4]
}

func (y *toy) Read(call txn.Call, a txn.Ask, r rail.Response, at txn.Wall) txn.Answered {
	out := txn.Answered{Order: a.Order, Call: call, Cause: txn.CauseOther}
	state, reference := y.read(string(a.Order), "-", a.Amount.Minor(), r, at)
	switch state {
	case "paid":
		out.Outcome, out.Cause, out.Reference = txn.Approved, txn.CauseNone, txn.Reference(reference)
	case "waiting":
		out.Outcome, out.Cause = txn.Pending, txn.CausePayerActing
		if y.generous {
			out.Outcome = txn.Approved
		}
	case "short":
		out.Outcome, out.Cause = txn.Declined, txn.CausePayerFunds
	case "undone":
		out.Outcome, out.Cause = txn.Undone, txn.CauseConfirmed
	case "absent":
		out.Cause = txn.CauseNoSuchOrder
		if y.impatient {
			out.Outcome = txn.Declined
		}
	default:
		if y.hopeless && call == txn.CallPay {
			out.Outcome = txn.Declined
		}
	}
	return out
}

var toyRefunds = map[string]txn.RefundAnswered{
	"refunded": {Outcome: txn.RefundPaidOut},
	"reused":   {Cause: txn.CauseKeyReused},
	"unpaid":   {Outcome: txn.RefundRefused, Cause: txn.CauseNotPaid},
	"over":     {Outcome: txn.RefundRefused, Cause: txn.CauseOverRemainder},
	"held":     {Outcome: txn.RefundRefused, Cause: txn.CauseMerchantFunds},
	"absent":   {Outcome: txn.RefundAbsent, Cause: txn.CauseNoSuchOrder},
}

func (y *toy) ReadRefund(call txn.RefundCall, a txn.RefundAsk, r rail.Response, at txn.Wall) txn.RefundAnswered {
	state, _ := y.read(string(a.Order), string(a.Refund), a.Amount.Minor(), r, at)
	out, known := toyRefunds[state]
	if !known {
		out.Cause = txn.CauseOther
		if y.hopeless {
			out.Outcome = txn.RefundRefused
		}
	}
	if y.impatient && out.Outcome == txn.RefundAbsent {
		out.Outcome = txn.RefundRefused
	}
	if y.generous && out.Cause == txn.CauseMerchantFunds {
		out.Outcome = txn.RefundPaidOut
	}
	out.Refund, out.Order, out.Call = a.Refund, a.Order, call
	return out
}

// judge is a testing.TB that notes what fails and fails nothing.
type judge struct {
	testing.TB
	failed bool
}

func (j *judge) Errorf(string, ...any) { j.failed = true }
func (j *judge) Error(...any)          { j.failed = true }
func (j *judge) Fatalf(string, ...any) { j.failed = true; runtime.Goexit() }
func (j *judge) Fatal(...any)          { j.failed = true; runtime.Goexit() }
func (j *judge) Skipf(string, ...any)  { runtime.Goexit() }
func (j *judge) Skip(...any)           { runtime.Goexit() }

// failures runs the kit and returns the names of the tests that failed.
func failures(t *testing.T, s Subject) []string {
	t.Helper()
	var out []string
	for _, tt := range slices.Concat(saleTests, requestTests, trustTests(s.Rail), refundTests) {
		j := &judge{TB: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			tt.run(newKit(j, s))
		}()
		<-done
		if j.failed {
			out = append(out, tt.name)
		}
	}
	return out
}

func toySubject(y *toy) Subject {
	return Subject{Rail: y, Open: openFake, Dated: true, Lacks: []Lack{
		{Behaviour: RefundClosed, Why: "the fake is simple"}, {Behaviour: RefundAbnormal, Why: "the fake is simple"},
		{Behaviour: WrongMerchant, Why: "the fake has one merchant"},
	}}
}

func TestARailThatKeepsItsPromisesPasses(t *testing.T) {
	if got := failures(t, toySubject(&toy{})); len(got) > 0 {
		t.Errorf("%d tests failed:\n%s", len(got), strings.Join(got, "\n"))
	}
}

// TestEachBrokenPromiseIsFoundOut names one test that must fail for each.
func TestEachBrokenPromiseIsFoundOut(t *testing.T) {
	for name, tt := range map[string]struct {
		y    toy
		want string
	}{
		"believes what is not signed": {toy{believes: true}, "an answer to pay that is unsigned decides nothing"},
		"believes any key":            {toy{believes: true}, "an answer to refund that is unknown-serial decides nothing"},
		"believes changed bytes":      {toy{believes: true}, "no changed byte of an answer decides anything else"},
		"believes yesterday":          {toy{undated: true}, "yesterday's answer decides nothing today"},
		"takes another order's":       {toy{shared: true}, "an answer about another sale decides nothing"},
		"takes another refund's":      {toy{shared: true}, "an answer about another refund decides nothing"},
		"takes a lie about an order":  {toy{shared: true}, "an answer to query that is wrong-order decides nothing"},
		"takes another amount":        {toy{careless: true}, "an answer to query that is wrong-amount decides nothing"},
		"declines what is unknown":    {toy{hopeless: true}, "a payment after an error of the network is unknown until asked"},
		"refuses what is unknown":     {toy{hopeless: true}, "a refund after an error of the network is unknown, and booked once"},
		"approves before the payer":   {toy{generous: true}, "a payment is pending until the payer confirms"},
		"pays out before the shop":    {toy{generous: true}, "a refund waits for the shop's money under its number"},
		"declines what is absent":     {toy{impatient: true}, "a sale that the network has never heard of is not declined"},
		"refuses what is absent":      {toy{impatient: true}, "a refund that the network has never heard of is absent"},
		"tells the code in the URL":   {toy{talkative: true}, "no request prints its body, its signature or the payer's code"},
		"asks about nothing":          {toy{nameless: true}, "no request is made without what names it"},
		"forgets its refund number":   {toy{forgetful: true}, "a refund ends with the money at the payer, once"},
	} {
		if got := failures(t, toySubject(&tt.y)); !slices.Contains(got, tt.want) {
			t.Errorf("%s: not found out by %q, but by\n%s", name, tt.want, strings.Join(got, "\n"))
		}
	}
}

// TestAnExcuseNeedsAReasonAndEndsWithIt tries Lacks both ways.
func TestAnExcuseNeedsAReasonAndEndsWithIt(t *testing.T) {
	s := toySubject(&toy{})
	s.Lacks = s.Lacks[1:]
	if got := failures(t, s); !slices.Contains(got, "a refund that is given up is closed") {
		t.Errorf("what the gateway cannot do was left out in silence: %q", got)
	}
	s = toySubject(&toy{})
	s.Lacks = append(s.Lacks, Lack{Call: Pay, Behaviour: Unsigned, Why: "an excuse"})
	if got := failures(t, s); !slices.Contains(got, "an answer to pay that is unsigned decides nothing") {
		t.Errorf("an excuse outlived its reason: %q", got)
	}
}

func TestACodeWithoutASentenceIsFoundOut(t *testing.T) {
	silent := func(c txn.Cause, l txn.Lang) (string, string) {
		if c == txn.CauseRisk {
			return "", ""
		}
		return fmt.Sprint(c, l), fmt.Sprint(l, c)
	}
	for cause, want := range map[txn.Cause]bool{txn.CauseRisk: true, "no-cause": true, txn.CauseBusy: false} {
		j := &judge{TB: t}
		codesHaveAdvice(j, Subject{Advice: silent, Codes: []Code{{"X", []txn.Cause{cause}}}})
		if j.failed != want {
			t.Errorf("%s: failed %v", cause, j.failed)
		}
	}
}
