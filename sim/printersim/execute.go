package printersim

import "slices"

// execute does what one piece of the receive buffer says.
func (p *Printer) execute(got piece) {
	switch got.kind {
	case kindRow:
		p.imageRow(got.raw)
		return
	case kindColumn:
		p.imageColumn(got.raw)
		return
	case kindText:
		p.text(got.raw)
		return
	}
	p.modes.lead = nil // a command in the middle of a character gives it up
	b := got.raw
	if len(b) == 1 {
		p.control(got)
		return
	}
	do := commands[[2]byte{b[0], b[1]}]
	if do == nil {
		p.strange.add(got.offset, b, "unknown command")
		return
	}
	if why := do(p, b); why != "" {
		p.strange.add(got.offset, b, why)
	}
}

// control executes a single control byte. NUL does nothing: hosts send it to
// fill up a command that broke off. FF and CAN work in page mode only.
func (p *Printer) control(got piece) {
	switch got.raw[0] {
	case 0, cr, ff, can:
	case lf:
		p.endLine(p.modes.spacing)
	case ht:
		p.tab()
	default:
		p.strange.add(got.offset, got.raw, "unknown control byte")
	}
}

// Reasons for not doing what a command says.
const (
	notHere    = "this printer does not have the command"
	notAllowed = "value out of range"
	notInLine  = "works at the beginning of a line only"
	notWide    = "does not fit the width"
)

// commands is what the printer can do. Each function gets the whole command
// and returns why it did nothing, or "".
// Source of the bytes: printing.md section 2; Epson ESC/POS command reference.
var commands = map[[2]byte]func(p *Printer, b []byte) string{
	{esc, '@'}: func(p *Printer, _ []byte) string { p.reset(); return "" },
	{esc, '!'}: (*Printer).printMode,
	{esc, 'E'}: func(p *Printer, b []byte) string { p.modes.bold = b[2]&1 != 0; return "" },
	{esc, 'G'}: func(p *Printer, b []byte) string { p.modes.bold = b[2]&1 != 0; return "" },
	{esc, '-'}: func(p *Printer, b []byte) string { return thickness(&p.modes.under, b[2]) },
	{esc, ' '}: func(p *Printer, b []byte) string { p.modes.gap = int(b[2]); return "" },
	{esc, 'a'}: (*Printer).setAlign,
	{esc, 'd'}: func(p *Printer, b []byte) string { return p.feedAfterLine(int(b[2]) * p.modes.spacing) },
	{esc, 'J'}: func(p *Printer, b []byte) string { return p.feedAfterLine(int(b[2])) },
	{esc, '2'}: func(p *Printer, _ []byte) string { p.modes.spacing = 30; return "" },
	{esc, '3'}: func(p *Printer, b []byte) string { p.modes.spacing = int(b[2]); return "" },
	{esc, 'M'}: (*Printer).setFont,
	{esc, 't'}: (*Printer).setCodePage,
	{esc, 'R'}: (*Printer).setCountry,
	{esc, 'D'}: (*Printer).setTabs,
	{esc, '$'}: func(p *Printer, b []byte) string { p.line.x = min(word(b[2:]), p.width()); return "" },
	{esc, '\\'}: func(p *Printer, b []byte) string {
		p.line.x = min(max(p.line.x+int(int16(word(b[2:]))), 0), p.width())
		return ""
	},
	{esc, '*'}: (*Printer).beginColumns,
	{esc, 'p'}: (*Printer).kickDrawer,
	{esc, 'i'}: func(p *Printer, _ []byte) string { return p.cutNow(0, false) },
	{esc, 'm'}: func(p *Printer, _ []byte) string { return p.cutNow(0, false) },

	{fs, '&'}: (*Printer).setChinese,
	{fs, '.'}: func(p *Printer, _ []byte) string { p.modes.chinese = false; return "" },
	{fs, '!'}: (*Printer).chineseMode,
	{fs, '-'}: func(p *Printer, b []byte) string { return thickness(&p.modes.cnUnder, b[2]) },
	{fs, 'S'}: func(p *Printer, b []byte) string {
		p.modes.cnLeft, p.modes.cnRight = int(b[2]), int(b[3])
		return ""
	},
	{fs, 'W'}: func(p *Printer, b []byte) string {
		p.modes.cnW = 1 + int(b[2]&1)
		p.modes.cnH = p.modes.cnW
		return ""
	},
	{fs, 'p'}: (*Printer).printLogo,
	{fs, 'q'}: (*Printer).storeLogos,

	{gs, '!'}: (*Printer).setSize,
	{gs, 'B'}: func(p *Printer, b []byte) string { p.modes.reverse = b[2]&1 != 0; return "" },
	{gs, 'L'}: func(p *Printer, b []byte) string { return p.atLineStart(&p.modes.margin, word(b[2:])) },
	{gs, 'W'}: func(p *Printer, b []byte) string { return p.atLineStart(&p.modes.area, word(b[2:])) },
	{gs, 'V'}: (*Printer).cutPaper,
	{gs, 'v'}: (*Printer).beginRows,
	{gs, 'h'}: (*Printer).setBarHeight,
	{gs, 'w'}: (*Printer).setBarModule,
	{gs, 'H'}: (*Printer).setHRI,
	{gs, 'k'}: (*Printer).barcode,
	{gs, '('}: (*Printer).extended,
	{gs, '8'}: (*Printer).longGraphics,
	{gs, 'r'}: (*Printer).sendSensors,
	{gs, 'I'}: (*Printer).sendIdentity,
	{gs, 'a'}: (*Printer).setASB,
}

