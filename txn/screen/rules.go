package screen

import (
	"time"

	"till/txn"
	"till/txn/money"
)

// rules is screen 36: what holds here, so that nobody has to guess.
func (t teller) rules() Screen {
	all := append(t.shopRules(), t.railRules()...)
	pages := (len(all) + rulesPage - 1) / rulesPage
	page := t.Session.Cursor % pages
	v := Screen{
		ID: "36-rules", Layout: LayoutList, Title: t.RulesHere(), Remark: t.Page(page+1, pages),
		Rows:     all[page*rulesPage : min(len(all), (page+1)*rulesPage)],
		Keys:     []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}},
		Customer: Customer{Scene: SceneWelcome, Word: t.Welcome()},
	}
	if pages > 1 {
		v.Keys = append(v.Keys, Key{Key: txn.KeyUpDown, Label: t.KeyMore()})
	}
	return v
}

func rule(name, value string) Row { return Row{Cells: []string{name, value}} }

func (t teller) limit(a money.Amount) string {
	if a.Zero() {
		return t.None()
	}
	return a.String()
}

func (t teller) lasts(d time.Duration) string {
	if d <= 0 {
		return t.None()
	}
	return t.Lasts(d)
}

func (t teller) yesNo(b bool) string {
	if b {
		return t.Yes()
	}
	return t.No()
}

// shopRules are the shop's own.
func (t teller) shopRules() []Row {
	s, r := t.Setup, t.Setup.Refunds
	days, tempo, staff := t.None(), t.None(), t.SwitchedOff()
	if r.Days > 0 {
		days = t.Days(r.Days)
	}
	if r.Tempo > 0 {
		tempo = t.TempoOf(r.Tempo, r.TempoTime)
	}
	if len(s.Staff) > 0 {
		staff = t.Staffed(len(s.Staff))
	}
	return []Row{
		rule(t.RuleSaleLimit(), t.limit(s.SaleLimit)),
		rule(t.RuleShiftSales(), t.limit(s.ShiftSales)),
		rule(t.RuleRefundLimit(), t.limit(r.Limit)),
		rule(t.RuleRefundMax(), t.limit(r.Max)),
		rule(t.RuleShiftRefunds(), t.limit(r.ShiftLimit)),
		rule(t.RuleDayRefunds(), t.limit(r.DayLimit)),
		rule(t.RuleDays(), days),
		rule(t.RuleReasons(), t.yesNo(r.Reasons)),
		rule(t.RuleTempo(), tempo),
		rule(t.RuleNoSale(), t.yesNo(r.NoSale)),
		rule(t.RuleCash(), t.yesNo(s.Cash)),
		rule(t.RuleStaff(), staff),
		rule(t.RuleLock(), t.lasts(s.IdleLock)),
	}
}

// railRules are the networks'.
func (t teller) railRules() []Row {
	var rows []Row
	for _, r := range t.Setup.Rails {
		name, p := t.Rail(r.Name), r.Refund
		window, parts, void := t.None(), t.None(), t.Refund()
		if p.WindowDays > 0 {
			window = t.Days(p.WindowDays)
		}
		if p.Parts > 0 {
			parts = t.Parts(p.Parts)
		}
		if p.VoidSameDay {
			void = t.VoidToday(p.VoidWhy)
		}
		shown := t.SwitchedOff()
		if r.Show.Lives > 0 {
			shown = t.Lasts(t.Setup.Lives(r))
		}
		rows = append(rows,
			rule(t.RuleWindow(name), window), rule(t.RuleParts(name), parts),
			rule(t.RuleSpacing(name), t.lasts(p.Spacing)), rule(t.RuleVoid(name), void),
			rule(t.RuleShown(name), shown), rule(t.RuleFunded(name), t.FundedFrom(p.FundedFrom)))
	}
	return rows
}
