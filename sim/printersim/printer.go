package printersim

import (
	"fmt"
	"sync"
)

// Printer is the twin of a receipt printer. All its methods may be called
// from any goroutine; no callback is called with its lock held.
type Printer struct {
	cfg Config

	mu sync.Mutex // guards what follows

	// The wire.
	received int // bytes that came, with and without power
	dropped  int // of them, lost because the receive buffer was full
	framer   framer
	tap      tap
	queue    []piece // the receive buffer, cut into pieces
	queued   int     // bytes in queue
	outbox   []byte
	send     func([]byte)
	sending  bool // some goroutine is delivering
	wireNo   int  // which connection is the present one
	xoff     bool // the last flow control byte was XOFF

	// The interpreter.
	modes   modes
	line    line
	image   imageJob // the image that GS v 0 or ESC * began
	qr      qrSettings
	stored  bits   // GS ( L fn 112: the graphics waiting for fn 50
	logos   logos  // NV memory: survives ESC @ and the power switch
	loose   []byte // bytes interpreted since the last op
	asbMask byte
	asbLast [4]byte
	pulseDC bool // DLE DC4 1 is enabled
	offDC   bool // DLE DC4 2 is enabled
	pulses  int
	strange strange

	// The mechanism.
	ops      []op
	opRows   int  // rows waiting in ops
	running  bool // a timer runs for the chunk that is being printed
	timerNo  int  // timers with another number are void
	paper    paper
	cutDebts []int // GS V 97/98: dots to come until the blade cuts

	// The world.
	off      bool // power
	noPaper  bool
	left     int // dots on the roll; negative = endless
	cover    bool
	coverErr bool // the cover was opened while printing
	jam      bool // the blade cannot move
	cutErr   bool // a cut failed and nobody has recovered from it
	hot      bool
	feedHeld bool
	drawer   bool
	silent   bool
	lying    bool
	forgets  bool // HoldAndPrintLater(false)

	onChange func()
	onByte   func(int)
	changed  bool
}

// New returns a printer that is switched on, has a new roll and a closed
// cover. It panics when the width is not one a head can have.
func New(cfg Config) *Printer {
	p := &Printer{cfg: cfg.withDefaults()}
	p.framer.lowRows = p.cfg.LowRowByte
	p.paper = newPaper(p.cfg.Dots, p.cfg.MaxPaper)
	p.left = p.newRoll()
	p.reset()
	return p
}

func (p *Printer) newRoll() int {
	if p.cfg.Roll > 0 {
		return p.cfg.Roll
	}
	return -1
}

// reset is what power-on and, for the modes, ESC @ do.
func (p *Printer) reset() {
	p.modes = p.startModes()
	p.line = newLine(p.cfg.Dots)
	p.qr = qrSettings{module: 3, level: 0}
	p.stored = bits{}
	p.asbMask = 0
	p.pulseDC, p.offDC = true, false
}

// world changes the printer's surroundings and lets it react.
func (p *Printer) world(change func()) {
	p.mu.Lock()
	change()
	if p.stopped() {
		p.halt()
	}
	p.changed = true
	p.run()
	p.mu.Unlock()
	p.deliver()
}

// SetPower switches the printer off and on. Without power everything in its
// buffers is lost, the paper stays where it is, and bytes fall on the floor.
func (p *Printer) SetPower(on bool) {
	p.world(func() {
		if on == !p.off {
			return
		}
		p.off = !on
		p.clear()
		p.reset()
		p.coverErr, p.cutErr, p.xoff = false, false, false
		p.tap = tap{}
		p.outbox = nil
	})
}

// SetPaper takes the roll away or puts a new one in. A receipt in the making
// ends where the old roll ends; the line that was in work is printed again,
// whole, on the new roll.
func (p *Printer) SetPaper(present bool) {
	p.world(func() {
		if present {
			p.rollOut() // whatever is left of the old one
			p.noPaper, p.left = false, p.newRoll()
			return
		}
		p.rollOut()
	})
}

// SetPaperLeft puts a roll with so many dots of paper in. The roll ends in
// the middle of a line when that is where the dots end.
func (p *Printer) SetPaperLeft(dots int) {
	p.world(func() {
		p.noPaper, p.left = dots <= 0, dots
	})
}

// SetCover opens and closes the cover. Opened while a line is printed, it
// stops the printer; closed again, that line is printed a second time, from
// its first dot (printing.md, section 2).
func (p *Printer) SetCover(open bool) {
	p.world(func() {
		if open && !p.stopped() && len(p.ops) > 0 {
			p.coverErr = true
		}
		if !open {
			p.coverErr = false
		}
		p.cover = open
	})
}

