package txn

import (
	"errors"
	"fmt"
	"slices"
)

// ErrPromise means that a state cannot have come about while the machine kept
// its promises. The process ends; recovery is the everyday start-up.
var ErrPromise = errors.New("a promise is broken")

// Check looks at the invariants that hold in every state, between any two
// events. It is cheap and always on.
func Check(s State) error {
	for i, tx := range s.Ledger.Txs {
		if i > 0 && compare(s.Ledger.Txs[i-1].Order, tx.Order) >= 0 {
			return fmt.Errorf("%w: order %s stands after %s", ErrPromise, tx.Order, s.Ledger.Txs[i-1].Order)
		}
		if why := checkTx(s, tx); why != "" {
			return fmt.Errorf("%w: order %s %s", ErrPromise, tx.Order, why)
		}
	}
	if err := checkRefunds(s); err != nil {
		return err
	}
	if err := checkSession(s); err != nil {
		return err
	}
	return checkCounter(s)
}

func checkTx(s State, tx Tx) string {
	var chase Chase
	var chased bool
	if !tx.Phase.Final() {
		chase, chased = s.Session.Chase(tx.Order)
	}
	switch {
	case tx.Order.N() == 0 || tx.Order.N() > s.Ledger.Last:
		return "has a number that was never given out"
	case tx.Amount.Zero():
		return "charges nothing"
	case tx.Phase.Final() != (tx.Ended != 0) && tx.Ended != 0:
		return "has ended and is open"
	case tx.Phase == PaidFor && tx.Day == 0:
		return "is paid on no day"
	case tx.Paper.State != PaperNone && tx.Phase != PaidFor:
		return "has a receipt and is not paid"
	case tx.Phase == Reversing && tx.Cause == CauseNone:
		return "is reversed for no reason"
	case tx.Paper.State == PaperSending && s.Session.Boot.At != 0 && s.Session.Printer != tx.Order:
		return "is in a printer that does not print it"
	case s.Session.Boot.At != 0 && !tx.Phase.Final() && !chased:
		return "is open, and nobody asks about it"
	case chased && tx.Phase == Asking && !chase.Pay && !chase.Query && !chase.Reversal && chase.Wait == (Timer{}):
		return "is open, and nothing will happen to it"
	}
	return ""
}

func checkSession(s State) error {
	ses := s.Session
	open := slices.IndexFunc(s.Ledger.Txs, func(tx Tx) bool { return tx.Order == ses.Shown }) >= 0
	switch {
	case ses.View == ViewSale && ses.Shown == "":
		return fmt.Errorf("%w: no sale is on the screen that shows one", ErrPromise)
	case ses.View == ViewAmount && ses.Digits == "":
		return fmt.Errorf("%w: an amount without a digit is being keyed", ErrPromise)
	case ses.View == ViewCode && ses.Amount.Zero():
		return fmt.Errorf("%w: a code is awaited for no amount", ErrPromise)
	case ses.View == ViewRepeat && !open:
		return fmt.Errorf("%w: the sale to compare with is gone", ErrPromise)
	case len(ses.Chases) > len(s.Ledger.Txs):
		return fmt.Errorf("%w: %d chases of %d sales", ErrPromise, len(ses.Chases), len(s.Ledger.Txs))
	case len(ses.Spent) > spentMax, len(ses.Digits) > digitsMax+1, len(ses.Unseen) > unseenMax:
		return fmt.Errorf("%w: a session grows without bound", ErrPromise)
	}
	return nil
}