// pick returns n as a number when it is one, or the digit of one, up to most.
func pick(n, most byte) (v byte, ok bool) {
	if '0' <= n && n <= '0'+most {
		n -= '0'
	}
	return n, n <= most
}

func thickness(dst *int, n byte) string {
	v, ok := pick(n, 2)
	if !ok {
		return notAllowed
	}
	*dst = int(v)
	return ""
}

func (p *Printer) printMode(b []byte) string {
	n, m := b[2], &p.modes
	m.fontB, m.bold = n&0x01 != 0, n&0x08 != 0
	m.h, m.w = 1+int(n>>4&1), 1+int(n>>5&1)
	m.under = int(n >> 7)
	return ""
}

func (p *Printer) chineseMode(b []byte) string {
	n, m := b[2], &p.modes
	m.cnW, m.cnH = 1+int(n>>2&1), 1+int(n>>3&1)
	m.cnUnder = int(n >> 7)
	return ""
}

func (p *Printer) setSize(b []byte) string {
	if b[2]&0x88 != 0 {
		return notAllowed
	}
	m := &p.modes
	m.w, m.h = 1+int(b[2]>>4), 1+int(b[2]&7)
	m.cnW, m.cnH = m.w, m.h
	return ""
}

func (p *Printer) setAlign(b []byte) string {
	v, ok := pick(b[2], 2)
	switch {
	case !ok:
		return notAllowed
	case !p.line.fresh():
		return notInLine
	}
	p.modes.align = v
	return ""
}

func (p *Printer) atLineStart(dst *int, v int) string {
	if !p.line.fresh() {
		return notInLine
	}
	*dst = min(v, p.cfg.Dots)
	return ""
}

func (p *Printer) setFont(b []byte) string {
	v, ok := pick(b[2], 1)
	if !ok {
		return notAllowed
	}
	p.modes.fontB = v == 1
	return ""
}

func (p *Printer) setCodePage(b []byte) string {
	if codePages[b[2]] == nil && b[2] != katakana {
		return "the printer does not have this code page"
	}
	p.modes.codePage = b[2]
	return ""
}

func (p *Printer) setCountry(b []byte) string {
	if int(b[2]) >= len(countries) {
		return notAllowed
	}
	p.modes.country = b[2]
	return ""
}

func (p *Printer) setChinese([]byte) string {
	if p.cfg.Chinese == NoChinese {
		return notHere
	}
	p.modes.chinese = true
	return ""
}

// setTabs is ESC D: columns in ascending order, counted in the width that a
// character has now.
func (p *Printer) setTabs(b []byte) string {
	unit := cellW
	if p.modes.fontB {
		unit = cellWB
	}
	unit = unit*p.modes.w + p.modes.gap
	p.modes.tabs = nil
	last := 0
	for _, n := range b[2:] {
		if int(n) <= last {
			break
		}
		last = int(n)
		p.modes.tabs = append(p.modes.tabs, last*unit)
	}
	return ""
}

