package txn

import (
	"fmt"
	"slices"
)

// checkRefunds looks at the refunds in memory, and at what is counted of the
// others.
func checkRefunds(s State) error {
	open := 0
	for i, r := range s.Ledger.Refunds {
		if i > 0 && compare(OrderNo(s.Ledger.Refunds[i-1].No), OrderNo(r.No)) >= 0 {
			return fmt.Errorf("%w: refund %s stands after %s", ErrPromise, r.No, s.Ledger.Refunds[i-1].No)
		}
		if why := checkRefund(s, r); why != "" {
			return fmt.Errorf("%w: refund %s %s", ErrPromise, r.No, why)
		}
		if !r.Phase.Final() {
			open++
		}
	}
	if b := s.Ledger.Backlog; b.Count < open || b.Count < 0 || b.Fen < 0 {
		return fmt.Errorf("%w: %d refunds of %d fen are counted as open, and %d are in memory", ErrPromise, b.Count, b.Fen, open)
	}
	return nil
}

func checkRefund(s State, r Refund) string {
	f, followed := s.Session.Follow(r.No)
	running := s.Session.Boot.At != 0
	switch {
	case r.No.N() == 0 || r.No.N() > s.Ledger.Last:
		return "has a number that was never given out"
	case r.Key == "":
		return "has no key"
	case r.Amount.Zero():
		return "gives nothing back"
	case r.Amount.Over(r.Total):
		return "gives more back than was paid"
	case r.Order == "" && (r.Method != ByCash || !r.Phase.Final()):
		return "is of no sale and not paid out in cash"
	case r.Order == "" && (r.Approver == "" || r.Approver == r.By):
		return "is of no sale, and one person alone decided it"
	case r.Order != "" && !r.Disputed && r.Phase.Counts() && givenBack(s.Ledger.Refunds, r.Order) > r.Total.Minor():
		return "gives back what others of the sale have given back"
	case r.Ended != 0 && !r.Phase.Final():
		return "has ended and is open"
	case r.Paper.State == PaperSending && running && s.Session.Printer != OrderNo(r.No):
		return "is in a printer that does not print it"
	case running && !r.Phase.Final() && r.Phase != Dead && !followed && !r.Paper.Owed():
		return "is open, and nobody follows it"
	case running && followed && !r.Phase.Final() && r.Phase != Dead && !f.Busy && !f.Waiting:
		return "is open, and nothing will happen to it"
	}
	return ""
}

// givenBack adds up the refunds of a sale that count, in fen. What the network
// paid out against its own word does not: nobody here decided it.
func givenBack(refunds []Refund, of OrderNo) (sum int64) {
	for _, r := range refunds {
		if r.Order == of && r.Phase.Counts() && !r.Disputed {
			sum += r.Amount.Minor()
		}
	}
	return sum
}

// checkCounter looks at the screens about refunds, people and totals.
func checkCounter(s State) error {
	ses, d := s.Session, s.Session.Desk
	_, back := s.Ledger.Refund(ses.Back)
	known := d.Original.Order != "" || d.Original.Reference != ""
	keyed := ses.View == ViewSignIn || ses.View == ViewApprove
	switch {
	case ses.PIN.Len() > 0 && !keyed:
		return fmt.Errorf("%w: a PIN is kept on the screen %s", ErrPromise, ses.View)
	case ses.View == ViewBack && !back:
		return fmt.Errorf("%w: the refund on the screen is gone", ErrPromise)
	case (ses.View == ViewRefund || ses.View == ViewReason && d.For != PermitWriteOff && d.For != PermitPayout) && !known:
		return fmt.Errorf("%w: no sale is on the desk", ErrPromise)
	case ses.View == ViewPayout && (!s.Setup.Refunds.NoSale || d.For != PermitPayout):
		return fmt.Errorf("%w: cash is paid out without a sale, which nobody allows here", ErrPromise)
	case ses.View == ViewFind && d.Timing && sought(ses.Digits).Zero():
		return fmt.Errorf("%w: the time of no amount is being keyed", ErrPromise)
	case ses.View == ViewFound && len(d.Choices) == 0:
		return fmt.Errorf("%w: there is nothing to choose from", ErrPromise)
	case ses.View == ViewReason && d.For != PermitWriteOff && d.Amount.Zero(), ses.View == ViewApprove && d.For == PermitRefund && d.Amount.Zero():
		return fmt.Errorf("%w: a refund of nothing is to be allowed", ErrPromise)
	case ses.View == ViewApprove && d.For == PermitNone:
		return fmt.Errorf("%w: a second person is asked for nothing", ErrPromise)
	case ses.View == ViewWallet && ses.Amount.Zero():
		return fmt.Errorf("%w: a code is to be shown for no amount", ErrPromise)
	case ses.View == ViewSignIn && ses.Who != "":
		return fmt.Errorf("%w: somebody is signed in who is asked to sign in", ErrPromise)
	case slices.ContainsFunc(ses.QRs, func(q QR) bool { return !s.onShow(q.Order) }):
		return fmt.Errorf("%w: a code is on show that nobody may pay", ErrPromise)
	case len(ses.Follows) > 4*followsMax, len(ses.Spacing) > spacingMax, len(ses.QRs) > len(s.Ledger.Txs),
		len(d.Choices) > LookUpMax, len(d.Time) > 2*aboutLen, ses.PIN.Len() > approverPIN, ses.Tempo < 0, ses.Alarm > len(alarms)+1:
		return fmt.Errorf("%w: a session grows without bound", ErrPromise)
	}
	return nil
}

// onShow reports whether a sale is open and paid by a code that we show.
func (s State) onShow(o OrderNo) bool {
	tx, ok := s.Ledger.Tx(o)
	return ok && tx.Shown && tx.Phase == Asking
}
