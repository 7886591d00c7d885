package rail

import "till/txn"

// Refunder is a Rail that gives money back. A refund has one number for all its
// repeats, and a repeat of one that was booked moves no money (rails.md 0.3).
type Refunder interface {
	Rail
	RefundPolicy() txn.RefundPolicy

	// Refund and RefundQuery return a signed request, or an error when there is
	// none to be made: nothing to give back, more than the sale, a number that the
	// network does not take, a key that does not sign. Then nothing was sent.
	Refund(a txn.RefundAsk, nonce string, at txn.Wall) (Request, error)
	RefundQuery(a txn.RefundAsk, nonce string, at txn.Wall) (Request, error)

	// ReadRefund says what an answer to call means. It folds every answer: what
	// cannot be read or believed is RefundUnknown.
	ReadRefund(call txn.RefundCall, a txn.RefundAsk, r Response, at txn.Wall) txn.RefundAnswered
}

// SilentRefund says what it means that no answer came: RefundUnknown, whether
// the request left or not. A refund is never reversed (rails.md 0.4); it is
// asked for, or sent again under the same number, which may have been sent
// before, so that "this request did not leave" says nothing about the refund.
func SilentRefund(call txn.RefundCall, a txn.RefundAsk, s Silence) txn.RefundAnswered {
	out := txn.RefundAnswered{
		Refund: a.Refund, Order: a.Order, Call: call, Fault: s.Fault,
		Outcome: txn.RefundUnknown, Cause: txn.CauseNoAnswer,
	}
	if !s.Sent {
		out.Cause = txn.CauseNotSent
	}
	return out
}

// Shower is a Rail whose payments can be begun by a code that the payer scans.
// Read folds the answers: to CallShow, Pending with QR is a code to show; to
// CallClose, Undone means closed, and Declined that it will not be closed
// (CauseAlreadyPaid when the payer was faster). To CallQuery about an Ask that is
// Shown, an order that nobody has scanned yet is Pending.
type Shower interface {
	Rail
	ShowPolicy() txn.ShowPolicy
	Show(e txn.SendShow, nonce string, at txn.Wall) (Request, error)
	Close(a txn.Ask, nonce string, at txn.Wall) (Request, error)
}

// Finder is a Rail that tells what it knows of a sale before it is refunded.
type Finder interface {
	Rail
	Find(a txn.FindAsk, nonce string, at txn.Wall) (Request, error)
	// ReadFind folds every answer: what cannot be read or believed is FindUnknown.
	ReadFind(a txn.FindAsk, r Response, at txn.Wall) txn.Found
}

// Balancer is a Rail that tells what there is to pay refunds from.
type Balancer interface {
	Rail
	Balance(nonce string, at txn.Wall) (Request, error)
	ReadBalance(r Response, at txn.Wall) txn.Balance
}

// Repairer is a Rail that can send an abnormal refund to the shop's own account,
// so that the shop can hand the money to the payer. The answer is read as one to
// CallRefundRepair. (Sending it to a card of the payer would need the number of
// his card, which till never asks for: causes.md C42, C63.)
type Repairer interface {
	Refunder
	Repair(a txn.RefundAsk, nonce string, at txn.Wall) (Request, error)
}

// SilentFind says what it means that no answer came.
func SilentFind(a txn.FindAsk, s Silence) txn.Found {
	out := txn.Found{Ask: a, Cause: txn.CauseNoAnswer, Fault: s.Fault}
	if !s.Sent {
		out.Cause = txn.CauseNotSent
	}
	return out
}

// Voided says what an answer about taking a whole sale back means for the refund
// that it stands for (rails.md 0.4). Only a query confirms it; a network that
// will not is RefundRefused, with the cause.
func Voided(a txn.RefundAsk, ans txn.Answered) txn.RefundAnswered {
	out := txn.RefundAnswered{
		Refund: a.Refund, Order: a.Order, Call: txn.CallRefund, Cause: ans.Cause, Code: ans.Code,
		Text: ans.Text, Fault: ans.Fault,
	}
	if ans.Call == txn.CallQuery {
		out.Call = txn.CallRefundQuery
	}
	switch {
	case ans.Call == txn.CallQuery && (ans.Outcome == txn.Undone || ans.Outcome == txn.Declined):
		out.Outcome = txn.RefundPaidOut // back, or never taken
	case ans.Outcome == txn.Undone:
		out.Outcome = txn.RefundAccepted // to be confirmed by a query
	case ans.Call == txn.CallQuery && (ans.Outcome == txn.Approved || ans.Outcome == txn.Pending ||
		ans.Cause == txn.CauseNoSuchOrder):
		out.Outcome = txn.RefundAbsent // not taken back: it stands as paid, or may still be paid
	case ans.Outcome == txn.Declined && ans.Call == txn.CallReverse:
		out.Outcome = txn.RefundRefused
	default:
		out.Outcome = txn.RefundUnknown
	}
	return out
}

// Setup is what the machine knows of a network: what its rail can do. wallets are
// whose codes it takes and shows whose code it shows, when that is not its own
// name.
func Setup(r Rail, wallets []txn.RailName, shows txn.RailName) txn.RailSetup {
	s := txn.RailSetup{Name: r.Name(), Policy: r.Policy(), Wallets: wallets, Shows: shows}
	if f, ok := r.(Refunder); ok {
		s.Refund = f.RefundPolicy()
	}
	if f, ok := r.(Shower); ok {
		s.Show = f.ShowPolicy()
	}
	_, s.Finds = r.(Finder)
	_, s.Tells = r.(Balancer)
	return s
}