// JamCutter blocks and frees the blade. A cut that fails is an error; freeing
// the blade does not end it: DLE ENQ does, or the power switch.
func (p *Printer) JamCutter(jammed bool) { p.world(func() { p.jam = jammed }) }

// SetHot overheats the head and lets it cool down. Printing waits and goes on
// by itself.
func (p *Printer) SetHot(hot bool) { p.world(func() { p.hot = hot }) }

// SetFeedHeld presses and releases the FEED button. While it is held the
// printer is offline; pressing it feeds one line of blank paper.
func (p *Printer) SetFeedHeld(held bool) {
	p.world(func() {
		if held && !p.feedHeld && !p.stopped() {
			p.advance(newBits(p.cfg.Dots, p.modes.spacing))
			if p.left == 0 {
				p.rollOut()
			}
		}
		p.feedHeld = held
	})
}

// SetDrawer opens and closes the cash drawer: the level of its switch.
func (p *Printer) SetDrawer(open bool) { p.world(func() { p.drawer = open }) }

// SetSilent makes the printer answer nothing; it prints as before.
func (p *Printer) SetSilent(silent bool) { p.world(func() { p.silent = silent }) }

// SetLying breaks every sensor: the printer believes, and says, that all is
// well. Without paper or with an open cover it prints on air and confirms it.
func (p *Printer) SetLying(lying bool) { p.world(func() { p.lying = lying }) }

// HoldAndPrintLater says what becomes of data while the printer is stopped by
// an open cover or missing paper: held and printed as soon as it can (true,
// the standard, and how a new printer behaves), or forgotten, together with
// what was in the buffers (false).
func (p *Printer) HoldAndPrintLater(hold bool) { p.world(func() { p.forgets = !hold }) }

// Tear tears the paper off at the blade, as the operator does at a printer
// without cutter: what is beyond the blade becomes a receipt that is not cut.
func (p *Printer) Tear() { p.world(func() { p.paper.separate(p.cfg.CutterDistance, false, false) }) }

// OnChange sets a function that is called after the paper or the state of the
// printer has changed; it replaces the one before.
func (p *Printer) OnChange(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onChange = f
}

// OnByte sets a function that is called for every byte that arrives, before
// the printer does anything with it; n is the byte's number, the first ever
// is 1. When the function cuts the power, that byte is the first one lost.
func (p *Printer) OnByte(f func(n int)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onByte = f
}

// Bytes is how many bytes have arrived, including real-time commands, what was
// dropped and what came while the power was off.
func (p *Printer) Bytes() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.received
}

// Dropped is how many bytes were lost because the receive buffer was full.
func (p *Printer) Dropped() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dropped
}

// Waiting is how many bytes are in the receive buffer.
func (p *Printer) Waiting() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.occupied()
}

// Idle says that nothing is being printed and nothing waits to be.
func (p *Printer) Idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.ops) == 0 && len(p.queue) == 0
}

// Pulses is how often the cash drawer was kicked.
func (p *Printer) Pulses() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pulses
}

// Unknown lists what the printer was told and did not do, in the order of the
// first time: the offset of the command in all that has arrived, its first
// bytes and the reason.
func (p *Printer) Unknown() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.strange.list()
}

// strange collects what was not done.
type strange struct {
	seen  map[string]int // index in notes, by bytes and reason
	notes []note
	more  int // kinds that found no room
}

type note struct {
	offset, times int
	what          string
}

// strangeMost is how many kinds of complaint are told apart.
const strangeMost = 500

func (s *strange) add(offset int, raw []byte, why string) {
	what := fmt.Sprintf("% X: %s", raw[:min(len(raw), 8)], why)
	if i, ok := s.seen[what]; ok {
		s.notes[i].times++
		return
	}
	if len(s.notes) == strangeMost {
		s.more++
		return
	}
	if s.seen == nil {
		s.seen = map[string]int{}
	}
	s.seen[what] = len(s.notes)
	s.notes = append(s.notes, note{offset, 1, what})
}

func (s *strange) list() []string {
	var out []string
	for _, n := range s.notes {
		line := fmt.Sprintf("offset %d: %s", n.offset, n.what)
		if n.times > 1 {
			line += fmt.Sprintf(" (%d times)", n.times)
		}
		out = append(out, line)
	}
	if s.more > 0 {
		out = append(out, fmt.Sprintf("and %d more", s.more))
	}
	return out
}
