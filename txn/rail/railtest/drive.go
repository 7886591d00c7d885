package railtest

import (
	"errors"
	"fmt"
	"time"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

// price is the amount of every sale, and part what is refunded of it first.
var price, part = money.Fen(1250), money.Fen(500)

// tries is how often an open question is asked before a test gives up.
const tries = 60

// ask is a new sale.
func (k *kit) ask() txn.Ask {
	k.orders++
	order := txn.OrderNo(fmt.Sprintf("RAILTESTKIT1%010d", k.orders))
	return txn.Ask{Order: order, Rail: k.s.Rail.Name(), Amount: price, Begun: k.g.Now()}
}

// maker makes a request.
type maker func(nonce string, at txn.Wall) (rail.Request, error)

// exchange makes and carries a request; without an answer, it says how.
func (k *kit) exchange(make maker) (rail.Response, *rail.Silence) {
	k.Helper()
	k.nonces++
	req, err := make(fmt.Sprintf("railtest%d", k.nonces), k.g.Now())
	if err != nil {
		k.Fatalf("make a request: %v", err)
	}
	r, err := k.g.Exchange(req)
	if err == nil {
		return r, nil
	}
	lost, ok := errors.AsType[*Lost](err)
	if !ok {
		k.Fatalf("exchange %s: %v", req, err)
	}
	return rail.Response{}, &rail.Silence{Fault: rail.FaultBroken, Sent: lost.Sent}
}

// maker returns the request of a call about a sale.
func (k *kit) maker(call txn.Call, a txn.Ask) maker {
	r := k.s.Rail
	switch call {
	case txn.CallPay:
		e := txn.SendPay{Ask: a, Code: txn.NewPayerCode(k.g.Code())}
		return func(n string, at txn.Wall) (rail.Request, error) { return r.Pay(e, n, at) }
	case txn.CallQuery:
		return func(n string, at txn.Wall) (rail.Request, error) { return r.Query(a, n, at) }
	case txn.CallReverse:
		return func(n string, at txn.Wall) (rail.Request, error) { return r.Reverse(a, n, at) }
	}
	shower, ok := r.(rail.Shower)
	if !ok {
		k.Fatalf("the rail does not %s", call)
	}
	if call == txn.CallClose {
		return func(n string, at txn.Wall) (rail.Request, error) { return shower.Close(a, n, at) }
	}
	e := txn.SendShow{Ask: a, Lives: shower.ShowPolicy().Lives}
	return func(n string, at txn.Wall) (rail.Request, error) { return shower.Show(e, n, at) }
}

// sale makes one call about a sale and folds what comes of it.
func (k *kit) sale(call txn.Call, a txn.Ask) txn.Answered {
	k.Helper()
	r, silence := k.exchange(k.maker(call, a))
	if silence != nil {
		return rail.Silent(call, a, *silence)
	}
	ans := k.s.Rail.Read(call, a, r, k.g.Now())
	if ans.Order != a.Order || ans.Call != call {
		k.Errorf("asked %s about %s, and read %s about %s", call, a.Order, ans.Call, ans.Order)
	}
	return ans
}

// open reports whether an outcome leaves the money open.
func open(o txn.Outcome) bool { return o == txn.Unknown || o == txn.Pending }

// settle asks until the outcome is known, at most as long as a terminal would.
func (k *kit) settle(a txn.Ask, ans txn.Answered) txn.Answered {
	k.Helper()
	for range tries {
		if !open(ans.Outcome) {
			return ans
		}
		k.g.Pass(k.s.Rail.Policy().Interval)
		ans = k.sale(txn.CallQuery, a)
	}
	return ans
}

// paid is a sale that was paid.
func (k *kit) paid() (txn.Ask, txn.Answered) {
	k.Helper()
	a := k.ask()
	ans := k.settle(a, k.sale(txn.CallPay, a))
	if ans.Outcome != txn.Approved {
		k.Fatalf("a sale that should be paid: %s", said(ans))
	}
	return a, ans
}

// undo reverses until that is done, and asks whether it is.
func (k *kit) undo(a txn.Ask) txn.Answered {
	k.Helper()
	k.g.Pass(k.s.Rail.Policy().ReverseAfter)
	ans := k.sale(txn.CallReverse, a)
	for range tries {
		if !open(ans.Outcome) {
			break
		}
		k.g.Pass(k.s.Rail.Policy().ReversalInterval)
		ans = k.sale(txn.CallReverse, a)
	}
	return ans
}

// kept fails unless a sale has cost the payer so much.
func (k *kit) kept(o txn.OrderNo, fen int64) {
	k.Helper()
	if b := k.g.Books(o); b.Kept() != fen || b.Charged > price.Minor() {
		k.Errorf("%s cost the payer %d fen (charged %d, returned %d), want %d",
			o, b.Kept(), b.Charged, b.Returned, fen)
	}
}

func said(a txn.Answered) string {
	return fmt.Sprintf("%s to %s, cause %q, code %q, fault %q",
		a.Outcome, a.Call, a.Cause, a.Code, a.Fault)
}

// refundAsk is a new refund of a sale.
func (k *kit) refundAsk(a txn.Ask, amount money.Amount) txn.RefundAsk {
	k.orders++
	no := txn.RefundNo(fmt.Sprintf("RAILTESTKIT1R%010d", k.orders))
	return txn.RefundAsk{Refund: no, Order: a.Order, Rail: a.Rail, Amount: amount, Total: a.Amount,
		Reason: "railtest", Begun: k.g.Now(), Shown: a.Shown}
}

// refundMaker returns the request of a call about a refund.
func (k *kit) refundMaker(call txn.RefundCall, a txn.RefundAsk) maker {
	r := k.s.Rail.(rail.Refunder)
	switch call {
	case txn.CallRefund:
		return func(n string, at txn.Wall) (rail.Request, error) { return r.Refund(a, n, at) }
	case txn.CallRefundRepair:
		repairer := r.(rail.Repairer)
		return func(n string, at txn.Wall) (rail.Request, error) { return repairer.Repair(a, n, at) }
	}
	return func(n string, at txn.Wall) (rail.Request, error) { return r.RefundQuery(a, n, at) }
}

// refund makes one call about a refund and folds what comes of it.
func (k *kit) refund(call txn.RefundCall, a txn.RefundAsk) txn.RefundAnswered {
	k.Helper()
	r, silence := k.exchange(k.refundMaker(call, a))
	if silence != nil {
		return rail.SilentRefund(call, a, *silence)
	}
	ans := k.s.Rail.(rail.Refunder).ReadRefund(call, a, r, k.g.Now())
	if ans.Refund != a.Refund || ans.Order != a.Order || ans.Call != call {
		k.Errorf("asked %s about %s of %s, and read %s about %s of %s",
			call, a.Refund, a.Order, ans.Call, ans.Refund, ans.Order)
	}
	if ans.Payer < 0 || ans.Discount < 0 || ans.Payer+ans.Discount > a.Amount.Minor() {
		k.Errorf("of %s the payer gets %d and %d in discounts", a.Amount, ans.Payer, ans.Discount)
	}
	return ans
}

// settleRefund asks until a refund has ended, and sends it again where the network
// has never heard of it, under its number.
func (k *kit) settleRefund(a txn.RefundAsk, ans txn.RefundAnswered) txn.RefundAnswered {
	k.Helper()
	for range tries {
		switch ans.Outcome {
		case txn.RefundUnknown, txn.RefundAccepted:
			k.g.Pass(time.Minute)
			ans = k.refund(txn.CallRefundQuery, a)
		case txn.RefundAbsent:
			ans = k.refund(txn.CallRefund, a)
		default:
			return ans
		}
	}
	return ans
}

func saidRefund(a txn.RefundAnswered) string {
	return fmt.Sprintf("%s to %s, cause %q, code %q, fault %q",
		a.Outcome, a.Call, a.Cause, a.Code, a.Fault)
}

// find asks what the network knows of a sale.
func (k *kit) find(a txn.FindAsk) txn.Found {
	k.Helper()
	r := k.s.Rail.(rail.Finder)
	got, silence := k.exchange(func(n string, at txn.Wall) (rail.Request, error) {
		return r.Find(a, n, at)
	})
	if silence != nil {
		return rail.SilentFind(a, *silence)
	}
	return r.ReadFind(a, got, k.g.Now())
}
