package printersim

import "bytes"

// tap listens to every byte that arrives and recognises the real-time
// commands, wherever they stand: also inside the data of an image. The zero
// tap is ready.
type tap struct{ last []byte }

// clearBuffers is DLE DC4 8 with the fixed bytes that guard it.
var clearBuffers = []byte{0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08}

// powerOff is DLE DC4 2 with its guards.
var powerOff = []byte{0x10, 0x14, 0x02, 0x01, 0x08}

// push takes one byte and returns the real-time command that it completes, or
// nil. The bytes of a command that was recognised take part in no other.
func (t *tap) push(b byte) []byte {
	if len(t.last) == len(clearBuffers) {
		copy(t.last, t.last[1:])
		t.last = t.last[:len(t.last)-1]
	}
	t.last = append(t.last, b)
	cmd := realTimeSuffix(t.last)
	if cmd != nil {
		cmd = bytes.Clone(cmd)
		t.last = t.last[:0]
	}
	return cmd
}

func realTimeSuffix(b []byte) []byte {
	for _, whole := range [][]byte{clearBuffers, powerOff} {
		if bytes.HasSuffix(b, whole) {
			return whole
		}
	}
	if n := len(b) - 5; n >= 0 && bytes.HasPrefix(b[n:], []byte{dle, 0x14, 1}) &&
		b[n+3] <= 1 && 1 <= b[n+4] && b[n+4] <= 8 {
		return b[n:]
	}
	if n := len(b) - 3; n >= 0 && b[n] == dle {
		switch c, v := b[n+1], b[n+2]; {
		case c == 0x04 && 1 <= v && v <= 4, c == 0x05 && 1 <= v && v <= 2:
			return b[n:]
		}
	}
	return nil
}

// realTime executes a real-time command and says whether it has cleared the
// receive buffer, or taken the power away.
func (p *Printer) realTime(cmd []byte, offset int) (cleared bool) {
	switch {
	case cmd[1] == 0x04 && p.cfg.RealTimeStatus:
		p.reply(p.realTimeStatus(cmd[2]))
	case cmd[1] == 0x05 && p.cfg.Recover:
		return p.recover(cmd[2])
	case cmd[1] == 0x14 && p.cfg.RealTimeClear:
		return p.realTimeControl(cmd)
	default:
		p.strange.add(offset-len(cmd)+1, cmd, "this printer does not have the command")
	}
	return false
}

func (p *Printer) realTimeControl(cmd []byte) (cleared bool) {
	switch cmd[2] {
	case 1:
		if p.pulseDC {
			p.pulses++
			p.changed = true
		}
	case 2:
		if p.offDC {
			p.reply(0x3B, 0x30, 0x00)
			p.clear()
			p.reset()
			p.off, p.changed = true, true
			return true
		}
	case 8:
		p.clear()
		p.reply(0x37, 0x25, 0x00)
		return true
	}
	return false
}

// recover is DLE ENQ n: it ends the error of a cut that failed. 1 makes the
// cut again, 2 forgets it and everything in the buffers. Without an error it
// does nothing (Epson), unless the printer has the AnyClear quirk.
func (p *Printer) recover(n byte) (cleared bool) {
	if !p.cutErr && !(p.cfg.AnyClear && p.stopped() && n == 2) {
		return false
	}
	p.cutErr, p.changed = false, true
	if n == 2 {
		p.clear()
		return true
	}
	return false
}

// clear empties the receive buffer, the line and what the mechanism has not
// printed yet. A command that is only half here is forgotten too, so the rest
// of its data will print as text.
func (p *Printer) clear() {
	p.queue, p.queued = nil, 0
	p.framer.reset()
	p.line = newLine(p.cfg.Dots)
	p.image = imageJob{}
	p.modes.lead = nil
	p.ops, p.opRows = nil, 0
	p.cutDebts = nil
	p.loose = nil
	p.stopTimer()
}

// paperOut says that the head has no paper.
func (p *Printer) paperOut() bool { return p.noPaper || p.left == 0 }

func (p *Printer) nearEnd() bool {
	return p.cfg.NearEnd > 0 && (p.paperOut() || p.left > 0 && p.left <= p.cfg.NearEnd)
}

