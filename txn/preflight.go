package txn

import (
	"slices"
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
	RuleTempo     Rule = "too-fast"      // more refunds in a short time than the shop allows, and nobody to ask (C41)
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
	Lost     money.Amount // given up by a person: nobody knows whether it went back, and it counts as if it had
	Until    int          // the last day on which the network refunds it, yyyymmdd; 0 not known
	Parts    int          // refunds of it so far that count
	PartsMax int          // 0: no limit known
	Spaced   bool         // the network wants a pause after the last refund of this sale
	Offline  bool         // it can only be promised now
	Limit    money.Amount // above it a second person is asked, when Approval
	Approval bool         // a second person is needed above Limit
	Tempo    bool         // ... for any amount: more refunds in a short time than the shop allows
	Void     bool         // the whole of it would be taken back by a reversal
	VoidWhy  Cause
	Short    int64 // fen that the shop's balance lacks for all of it, 0 when it has enough or is not known
	Funds    bool  // the balance is known
	Elsewise bool  // the network says that some went back of which this journal knows nothing
	Heard    bool  // the network says that the sale is paid
}

// Preflight judges the sale on the desk, at a moment, before an amount is keyed.
// What is left is the least of what the journal leaves and what the network does:
// refunds that the network has taken are in its sum, others are taken off it.
func (s State) Preflight(at Wall) Preflight {
	d, o := s.Session.Desk, s.desked()
	p := Preflight{Heard: d.Heard && d.Finding == FindPaid}
	var back, cash, taken, under, promised, lost int64
	for _, r := range s.refundsOf(o) {
		if !r.Phase.Counts() || r.Phase == Dead && r.No == d.Replaces {
			continue
		}
		p.Parts++
		switch n := r.Amount.Minor(); r.Phase {
		case PaidBack:
			back += n
		case Cashed:
			cash += n
		case Taken, Stranded:
			taken += n
		case Promised, Dead:
			promised += n
		case GivenUp:
			lost += n
		default:
			under += n
		}
	}
	left := o.Amount.Minor() - max(back+taken, d.Back) - cash - under - promised - lost
	known := back + taken + under + lost
	p.Elsewise = d.Back > known || d.Refunded && known == 0
	p.Lost = fen(lost)
	p.Left, p.Back, p.Underway, p.Promised = fen(left), fen(back+cash), fen(taken+under), fen(promised)
	s.railRules(&p, o, at)
	s.shopRules(&p)
	p.Verdict = s.verdict(p, o, at)
	if shop := s.Setup.Refunds.Days; shop > 0 && o.Paid > 0 { // the shop's own window, when it ends first
		if day := dayAfter(o.Paid, s.Setup.Zone, shop); p.Until == 0 || day < p.Until {
			p.Until = day
		}
	}
	return p
}

// desked is the sale on the desk as it is now.
func (s State) desked() Original {
	o := s.Session.Desk.Original
	if tx, ok := s.Ledger.Tx(o.Order); ok && o.Ours {
		o.Phase = tx.Phase
	}
	return o
}

// refundsOf lists the refunds of a sale, as they are now, with those that were
// begun since it was looked up.
func (s State) refundsOf(o Original) []Refund {
	list := slices.Clone(o.Refunds)
	for _, live := range s.Ledger.Refunds {
		i := slices.IndexFunc(list, func(r Refund) bool { return r.No == live.No })
		switch {
		case i >= 0:
			list[i] = live
		case live.Order == o.Order && o.Order != "":
			list = append(list, live)
		}
	}
	return list
}

// fen is an amount that may have come out below zero or above the largest.
func fen(n int64) money.Amount { return money.Fen(max(0, min(n, money.Max))) }

// railRules are what the network wants.
func (s State) railRules(p *Preflight, o Original, at Wall) {
	rail, known := s.Setup.rail(o.Rail)
	r, sane := rail.Refund, !s.Session.has(FaultClock)
	p.PartsMax = r.Parts
	if r.WindowDays > 0 && o.Day > 0 {
		p.Until = dayAfter(o.Paid, s.Setup.Zone, r.WindowDays)
	}
	for _, sp := range s.Session.Spacing {
		p.Spaced = p.Spaced || sp == o.Order
	}
	p.Offline = o.Rail != Cash && !s.Session.Desk.ByCash && (s.Session.Link == LinkIsDown || s.Session.RailSilent(o.Rail))
	same := sane && o.Day != 0 && o.Day == at.Day(s.Setup.Zone)
	if known && r.VoidSameDay && same && p.Parts == 0 && !p.Elsewise && !(o.Shown && r.RefundShown) && o.Ours && p.Heard && !s.Session.Desk.ByCash {
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
	rules := s.Setup.Refunds
	p.Tempo = rules.Tempo > 0 && s.Session.Tempo >= rules.Tempo && s.role() == Cashier
	p.Approval = p.Tempo || !rules.Limit.Zero() && s.role() == Cashier
	if p.Limit = rules.Limit; p.Tempo {
		p.Limit = fen(0)
	}
}

// verdict is the first rule that speaks against any refund at all.
func (s State) verdict(p Preflight, o Original, at Wall) Rule {
	d := s.Session.Desk
	_, known := s.Setup.rail(o.Rail)
	today := at.Day(s.Setup.Zone)
	sane := !s.Session.has(FaultClock)
	unheard := o.Rail == "" || !d.Heard // what the network must tell before anything is done
	switch {
	case s.role() == Technician:
		return RulePerson
	case !o.Ours && unheard && (d.Asking > 0 || d.Looking), o.Phase == WrittenFor && d.Asking > 0:
		return RuleAsking
	case !o.Ours && unheard && (d.Cause != CauseNone || s.Session.Link == LinkIsDown):
		return RuleElsewhere
	case !o.Ours && unheard:
		return RuleUnknown
	case o.Phase == WrittenFor && !d.Heard: // given up by a person: only the network knows
		return RuleElsewhere
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
	case sane && p.Until != 0 && today > p.Until && !d.ByCash:
		return RuleWindow
	case sane && o.Day != 0 && s.Setup.Refunds.Days > 0 && !d.ByCash && today > dayAfter(o.Paid, s.Setup.Zone, s.Setup.Refunds.Days):
		return RuleShop
	case p.PartsMax > 0 && p.Parts >= p.PartsMax && !d.ByCash:
		return RuleParts
	case p.Tempo && !s.Setup.staffed():
		return RuleTempo
	case d.Asking > 0:
		return RuleAsking
	}
	return RuleNone
}

// InCash reports whether cash can help where the network cannot any more: only
// with the network's word that it is paid and that nobody else gave anything back.
func (p Preflight) InCash() bool {
	return (p.Verdict == RuleWindow || p.Verdict == RuleParts) && !p.Left.Zero() && p.Heard && !p.Elsewise
}

// dayAfter is the date so many days after a moment, yyyymmdd at the shop.
func dayAfter(w Wall, zone time.Duration, days int) int {
	return Date(w.In(zone).AddDate(0, 0, days))
}
