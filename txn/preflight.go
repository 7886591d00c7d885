package txn

import (
	"time"

	"till/txn/money"
)

// Rule is what speaks against a refund. Each has a sentence in both languages.
type Rule string

const (
	RuleNone      Rule = ""
	RuleOpen      Rule = "outcome-open"   // the sale itself is not at its end: it is finished first (causes.md C20)
	RuleNotPaid   Rule = "not-paid"       // no money was taken (C20, C21)
	RuleGone      Rule = "taken-back"     // the sale was reversed: the money is back already
	RuleNothing   Rule = "nothing-left"   // all of it was refunded, or is promised
	RuleWindow    Rule = "window-over"    // too old for the network (C14)
	RuleShop      Rule = "shop-window"    // too old for the shop's own rule (C54, C60)
	RuleParts     Rule = "too-many-parts" // the network takes no further part (C11)
	RuleUnknown   Rule = "unknown-sale"   // neither this journal nor a network knows it (C26)
	RuleElsewhere Rule = "elsewhere"      // another terminal's sale cannot be checked without the network
	RuleNoRail    Rule = "no-rail"        // this network is not set up here any more
	RuleLeft      Rule = "over-left"      // more than is left (C05)
	RuleZero      Rule = "zero"           // nothing is nothing
	RuleMax       Rule = "over-max"       // above the shop's largest refund (C12)
	RuleShift     Rule = "shift-limit"    // the shift's refunds reach their limit (C12, C41)
	RuleDay       Rule = "day-limit"
	RuleTempo     Rule = "too-fast"      // more refunds in a short time than the shop allows (C41)
	RuleNobody    Rule = "nobody"        // a second person is needed, and none is set up
	RulePerson    Rule = "not-permitted" // this person may not refund
	RuleFrozen    Rule = "frozen"        // the network holds the money in a dispute (C40)
	RuleFull      Rule = "full-only"     // the network refunds this sale as a whole only (C11)
	RuleAsking    Rule = "asking"        // the network is being asked; a moment
)

// Rules lists every rule but RuleNone, for the catalogues and their tests.
var Rules = []Rule{RuleOpen, RuleNotPaid, RuleGone, RuleNothing, RuleWindow, RuleShop, RuleParts, RuleUnknown,
	RuleElsewhere, RuleNoRail, RuleLeft, RuleZero, RuleMax, RuleShift, RuleDay, RuleTempo, RuleNobody, RulePerson,
	RuleFrozen, RuleFull, RuleAsking}

// Preflight is all that is known before a digit of a refund is keyed.
type Preflight struct {
	Verdict  Rule // RuleNone: it may be refunded
	Left     money.Amount
	Back     money.Amount // given back already
	Underway money.Amount // on its way
	Promised money.Amount // promised, not sent
	Until    int          // the last day on which the network refunds it, yyyymmdd; 0 not known
	Parts    int          // refunds of it so far that count
	PartsMax int          // 0: no limit known
	Spaced   bool         // the network wants a pause after the last refund of this sale
	Offline  bool         // it can only be promised now
	Limit    money.Amount // above it a second person is asked; zero: always, when Approval
	Approval bool         // a second person is needed above Limit
	Void     bool         // the whole of it would be taken back by a reversal
	VoidWhy  Cause
	Short    int64 // fen that the shop's balance lacks for all of it, 0 when it has enough or is not known
	Funds    bool  // the balance is known
	Elsewise bool  // the network says that some went back of which this journal knows nothing
}

// Preflight judges the sale on the desk, at a moment, before an amount is keyed.
func (s State) Preflight(at Wall) Preflight {
	d, o := s.Session.Desk, s.Session.Desk.Original
	p := Preflight{Left: o.Amount}
	var back, under, promised, left int64
	for _, r := range o.Refunds {
		if live, ok := s.Ledger.Refund(r.No); ok {
			r = live
		}
		if !r.Phase.Counts() {
			continue
		}
		p.Parts++
		switch r.Phase {
		case PaidBack, Cashed:
			back += r.Amount.Minor()
		case Promised:
			promised += r.Amount.Minor()
		default:
			under += r.Amount.Minor()
		}
	}
	left = o.Amount.Minor() - back - under - promised
	if d.Back > back+under { // the network knows of more
		left = min(left, o.Amount.Minor()-d.Back-promised)
		p.Elsewise = true
	}
	p.Elsewise = p.Elsewise || d.Refunded && back+under == 0
	p.Left, p.Back, p.Underway, p.Promised = fen(left), fen(back), fen(under), fen(promised)
	s.railRules(&p, o, at)
	s.shopRules(&p)
	p.Verdict = s.verdict(p, at)
	return p
}