// stopped says that nothing is printed and nothing read from the receive
// buffer: offline, or without power.
func (p *Printer) stopped() bool {
	if p.lying {
		return p.off
	}
	return p.off || p.cover || p.paperOut() || p.feedHeld || p.hot || p.cutErr
}

// forgetting says that data are thrown away: HoldAndPrintLater(false).
func (p *Printer) forgetting() bool {
	return p.forgets && !p.lying && (p.cover || p.paperOut())
}

// when returns b if the condition holds, for building status bytes.
func when(cond bool, b byte) byte {
	if cond {
		return b
	}
	return 0
}

// realTimeStatus is the answer to DLE EOT n. Bits 1 and 4 are always 1, bits
// 0 and 7 always 0. Source: printing.md section 2; Epson reference, DLE EOT.
func (p *Printer) realTimeStatus(n byte) byte {
	const fixed = 0x12
	if p.lying {
		return fixed
	}
	switch n {
	case 1:
		return fixed | when(p.drawer, 0x04) | when(p.stopped(), 0x08) | when(p.feedHeld, 0x40)
	case 2:
		return fixed | when(p.cover, 0x04) | when(p.feedHeld, 0x08) | when(p.paperOut(), 0x20) |
			when(p.inError(), 0x40)
	case 3:
		return fixed | when(p.cutErr, 0x08) | when(p.hot || p.coverErr, 0x40)
	}
	return fixed | when(p.nearEnd(), 0x0C) | when(p.paperOut(), 0x60)
}

func (p *Printer) inError() bool { return p.cutErr || p.hot || p.coverErr }

// asb is the automatic status: four bytes, the first of which has bit 4 set
// and bits 0, 1 and 7 clear. Source: printing.md section 2; Epson, GS a.
func (p *Printer) asb() [4]byte {
	out := [4]byte{0x10, 0, 0, 0x0F}
	if p.lying {
		return out
	}
	out[0] |= when(p.drawer, 0x04) | when(p.stopped(), 0x08) |
		when(p.cover, 0x20) | when(p.feedHeld, 0x40)
	out[1] |= when(p.cutErr, 0x08) | when(p.hot || p.coverErr, 0x40)
	out[2] |= when(p.nearEnd(), 0x03) | when(p.paperOut(), 0x0C)
	return out
}

// noteStatus sends the automatic status when a part of it that the host asked
// for has changed since it was sent last.
func (p *Printer) noteStatus() {
	now := p.asb()
	if now == p.asbLast {
		return
	}
	p.changed = true
	was := p.asbLast
	p.asbLast = now
	if p.asbMask == 0 || p.off {
		return
	}
	diff := [4]byte{now[0] ^ was[0], now[1] ^ was[1], now[2] ^ was[2], 0}
	wanted := p.asbMask&0x01 != 0 && diff[0]&0x04 != 0 ||
		p.asbMask&0x02 != 0 && diff[0]&0x28 != 0 ||
		p.asbMask&0x04 != 0 && diff[1] != 0 ||
		p.asbMask&0x08 != 0 && diff[2] != 0 ||
		p.asbMask&0x40 != 0 && diff[0]&0x40 != 0
	if wanted {
		p.reply(now[:]...)
	}
}

// sensors is the answer to GS r n: 1 the paper, 2 the drawer.
func (p *Printer) sensors(n byte) byte {
	if p.lying {
		return 0
	}
	if n == 2 || n == '2' {
		return when(p.drawer, 0x01)
	}
	return when(p.nearEnd(), 0x03) | when(p.paperOut(), 0x0C)
}

// identity is the answer to GS I n, nil for an unknown n.
func (p *Printer) identity(n byte) []byte {
	text := func(s string) []byte { return append(append([]byte{0x5F}, s...), 0) }
	switch n {
	case 1, '1':
		return []byte{0x20}
	case 2, '2':
		return []byte{when(p.cfg.Chinese != NoChinese, 1) | when(p.cfg.Cutter, 2)}
	case 3, '3':
		return []byte{0x01}
	case 65:
		return text(p.cfg.Firmware)
	case 66:
		return text(p.cfg.Maker)
	case 67:
		return text(p.cfg.Model)
	case 68:
		return text(p.cfg.Serial)
	case 69:
		return text(map[Charset]string{GBK: "CHINA GBK", GB18030: "CHINA GB18030"}[p.cfg.Chinese])
	}
	return nil
}