// feedAfterLine prints the line and then feeds, at least by its height.
func (p *Printer) feedAfterLine(dots int) string {
	p.endLine(dots)
	return ""
}

func (p *Printer) kickDrawer(b []byte) string {
	if _, ok := pick(b[2], 1); !ok {
		return notAllowed
	}
	p.pulses++
	return ""
}

// cutPaper is GS V in all its forms: 0, 1 cut here; 65, 66 n feed to the
// blade and n dots more, then cut; 97, 98 n cut later, when the paper has
// come that far by itself; 103, 104 n feed to the blade, cut, and back.
func (p *Printer) cutPaper(b []byte) string {
	n := 0
	if len(b) == 4 {
		n = int(b[3])
	}
	switch b[2] {
	case 0, 1, '0', '1':
		return p.cutNow(0, false)
	case 65, 66:
		return p.cutNow(p.cfg.CutterDistance+n, false)
	case 97, 98:
		switch {
		case !p.cfg.Cutter:
			return notHere
		case !p.line.fresh():
			return notInLine
		}
		p.add(op{kind: opCutLater, later: n})
		return ""
	case 103, 104:
		return p.cutNow(n, true)
	}
	return notAllowed
}

// cutNow feeds and cuts. A printer without cutter only feeds, so that the
// receipt can be torn off.
func (p *Printer) cutNow(feed int, back bool) string {
	switch {
	case !p.line.fresh():
		return notInLine
	case !p.cfg.Cutter:
		p.feed(feed)
		return notHere
	}
	p.add(op{kind: opCut, feed: feed, back: back})
	return ""
}

func (p *Printer) sendSensors(b []byte) string {
	switch {
	case !p.cfg.PaperSensor:
		return notHere
	case !slices.Contains([]byte{1, 2, '1', '2'}, b[2]):
		return notAllowed
	}
	p.reply(p.sensors(b[2]))
	return ""
}

func (p *Printer) sendIdentity(b []byte) string {
	if !p.cfg.Identity {
		return notHere
	}
	answer := p.identity(b[2])
	if answer == nil {
		return notAllowed
	}
	p.reply(answer...)
	return ""
}

// setASB is GS a n. A mask that is not zero sends the status at once.
func (p *Printer) setASB(b []byte) string {
	if !p.cfg.ASB {
		return notHere
	}
	if p.asbMask = b[2]; p.asbMask != 0 {
		p.asbLast = p.asb()
		p.reply(p.asbLast[:]...)
	}
	return ""
}

// extended is GS ( f pL pH and its data.
func (p *Printer) extended(b []byte) string {
	data := b[5:]
	switch b[2] {
	case 'k':
		return p.symbol(data)
	case 'L':
		return p.graphics(data)
	case 'H':
		return p.processID(data)
	case 'D':
		return p.realTimeSwitch(data)
	}
	return "unknown command"
}

// processID is GS ( H fn 48: the answer waits in line with the paper, and so
// is sent when everything before it is printed.
func (p *Printer) processID(data []byte) string {
	switch {
	case !p.cfg.ProcessID:
		return notHere
	case len(data) != 6 || data[0] != 48 || data[1] != 48:
		return notAllowed
	case slices.ContainsFunc(data[2:], func(d byte) bool { return d < 0x20 || d > 0x7E }):
		return notAllowed
	}
	p.add(op{kind: opReply, reply: append(append([]byte{0x37, 0x22}, data[2:]...), 0)})
	return ""
}

// realTimeSwitch is GS ( D: which of DLE DC4 1 and 2 are obeyed.
func (p *Printer) realTimeSwitch(data []byte) string {
	if !p.cfg.RealTimeClear {
		return notHere
	}
	if len(data) < 3 || len(data)%2 == 0 || data[0] != 20 {
		return notAllowed
	}
	for i := 1; i < len(data); i += 2 {
		on, ok := pick(data[i+1], 1)
		switch a := data[i]; {
		case !ok || a != 1 && a != 2:
			return notAllowed
		case a == 1:
			p.pulseDC = on == 1
		default:
			p.offDC = on == 1
		}
	}
	return ""
}
