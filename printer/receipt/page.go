package receipt

import (
	"strconv"
	"strings"
	"time"

	"till/printer/escpos"
	"till/printer/raster"
	"till/txn"
)

// words are the same thing in both languages of the paper.
type words struct{ zh, en string }

// line is both on one line.
func (w words) line() string {
	if w.en == "" {
		return w.zh
	}
	return w.zh + " " + w.en
}

// page is a slip in the making.
type page struct {
	look Look
	zone time.Duration
	ops  []escpos.Op
}

func newPage(r txn.Receipt, look Look) *page {
	p := &page{look: look, zone: r.Zone}
	p.centre(look.Mark, escpos.Bold)
	if r.Marked {
		p.centre("重打印 REPRINT", escpos.Bold|escpos.Double|escpos.Tall)
		p.copyNote(r)
	}
	p.centre(r.Merchant.Name, titleStyle(r.Merchant.Name, look.Columns))
	p.centre(r.Merchant.Address, 0)
	p.centre(r.Merchant.Phone, 0)
	p.rule()
	return p
}

func (p *page) add(ops ...escpos.Op) { p.ops = append(p.ops, ops...) }
func (p *page) rule()                { p.add(escpos.Rule{}) }

// copyNote says that this paper is not a second sale or refund. Copies are
// counted where the journal answers for them: the Job is the sale or the refund.
func (p *page) copyNote(r txn.Receipt) {
	note := words{"补打小票，请勿重复入账", "A copy. Do not book it again."}
	counted := r.Job == "" || r.Job == r.Order || r.Job == txn.OrderNo(r.Refund.No)
	if counted && r.Attempt > 1 {
		n := strconv.Itoa(r.Attempt)
		note = words{"第 " + n + " 次打印，请勿重复入账", "Copy " + n + ". Do not book it again."}
	}
	p.centre(note.zh, 0)
	p.centre(note.en, 0)
}

// centre is one line, or as many as it takes, in the middle.
func (p *page) centre(text string, style escpos.Style) {
	if text == "" {
		return
	}
	columns := p.look.Columns
	if style&escpos.Double != 0 {
		columns /= 2
	}
	for _, line := range escpos.Wrap(text, columns) {
		p.add(escpos.Line{Align: escpos.Centre, Spans: []escpos.Span{{Text: line, Style: style}}})
	}
}

// banner says what became of the matter: large, in both languages.
func (p *page) banner(w words) {
	p.centre(w.zh, escpos.Bold|escpos.Double|escpos.Tall)
	p.centre(w.en, escpos.Bold)
}

// say is a sentence in both languages, from the left.
func (p *page) say(w words) {
	for _, text := range []string{w.zh, w.en} {
		if text == "" {
			continue
		}
		for _, line := range escpos.Wrap(text, p.look.Columns) {
			p.add(escpos.Say(line, 0))
		}
	}
}

// fieldWidth is the column where values begin: the widest name and a colon.
const fieldWidth = 10

// field is "name: value", with its English name at the end if there is room; a
// value that is too long has lines of its own. Nothing is printed of an empty one.
func (p *page) field(name words, value string) {
	if value == "" {
		return
	}
	pad, columns := name.zh+":", p.look.Columns
	for escpos.Width(pad) < fieldWidth {
		pad += " "
	}
	if escpos.Width(pad+value) <= columns {
		p.add(escpos.Say(p.trail(pad+value, name.en), 0))
		return
	}
	p.add(escpos.Say(p.trail(name.zh+":", name.en), 0))
	for _, line := range escpos.Wrap(value, columns-2) {
		p.add(escpos.Say("  "+line, 0))
	}
}

// trail puts an English name at the end of a line, if there is room.
func (p *page) trail(text, en string) string {
	if en == "" || escpos.Width(text)+1+escpos.Width(en) > p.look.Columns {
		return text
	}
	return escpos.Pad(text, en, p.look.Columns)
}

// at is a field with a time; 0 is no time.
func (p *page) at(name words, w txn.Wall) {
	if w != 0 {
		p.field(name, w.In(p.zone).Format(timeFormat))
	}
}

// row is a name at the left and a figure at the right.
func (p *page) row(name, figure string) {
	for line := range strings.SplitSeq(escpos.Pad(name, figure, p.look.Columns), "\n") {
		p.add(escpos.Say(line, 0))
	}
}

// total is twice as high, and twice as wide if there is room.
func (p *page) total(name words, amount string) {
	text, columns := name.line(), p.look.Columns
	style := escpos.Bold | escpos.Tall | escpos.Double
	if escpos.Width(text+" "+amount)*2 > columns {
		if text = name.zh; escpos.Width(text+" "+amount)*2 > columns {
			style, text = escpos.Bold|escpos.Tall, name.line()
		}
	}
	if style&escpos.Double != 0 {
		columns /= 2
	}
	p.add(escpos.Say(escpos.Pad(text, amount, columns), style))
}

// code is the receipt code, to scan and to read.
func (p *page) code(why words) {
	if p.look.Code == "" {
		return
	}
	p.add(escpos.QR{Align: escpos.Centre, Data: p.look.Code, ECC: raster.LevelM, Module: 5})
	p.codeText()
	p.centre(why.line(), 0)
}

// The parts of a receipt code: the mark, the Install, the counter, the check
// (package paycode).
var codeGroups = []int{5, txn.InstallLen, 10, 8}

// codeText is the receipt code for people, in groups; another form of order
// number is one group.
func (p *page) codeText() {
	rest, length := p.look.Code, 0
	for _, n := range codeGroups {
		length += n
	}
	if len(rest) != length {
		p.centre(rest, 0)
		return
	}
	var groups []string
	for _, n := range codeGroups {
		groups, rest = append(groups, rest[:n]), rest[n:]
	}
	p.centre(strings.Join(groups, " "), 0)
}

// signature is a line to sign on.
func (p *page) signature(name words) {
	p.add(escpos.Feed{Lines: 1}, escpos.Say(name.line()+":", 0), escpos.Feed{Lines: 2}, escpos.Rule{Mark: '_'})
}

// help says where to complain (causes.md C64, A53).
func (p *page) help(r txn.Receipt) {
	p.field(words{"查询投诉", "Help, complaints"}, r.Merchant.Phone)
}

// end is the foot of a slip: the shop's own lines, the refund policy among them
// (causes.md C54).
func (p *page) end(r txn.Receipt) []escpos.Op {
	for line := range strings.SplitSeq(r.Merchant.Footer, "\n") {
		p.centre(line, 0)
	}
	return p.close()
}

func (p *page) close() []escpos.Op {
	p.centre(p.look.Mark, escpos.Bold)
	return p.ops
}

// titleStyle is as large as the name allows on one line.
func titleStyle(name string, columns int) escpos.Style {
	if escpos.Width(name)*2 <= columns {
		return escpos.Bold | escpos.Double | escpos.Tall
	}
	return escpos.Bold
}

// timeFormat is a date and time at the shop.
const timeFormat = "2006-01-02 15:04:05"

// day is yyyymmdd as people read it, "" when it is not known.
func day(n int) string {
	if n == 0 {
		return ""
	}
	return time.Date(n/10000, time.Month(n/100%100), n%100, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// yuan is a sum in fen, which may be below zero: "-¥1,280.00".
func yuan(fen int64) string {
	sign, n := "", uint64(fen)
	if fen < 0 {
		sign, n = "-", -n
	}
	whole := strconv.FormatUint(n/100, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	cents := strconv.FormatUint(100+n%100, 10)[1:]
	return sign + "¥" + whole + "." + cents
}
