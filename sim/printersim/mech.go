package printersim

import (
	"slices"
	"time"
)

// What the mechanism is told to do next.
type op struct {
	kind  opKind
	rows  bits   // opPrint: the dots
	feed  int    // opFeed, opCut: blank dots before
	back  bool   // opCut: the paper goes to the blade and back for it
	later int    // opCutLater: dots that are to be on the receipt after this
	marks []mark // opPrint: row is relative to the op's first row
	reply []byte // opReply
	raw   []byte // the bytes that caused it
	done  int    // rows that have passed the head
	onAir bool   // some rows met no paper
}

type opKind uint8

const (
	opPrint opKind = iota
	opFeed
	opCut
	opCutLater
	opReply
)

// aheadRows is how far the interpreter runs ahead of the head: about four
// lines are ready to be printed while the next is being read. So GS r 1 is
// answered when everything before it was processed, not when it was printed.
const aheadRows = 120

// chunkRows is how much is printed at a time, and is the step in which the
// outside world can stop the paper: 1 mm.
const chunkRows = dotsPerMM

// cutTime is what one stroke of the blade takes.
const cutTime = 200 * time.Millisecond

// add gives the mechanism something to do.
func (p *Printer) add(o op) {
	o.raw, p.loose = p.loose, nil
	if n := len(p.ops); n > 1 && o.kind == opPrint && o.rows.h <= 2 {
		// Single rows of a raster join, so that they cost one timer a chunk.
		if last := &p.ops[n-1]; last.kind == opPrint && last.rows.h < chunkRows {
			for i := range o.marks {
				o.marks[i].row += last.rows.h
			}
			p.opRows += o.rows.h
			last.rows.add(o.rows)
			last.marks = append(last.marks, o.marks...)
			last.raw = append(last.raw, o.raw...)
			return
		}
	}
	p.ops = append(p.ops, o)
	p.opRows += o.rows.h + o.feed
}

// run lets the interpreter and the mechanism work until they wait for bytes,
// for time or for a person.
func (p *Printer) run() {
	for p.mechanism() || p.interpret() {
		p.changed = true
	}
	p.noteStatus()
	p.flow()
}

// interpret takes one piece from the receive buffer.
func (p *Printer) interpret() bool {
	if p.stopped() || len(p.queue) == 0 || len(p.ops) > 0 && p.opRows >= aheadRows {
		return false
	}
	got := p.queue[0]
	p.queue[0] = piece{}
	p.queue = p.queue[1:]
	p.queued -= len(got.raw)
	p.loose = append(p.loose, got.raw...)
	if n := len(p.loose); n > rawMost {
		p.loose = slices.Clone(p.loose[n-rawMost/2:])
	}
	p.execute(got)
	return true
}

// mechanism begins or makes the next step and says whether there was one.
func (p *Printer) mechanism() bool {
	if p.stopped() || p.running || len(p.ops) == 0 {
		return false
	}
	o := &p.ops[0]
	switch {
	case o.kind == opReply || o.kind == opCutLater:
		p.finish()
	case p.cfg.Speed <= 0:
		p.step()
	case o.kind == opCut && o.done == o.feed:
		p.startTimer(cutTime)
	default:
		n := min(o.rows.h+o.feed-o.done, chunkRows)
		p.startTimer(time.Duration(float64(n) / (dotsPerMM * p.cfg.Speed) * float64(time.Second)))
	}
	return true
}

// startTimer makes the present step happen after d.
func (p *Printer) startTimer(d time.Duration) {
	p.running = true
	p.timerNo++
	mine := p.timerNo
	p.cfg.Clock.AfterFunc(d, func() {
		p.mu.Lock()
		if p.running && p.timerNo == mine {
			p.running = false
			p.step()
			p.run()
		}
		p.mu.Unlock()
		p.deliver()
	})
}

func (p *Printer) stopTimer() {
	p.running = false
	p.timerNo++
}