// fen is an amount that may have come out below zero or above the largest.
func fen(n int64) money.Amount { return money.Fen(max(0, min(n, money.Max))) }

// railRules are what the network wants.
func (s State) railRules(p *Preflight, o Original, at Wall) {
	rail, known := s.Setup.rail(o.Rail)
	r := rail.Refund
	p.PartsMax = r.Parts
	if r.WindowDays > 0 && o.Day > 0 {
		p.Until = dayAfter(o.Paid, s.Setup.Zone, r.WindowDays)
	}
	for _, sp := range s.Session.Spacing {
		p.Spaced = p.Spaced || sp == o.Order
	}
	p.Offline = o.Rail != Cash && (s.Session.Link == LinkIsDown || s.Session.RailSilent(o.Rail))
	same := o.Day != 0 && o.Day == at.Day(s.Setup.Zone)
	if known && r.VoidSameDay && same && p.Parts == 0 && !(o.Shown && r.RefundShown) && o.Ours {
		p.Void, p.VoidWhy = true, r.VoidWhy
	}
	for _, b := range s.Session.Balances {
		if b.Rail == o.Rail && b.Known {
			p.Funds, p.Short = true, max(0, p.Left.Minor()-b.Fen)
		}
	}
}

// shopRules are what the shop wants of the person.
func (s State) shopRules(p *Preflight) {
	p.Limit = s.Setup.Refunds.Limit
	p.Approval = s.role() == Cashier
}

// verdict is the first rule that speaks against any refund at all.
func (s State) verdict(p Preflight, at Wall) Rule {
	d, o := s.Session.Desk, s.Session.Desk.Original
	_, known := s.Setup.rail(o.Rail)
	today := at.Day(s.Setup.Zone)
	sane := !s.Session.has(FaultClock)
	switch {
	case !o.Ours && d.Asking > 0 && o.Rail == "":
		return RuleAsking
	case !o.Ours && (o.Rail == "" || !d.Heard):
		if d.Cause != CauseNone || s.Session.Link == LinkIsDown {
			return RuleElsewhere
		}
		return RuleUnknown
	case o.Phase == Asking || o.Phase == Reversing:
		return RuleOpen
	case o.Phase == RefusedFor:
		return RuleNotPaid
	case o.Phase == ReversedFor:
		return RuleGone
	case o.Rail != Cash && !known:
		return RuleNoRail
	case d.Heard && (d.Finding == FindNothing || d.Finding == FindUnpaid):
		return RuleNotPaid
	case d.Heard && d.Finding == FindGone, p.Left.Zero():
		return RuleNothing
	case d.Cause == CauseFrozen:
		return RuleFrozen
	case sane && p.Until != 0 && today > p.Until:
		return RuleWindow
	case sane && s.Setup.Refunds.Days > 0 && today > dayAfter(o.Paid, s.Setup.Zone, s.Setup.Refunds.Days):
		return RuleShop
	case p.PartsMax > 0 && p.Parts >= p.PartsMax:
		return RuleParts
	case s.Setup.Refunds.Tempo > 0 && s.Session.Tempo >= s.Setup.Refunds.Tempo:
		return RuleTempo
	case d.Asking > 0:
		return RuleAsking
	}
	return RuleNone
}

// dayAfter is the date so many days after a moment, yyyymmdd at the shop.
func dayAfter(w Wall, zone time.Duration, days int) int {
	t := w.In(zone).AddDate(0, 0, days)
	return t.Year()*10000 + int(t.Month())*100 + t.Day()
}
