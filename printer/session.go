package printer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"till/device"
	"till/printer/escpos"
)

const (
	// answerTime is how long a printer may take over a status request. At 9600
	// baud request and answer take 5 ms.
	answerTime = 300 * time.Millisecond
	// clearTime is how long it may take to clear its buffers.
	clearTime = time.Second
	// messageGap is the longest silence inside one message of the printer.
	messageGap = 100 * time.Millisecond
	// faultPoll and idlePoll are the times between two requests for the status
	// while a fault is shown, and while all is well and the printer does not
	// tell of itself.
	faultPoll = 2 * time.Second
	idlePoll  = 30 * time.Second
)

var errSilent = errors.New("no answer")

// session is the printer on one open port. All but read runs in the goroutine
// of Serve.
type session struct {
	p        *Printer
	prof     escpos.Profile
	port     device.Port
	in       chan escpos.Message // closed when the wire breaks
	readErr  error               // why, once in is closed
	requests chan request
	done     chan struct{}
	wire     error // the wire broke: the session is over

	probed    bool         // what follows is known
	level     escpos.Level //
	eot       [5]bool      // answers DLE EOT n, 1 to 4
	sensor    bool         // answers GS r
	asb       bool         // sends automatic status
	xoff      bool         // asked us to stop
	told, set escpos.Sensors
	status    Status
	published bool

	overheard func(escpos.Message) // also gets what arrives while the status is asked for

	marks []int // bytes sent when each GS r was, whose answer is awaited
	acked int   // bytes known to be processed
}

func newSession(p *Printer, port device.Port) *session {
	return &session{
		p: p, prof: p.cfg.Profile, port: port,
		in: make(chan escpos.Message, 64), requests: make(chan request), done: make(chan struct{}),
	}
}

// read takes the printer's bytes apart until the port is closed.
func (s *session) read() {
	var r escpos.Reader
	var last time.Time
	buf := make([]byte, 256)
	defer close(s.in)
	for {
		n, err := s.port.Read(buf)
		if now := time.Now(); n > 0 {
			if r.Pending() && now.Sub(last) > messageGap {
				r.Drop()
			}
			last = now
		}
		for _, b := range buf[:n] {
			m, ok := r.Push(b)
			if !ok {
				continue
			}
			select {
			case s.in <- m:
			case <-s.done:
				return
			}
		}
		if err != nil {
			s.readErr = err
			return
		}
	}
}

// run probes the printer, then prints and watches until the wire breaks.
func (s *session) run(ctx context.Context) error {
	if s.prof.Level != escpos.LevelD {
		s.watch(ctx)
	}
	if s.p.cfg.Ready != nil && s.wire == nil {
		s.p.cfg.Ready()
	}
	for s.wire == nil && ctx.Err() == nil {
		var poll <-chan time.Time
		if d := s.pollEvery(); d > 0 {
			poll = time.After(d)
		}
		select {
		case <-ctx.Done():
		case m, ok := <-s.in:
			s.idle(ctx, m, ok)
		case r := <-s.requests:
			s.serve(ctx, r)
		case <-poll:
			s.watch(ctx)
		}
	}
	if s.wire != nil {
		return fmt.Errorf("talk to printer on %s: %w", s.port, s.wire)
	}
	return ctx.Err()
}

// serve prints a job for as long as both its caller and Serve go on.
func (s *session) serve(ctx context.Context, r request) {
	both, cancel := context.WithCancel(r.ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, cancel)
	defer stop()
	r.reply <- s.print(both, r.job)
}

// pollEvery is 0 when the printer is left alone.
func (s *session) pollEvery() time.Duration {
	switch {
	case s.prof.Level == escpos.LevelD:
		return 0
	case !s.status.Ready():
		return faultPoll
	case s.asb:
		return 0
	}
	return idlePoll
}

// idle takes what the printer says unasked.
func (s *session) idle(ctx context.Context, m escpos.Message, ok bool) {
	if !ok {
		s.wire = s.lost()
		return
	}
	open := s.status.CoverOpen
	s.note(m)
	if open && !s.status.CoverOpen {
		s.coverClosed(ctx)
	}
	s.clearTorn(ctx)
}

// clearTorn clears what an interrupted job left, as soon as the printer is well.
func (s *session) clearTorn(ctx context.Context) {
	if s.p.torn && s.probed && s.status.Ready() {
		_ = s.clear(ctx) // if it fails, the next job will not begin without it
	}
}

// watch asks for the status, and for everything else if the printer was never
// well enough to answer.
func (s *session) watch(ctx context.Context) {
	open := s.status.CoverOpen
	var err error
	if s.probed {
		err = s.ask(ctx)
	} else {
		err = s.probe(ctx)
	}
	if errors.Is(err, errSilent) {
		s.forget()
	}
	if err != nil {
		return // the wire knows
	}
	if open && !s.status.CoverOpen {
		s.coverClosed(ctx)
	}
	s.clearTorn(ctx)
}

// coverClosed leaves a cutter error: a person has looked at the knife.
func (s *session) coverClosed(ctx context.Context) {
	if s.set&(escpos.CutterError|escpos.Recoverable) == 0 {
		return
	}
	if s.write(escpos.RecoverAndClear()) == nil {
		_ = s.ask(ctx) // silence is judged by the next poll
	}
}

// lost is why the wire broke.
func (s *session) lost() error {
	if s.readErr == nil {
		return io.EOF
	}
	return s.readErr
}

// write sends bytes at once, XOFF or not.
func (s *session) write(b []byte) error {
	if s.wire != nil {
		return s.wire
	}
	if _, err := s.port.Write(b); err != nil {
		s.wire = err
	}
	return s.wire
}

// wait takes the printer's messages until one of them is it, or d is over:
// then it returns errSilent.
func (s *session) wait(ctx context.Context, d time.Duration, it func(escpos.Message) bool) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		if s.wire != nil {
			return s.wire
		}
		select {
		case m, ok := <-s.in:
			if !ok {
				s.wire = s.lost()
				return s.wire
			}
			s.note(m)
			if s.overheard != nil {
				s.overheard(m)
			}
			if it(m) {
				return nil
			}
		case <-timer.C:
			return errSilent
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// note takes what every message says, whoever waits for it.
func (s *session) note(m escpos.Message) {
	switch m.Kind {
	case escpos.XOff:
		s.xoff = true
	case escpos.XOn:
		s.xoff = false
	case escpos.Sensor:
		if len(s.marks) > 0 {
			s.acked, s.marks = s.marks[0], s.marks[1:]
		}
	case escpos.ASB:
		if set, err := escpos.ParseASB(m.ASB); err == nil {
			s.asb = true
			s.learn(escpos.ToldByASB, set)
			s.publish()
		}
	}
}

func (s *session) learn(told, set escpos.Sensors) {
	s.told |= told
	s.set = s.set&^told | set
	if told&escpos.PaperEnd != 0 && set&escpos.PaperEnd == 0 {
		s.set &^= escpos.PaperStop // an automatic status does not tell it
	}
}

// forget makes everything unknown.
func (s *session) forget() {
	s.told, s.set, s.probed = 0, 0, false
	s.publish()
}

// publish reports the status if it changed.
func (s *session) publish() {
	now := statusOf(s.told, s.set)
	if s.published && now == s.status {
		return
	}
	s.published, s.status = true, now
	if s.p.cfg.Report != nil {
		s.p.cfg.Report(now)
	}
}