// halt stops the mechanism where it is. What an open cover or a missing roll
// interrupts begins again at the line's first dot; heat and the FEED button
// only make it wait.
func (p *Printer) halt() {
	p.stopTimer()
	if p.forgetting() {
		p.clear()
		return
	}
	if (p.cover || p.paperOut()) && len(p.ops) > 0 && p.ops[0].kind == opPrint {
		p.ops[0].done = 0
	}
}

// step moves the paper by one chunk, or by the whole op when the printer
// needs no time, and finishes the op when it is complete.
func (p *Printer) step() {
	o := &p.ops[0]
	todo := o.rows.h + o.feed - o.done
	if p.cfg.Speed > 0 {
		todo = min(todo, chunkRows)
	}
	if todo > 0 {
		chunk := newBits(p.cfg.Dots, 0)
		if o.kind == opPrint {
			chunk = o.rows.rows(o.done, o.done+todo)
		} else {
			chunk.addBlank(todo)
		}
		passed := p.advance(chunk)
		o.done += passed
		if passed < todo {
			if !p.lying {
				p.rollOut()
				p.halt()
				return
			}
			o.done += todo - passed // nobody notices that there is no paper below the head
			o.onAir = true
		}
	}
	if o.done < o.rows.h+o.feed || o.kind == opCut && p.cfg.Speed > 0 && todo > 0 {
		return // more to do, or the stroke of the blade, which takes its own time
	}
	p.finish()
	if p.left == 0 && !p.noPaper {
		p.rollOut()
	}
}

// finish does what is left of the first op when its rows have passed the
// head, and takes it off the list unless the blade is stuck.
func (p *Printer) finish() {
	o := &p.ops[0]
	if !o.onAir {
		p.paper.addRaw(o.raw)
		o.raw = nil
		start := p.paper.now.bits.h - o.rows.h
		for _, m := range o.marks {
			m.row = max(m.row+start, 0)
			p.paper.addMark(m)
		}
	}
	switch o.kind {
	case opReply:
		p.reply(o.reply...)
	case opCutLater:
		p.cutDebts = append(p.cutDebts, o.later+p.cfg.CutterDistance)
	case opCut:
		if !p.cut(o.back) {
			return
		}
	}
	p.opRows -= o.rows.h + o.feed
	p.ops = slices.Delete(p.ops, 0, 1)
	if len(p.ops) == 0 {
		p.ops = nil
	}
}

// advance moves rows below the head and says how many of them came onto
// paper: fewer than there are when the roll ended, none when there is no
// paper at the head.
func (p *Printer) advance(rows bits) int {
	if p.cover || p.paperOut() {
		return 0
	}
	n := rows.h
	if p.left >= 0 {
		n = min(n, p.left)
		p.left -= n
	}
	for from := 0; from < n; {
		to := n
		for _, debt := range p.cutDebts {
			to = min(to, from+debt)
		}
		p.paper.now.bits.add(rows.rows(from, to))
		p.payCuts(to - from)
		from = to
	}
	p.paper.trim()
	return n
}

// payCuts makes the cuts of GS V 97 and 98 that the last n rows made due.
func (p *Printer) payCuts(n int) {
	due := false
	for i := range p.cutDebts {
		p.cutDebts[i] -= n
		due = due || p.cutDebts[i] <= 0
	}
	if due {
		p.cutDebts = slices.DeleteFunc(p.cutDebts, func(rows int) bool { return rows <= 0 })
		p.cut(false)
	}
}

// rollOut is the end of the roll: the paper falls out of the printer.
func (p *Printer) rollOut() {
	p.noPaper, p.left = true, 0
	p.paper.separate(0, false, true)
	p.changed = true
}

// cut moves the blade and says whether it got through. With back, the paper
// was fed for the cut alone and goes back to where it was. A liar does not
// notice a blade that is stuck.
func (p *Printer) cut(back bool) bool {
	if p.jam {
		p.cutErr = !p.lying
		return p.lying
	}
	keep := p.cfg.CutterDistance
	if back {
		keep = 0
	}
	p.paper.separate(keep, true, false)
	return true
}
