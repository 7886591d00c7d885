package receipt

import (
	"strconv"

	"till/printer/escpos"
	"till/printer/raster"
	"till/txn"
)

// qrLevel is the error correction of a code that a payer scans: paper is flat and
// white, and larger modules help more than more of them.
const qrLevel = raster.LevelM

// dayReport is what a day adds up to, and what is carried forward.
func dayReport(r txn.Receipt, look Look) []escpos.Op {
	p, d := newPage(r, look), r.Report
	p.centre("日结单 DAY REPORT", escpos.Bold|escpos.Tall)
	p.field(words{"营业日", "Day"}, day(d.Day))
	if d.Closed {
		p.field(words{"状态", "State"}, "已日结 closed")
	} else {
		p.field(words{"状态", "State"}, "未日结 not closed")
	}
	p.printedBy(r)
	var sum txn.ReportLine
	for _, l := range d.Lines {
		p.rule()
		p.add(escpos.Say(railName(l.Rail), escpos.Bold))
		p.lines(l)
		p.row("  净额 Net", yuan(l.SaleFen-l.BackFen))
		sum.Sales, sum.SaleFen = sum.Sales+l.Sales, sum.SaleFen+l.SaleFen
		sum.Backs, sum.BackFen = sum.Backs+l.Backs, sum.BackFen+l.BackFen
		sum.Taken += l.Taken
	}
	p.rule()
	p.add(escpos.Say("合计 ALL", escpos.Bold))
	p.lines(sum)
	p.total(words{"净额", "NET"}, yuan(sum.SaleFen-sum.BackFen))
	if d.NoSale > 0 { // within the refunds in cash
		p.row(counted("无原单退款 Without a sale", d.NoSale), yuan(-d.NoFen))
	}
	p.rule()
	p.open(d, words{"结转下日", "Carried forward"})
	return p.close()
}

// lines are the figures of one network or tender.
func (p *page) lines(l txn.ReportLine) {
	p.row(counted("销售 Sales", l.Sales), yuan(l.SaleFen))
	p.row(counted("退款 Refunds", l.Backs), yuan(-l.BackFen))
	if l.Taken > 0 {
		p.row(counted("撤销 Undone", l.Taken), "")
	}
}

func counted(name string, n int) string { return "  " + name + " (" + strconv.Itoa(n) + ")" }

// printedBy says when a report was printed, where and by whom.
func (p *page) printedBy(r txn.Receipt) {
	p.at(words{"打印时间", "Printed"}, r.Printed)
	p.field(words{"打印人", "By"}, joined(r.Person, r.Operator))
	p.field(wordTerminal, r.Terminal)
}

// open lists what is not at its end, by number, network, amount and age: nothing
// is dropped by a day's end.
func (p *page) open(d txn.Report, title words) {
	n := max(d.Count, len(d.Open))
	if n == 0 {
		p.row(title.line(), "无 none")
		return
	}
	p.row(title.line()+" ("+strconv.Itoa(n)+")", yuan(d.Fen))
	for _, it := range d.Open {
		kind, tail := words{"销售", "Sale"}, it.Order.Tail()
		if it.Refund != "" {
			kind, tail = words{"退款", "Refund"}, it.Refund.Tail()
		}
		p.row(tail+" "+kind.line(), it.Amount.String())
		p.add(escpos.Say("  "+railName(it.Rail), 0))
		p.row("  "+it.At.In(p.zone).Format("01-02 15:04"), phaseOf(it.Phase).line())
		if it.Cause != txn.CauseNone {
			for _, line := range escpos.Wrap(whyOf(it.Cause).line(), p.look.Columns-2) {
				p.add(escpos.Say("  "+line, 0))
			}
		}
	}
	if more := n - len(d.Open); more > 0 {
		p.centre("另有 "+strconv.Itoa(more)+" 笔 "+strconv.Itoa(more)+" more", 0)
	}
}

// shiftReport is what one cashier answers for.
func shiftReport(r txn.Receipt, look Look) []escpos.Op {
	p, s := newPage(r, look), r.Shift
	p.centre("交接班单 SHIFT REPORT", escpos.Bold|escpos.Tall)
	p.field(words{"收银员", "Cashier"}, joined(r.Person, s.Number))
	if r.Report.Closed {
		p.field(words{"状态", "State"}, "已交班 closed")
	} else {
		p.field(words{"状态", "State"}, "未交班 not closed")
	}
	p.at(words{"上班时间", "Since"}, s.Since)
	p.at(words{"打印时间", "Printed"}, r.Printed)
	p.field(wordTerminal, r.Terminal)
	p.rule()
	p.add(escpos.Say("合计 ALL", escpos.Bold))
	p.lines(txn.ReportLine{Sales: s.Sales, SaleFen: s.SaleFen, Backs: s.Backs, BackFen: s.BackFen, Taken: s.Reversed})
	p.total(words{"净额", "NET"}, yuan(s.SaleFen-s.BackFen))
	p.rule()
	p.total(words{"现金", "CASH"}, yuan(s.Cash))
	p.rule()
	p.signature(words{"收银员签名", "Cashier"})
	return p.close()
}

// openList is everything that is open.
func openList(r txn.Receipt, look Look) []escpos.Op {
	p := newPage(r, look)
	p.centre("未完事项 OPEN ITEMS", escpos.Bold|escpos.Tall)
	p.printedBy(r)
	p.rule()
	p.open(r.Report, words{"未完", "Open"})
	return p.close()
}
