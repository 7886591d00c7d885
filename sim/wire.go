package sim

import (
	"time"

	"till/device"
	"till/txn"
	"till/txn/rail"
)

// wire is the way from one terminal to one gateway.
type wire struct {
	state   txn.LinkState
	deadTil txn.Wall // half open: bytes vanish until then
	probing bool
}

const (
	linkDown  = txn.FaultCode(device.LinkDown)
	linkSlow  = txn.FaultCode(device.LinkSlow)
	linkWrong = txn.FaultCode(device.LinkUntrusted)
	noName    = txn.FaultCode(device.LinkNameUnknown)
	cutOff    = txn.FaultCode(device.LinkBroken)
)

// A request may arrive after the terminal has given it up, by lateMax seconds, and
// at most arrivesBy after it was sent (doc.go): what lingers longer, and what a
// payer's code of a minute ago would still pay, is found by the day's file.
const (
	lateMax   = 35
	arrivesBy = 45 * time.Second
)

// exchange takes one request to a gateway, and what its answer means back: once,
// twice, late, or a silence. It dies with the process, but what has left arrives.
func (s *Shop) exchange(x rail.Exchange) {
	w := s.w
	i, g := w.gateOf(x.Rail)
	silence := func(after time.Duration, fault txn.FaultCode, sent bool) {
		s.soon(after, x.Silent(rail.Silence{Fault: fault, Sent: sent}))
	}
	if g == nil {
		silence(0, rail.FaultRefused, false)
		return
	}
	w.serving(s.n, g, x)
	req, err := x.Build(g.rail, w.nonce(), s.wall())
	if err != nil {
		w.tell("terminal %d  %s of %s cannot be built: %v", s.n, x.Call, x.Number, err)
		silence(0, rail.FaultRefused, false)
		return
	}
	w.audit.leaves(x, req)
	if w.strikes(CablePulled) {
		s.pullCable(w.pick(CablePulled, 8))
	}
	fast := w.between(5*time.Millisecond, 400*time.Millisecond)
	if fault := s.unreachable(); fault != "" {
		w.tell("terminal %d  %s of %s does not leave: %s", s.n, x.Call, x.Number, fault)
		s.linkIs(i, txn.LinkIsDown, fault)
		silence(fast, fault, false)
		return
	}
	l := &s.wires[i]
	if w.strikes(HalfOpen) {
		l.deadTil = w.now + txn.Wall(w.between(5*time.Second, 2*time.Minute).Milliseconds())
	}
	w.tell("terminal %d  %s of %s", s.n, x.Call, x.Number)
	w.audit.departs(s, x, g.setup.Refund.Spacing)
	switch {
	case l.deadTil > w.now, w.strikes(RequestLost):
		w.tell("           is lost on its way")
		silence(x.Limit, linkSlow, true)
	case w.strikes(RequestLate):
		late := min(x.Limit+time.Duration(w.pick(RequestLate, lateMax))*time.Second, arrivesBy)
		w.tell("           arrives %s later", late)
		w.later(late, func() { w.serveAfter(g, x, req) })
		silence(x.Limit, linkSlow, true)
	default:
		life := s.life
		w.later(fast, func() { s.arrive(life, i, g, x, req) })
	}
}

// unreachable says why no connection can be made, "" when one can.
func (s *Shop) unreachable() txn.FaultCode {
	switch {
	case s.cableOut:
		return linkDown
	case s.w.strikes(NoName):
		return noName
	case s.w.strikes(NoTrust):
		return linkWrong
	case s.w.strikes(NoRoute):
		return linkDown
	}
	return ""
}

// arrive is the request at the gateway, and its answer on the way back to the process
// that has asked.
func (s *Shop) arrive(life, i int, g *gate, x rail.Exchange, req rail.Request) {
	w := s.w
	w.serving(s.n, g, x)
	var old []rail.Response // to the same call: what answers another one is not believed by TLS
	for _, a := range g.answers {
		if a.call == x.Call {
			old = append(old, a.resp)
		}
	}
	resp, quiet, took := w.serve(g, x, req)
	back := took + w.between(5*time.Millisecond, 400*time.Millisecond)
	if w.strikes(AnswerLate) {
		back += time.Duration(w.pick(AnswerLate, int(x.Limit/time.Millisecond))) * time.Millisecond
	}
	hear := func(after time.Duration, r rail.Response) {
		s.laterIn(life, after, func() {
			s.linkIs(i, txn.LinkIsUp, "")
			s.answered(x.Read(g.rail, r, s.wall()))
		})
	}
	silent := func(after time.Duration, fault txn.FaultCode) {
		s.laterIn(life, after, func() { s.tell(x.Silent(rail.Silence{Fault: fault, Sent: true})) })
	}
	switch {
	case quiet != nil:
		silent(back, quiet.Fault)
	case w.strikes(AnswerLost):
		w.tell("           its answer is lost")
		silent(min(x.Limit, back+w.between(0, x.Limit)), cutOff)
	case back >= x.Limit, w.strikes(AnswerSlow):
		w.tell("           its answer comes when nobody listens")
		silent(x.Limit, linkSlow)
	case len(old) > 0 && w.strikes(AnswerOld):
		w.tell("           an old answer comes instead")
		hear(back, old[w.pick(AnswerOld, len(old))])
	case len(old) > 0 && w.strikes(AnswerForeign):
		w.tell("           another answer comes instead")
		hear(back, old[len(old)-1])
	case w.strikes(AnswerTwice):
		hear(back, resp)
		hear(back+w.between(time.Millisecond, 20*time.Second), resp)
	default:
		hear(back, resp)
	}
}

// linkIs is what a wire tells of itself, as package link does: edges only. The
// terminal is off the network when no way is known to be open.
func (s *Shop) linkIs(i int, state txn.LinkState, fault txn.FaultCode) {
	was := s.wires[i].state
	s.wires[i].state = state
	any := false
	for _, l := range s.wires {
		any = any || l.state == txn.LinkIsUp
	}
	switch {
	case was == state:
	case state == txn.LinkIsUp:
		s.soon(0, txn.LinkUp{})
	case !any:
		s.soon(0, txn.LinkDown{Code: fault})
	}
	if state == txn.LinkIsDown && !s.wires[i].probing {
		s.wires[i].probing = true
		s.probe(i, 5*time.Second)
	}
}

// probe tries a way that is closed until it is open.
func (s *Shop) probe(i int, after time.Duration) {
	s.later(after, func() {
		switch {
		case s.wires[i].state != txn.LinkIsDown:
			s.wires[i].probing = false
		case s.unreachable() != "":
			s.probe(i, min(2*after, 20*time.Second))
		default:
			s.wires[i].probing = false
			s.linkIs(i, txn.LinkIsUp, "")
		}
	})
}

// pullCable takes the network away, for seconds to hours.
func (s *Shop) pullCable(how int) {
	if s.cableOut {
		return
	}
	d := []time.Duration{3, 10, 30, 60, 180, 600, 3600, 4 * 3600}[how] * time.Second
	s.w.tell("terminal %d  the network cable is out for %s", s.n, d)
	s.cableOut = true
	s.w.watch(s.n, Cable(false))
	s.w.later(d, func() {
		s.cableOut = false
		s.w.watch(s.n, Cable(true))
	})
}

func (w *World) gateOf(name txn.RailName) (int, *gate) {
	for i, g := range w.gates {
		if g.rail.Name() == name {
			return i, g
		}
	}
	return 0, nil
}
