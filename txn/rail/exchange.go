package rail

import (
	"errors"
	"time"

	"till/txn"
)

// ErrNotOffered is a call that a network does not have; the machine must not
// make it.
var ErrNotOffered = errors.New("this network does not offer it")

// Exchange is one request to a network and what becomes of its answer: what an
// effect asks for, whoever carries it.
type Exchange struct {
	Rail   txn.RailName
	Call   string        // for the log: "pay", "refund query", "find"
	Number string        // for the log: of the sale or the refund it is about
	Limit  time.Duration // from the first look-up of a name to the last byte of the answer

	// Build makes the request, which takes a signature's time. An error means
	// that there is none to be made, and that nothing is sent.
	Build func(r Rail, nonce string, at txn.Wall) (Request, error)
	// Read folds the answer, and Silent that there is none.
	Read   func(r Rail, resp Response, at txn.Wall) txn.Event
	Silent func(Silence) txn.Event
}

// callLimit is how long one request about a sale may take. A query is given up
// before the next is due.
var callLimit = map[txn.Call]time.Duration{
	txn.CallPay:     25 * time.Second,
	txn.CallQuery:   9 * time.Second,
	txn.CallReverse: 20 * time.Second,
	txn.CallShow:    15 * time.Second,
	txn.CallClose:   15 * time.Second,
}

// refundLimit is how long a request about a refund may take.
const refundLimit = 20 * time.Second

// Asks is the exchange that an effect asks for; false when it asks nothing of a
// network.
func Asks(effect txn.Effect) (Exchange, bool) {
	switch f := effect.(type) {
	case txn.SendPay:
		return sale(txn.CallPay, f.Ask, func(r Rail, nonce string, at txn.Wall) (Request, error) {
			return r.Pay(f, nonce, at)
		}), true
	case txn.SendQuery:
		return query(f.Ask), true
	case txn.SendReversal:
		return reverse(f.Ask), true
	case txn.SendShow:
		return sale(txn.CallShow, f.Ask, offered(func(r Shower, nonce string, at txn.Wall) (Request, error) {
			return r.Show(f, nonce, at)
		})), true
	case txn.SendClose:
		return sale(txn.CallClose, f.Ask, offered(func(r Shower, nonce string, at txn.Wall) (Request, error) {
			return r.Close(f.Ask, nonce, at)
		})), true
	case txn.SendRefund:
		if f.Method == txn.ByVoid {
			return void(f.RefundAsk, reverse), true
		}
		return refund(txn.CallRefund, f.RefundAsk, offered(func(r Refunder, nonce string, at txn.Wall) (Request, error) {
			return r.Refund(f.RefundAsk, nonce, at)
		})), true
	case txn.SendRefundQuery:
		if f.Method == txn.ByVoid {
			return void(f.RefundAsk, query), true
		}
		return refund(txn.CallRefundQuery, f.RefundAsk, offered(func(r Refunder, nonce string, at txn.Wall) (Request, error) {
			return r.RefundQuery(f.RefundAsk, nonce, at)
		})), true
	case txn.SendRepair:
		return refund(txn.CallRefundRepair, f.RefundAsk, offered(func(r Repairer, nonce string, at txn.Wall) (Request, error) {
			return r.Repair(f.RefundAsk, nonce, at)
		})), true
	case txn.FindSale:
		return find(f.FindAsk), true
	case txn.AskBalance:
		return balance(f.Rail), true
	}
	return Exchange{}, false
}

// build is how an Exchange makes its request.
type build = func(Rail, string, txn.Wall) (Request, error)

// offered is a call that only some networks have.
func offered[R Rail](f func(R, string, txn.Wall) (Request, error)) build {
	return func(r Rail, nonce string, at txn.Wall) (Request, error) {
		if able, ok := r.(R); ok {
			return f(able, nonce, at)
		}
		return Request{}, ErrNotOffered
	}
}

func sale(call txn.Call, ask txn.Ask, b build) Exchange {
	return Exchange{
		Rail: ask.Rail, Call: call.String(), Number: string(ask.Order), Limit: callLimit[call], Build: b,
		Read:   func(r Rail, resp Response, at txn.Wall) txn.Event { return r.Read(call, ask, resp, at) },
		Silent: func(s Silence) txn.Event { return Silent(call, ask, s) },
	}
}

func query(ask txn.Ask) Exchange {
	return sale(txn.CallQuery, ask, func(r Rail, nonce string, at txn.Wall) (Request, error) {
		return r.Query(ask, nonce, at)
	})
}

func reverse(ask txn.Ask) Exchange {
	return sale(txn.CallReverse, ask, func(r Rail, nonce string, at txn.Wall) (Request, error) {
		return r.Reverse(ask, nonce, at)
	})
}

func refund(call txn.RefundCall, a txn.RefundAsk, b build) Exchange {
	return Exchange{
		Rail: a.Rail, Call: call.String(), Number: string(a.Refund), Limit: refundLimit, Build: b,
		Read: func(r Rail, resp Response, at txn.Wall) txn.Event {
			return r.(Refunder).ReadRefund(call, a, resp, at) // who built the request reads the answer
		},
		Silent: func(s Silence) txn.Event { return SilentRefund(call, a, s) },
	}
}

// void asks a network to take a whole sale back, or whether it has: a refund by a
// reversal of its sale.
func void(a txn.RefundAsk, ask func(txn.Ask) Exchange) Exchange {
	x := ask(txn.Ask{Order: a.Order, Rail: a.Rail, Amount: a.Total, Begun: a.Begun, Shown: a.Shown})
	read, silent := x.Read, x.Silent
	x.Read = func(r Rail, resp Response, at txn.Wall) txn.Event {
		return Voided(a, read(r, resp, at).(txn.Answered))
	}
	x.Silent = func(s Silence) txn.Event { return Voided(a, silent(s).(txn.Answered)) }
	return x
}

func find(a txn.FindAsk) Exchange {
	return Exchange{
		Rail: a.Rail, Call: "find", Number: string(a.Order), Limit: callLimit[txn.CallQuery],
		Build: offered(func(r Finder, nonce string, at txn.Wall) (Request, error) { return r.Find(a, nonce, at) }),
		Read: func(r Rail, resp Response, at txn.Wall) txn.Event {
			return r.(Finder).ReadFind(a, resp, at)
		},
		Silent: func(s Silence) txn.Event { return SilentFind(a, s) },
	}
}

func balance(name txn.RailName) Exchange {
	return Exchange{
		Rail: name, Call: "balance", Limit: callLimit[txn.CallQuery],
		Build: offered(func(r Balancer, nonce string, at txn.Wall) (Request, error) { return r.Balance(nonce, at) }),
		Read: func(r Rail, resp Response, at txn.Wall) txn.Event {
			return r.(Balancer).ReadBalance(resp, at)
		},
		Silent: func(s Silence) txn.Event {
			return txn.Balance{Rail: name, Cause: txn.CauseNoAnswer, Fault: s.Fault}
		},
	}
}
