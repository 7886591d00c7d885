package printer

import (
	"context"
	"errors"
	"time"

	"till/device"
	"till/printer/escpos"
)

const (
	// lookEvery is how often the status is asked for while a job waits for the
	// printer. It is asked at once when the printer says that it changed.
	lookEvery = time.Second
	// patience is how long the printer may take beyond the estimate: for a speed
	// that is lower than the profile says, and for the FEED button.
	patience = 10 * time.Second
	// hotPatience is the same while the head is too hot.
	hotPatience = 2 * time.Minute
	// cutTime is what a cut takes.
	cutTime = 500 * time.Millisecond
)

// run is one job under way.
type run struct {
	*session
	job     Job
	cast    forecast
	sent    int  // bytes of the body and of what was put between
	marked  int  // sent when the last GS r was
	whole   bool // all of the body was sent
	printed bool // the body is on paper, as far as the level tells
	looked  time.Time
}

// print prints one job (shared/printing.md, section 3).
func (s *session) print(ctx context.Context, job Job) Result {
	if err := s.preflight(ctx); err != nil {
		return Result{Outcome: Refused, Fault: s.faultOf(err)}
	}
	s.acked, s.marks = 0, nil
	r := &run{session: s, job: job, looked: time.Now(),
		cast: forecast{baud: s.prof.Baud, speed: s.prof.DotsPerSecond()}}
	s.p.torn = true // until it is known to be over
	err := r.do(ctx)
	if err == nil {
		s.p.torn = false
		return Result{Outcome: r.ending(), Level: r.certainty(), Fault: r.warning()}
	}
	s.p.half = s.wire != nil
	if errors.Is(err, errSilent) && errors.Is(s.ask(ctx), errSilent) {
		s.forget()
	}
	outcome := Torn
	switch {
	case r.printed:
		outcome = CutFailed
	case r.whole && (errors.Is(err, errSilent) || s.wire != nil):
		outcome = Unconfirmed
	}
	if s.prof.Clear == escpos.ClearDC4 && s.wire == nil && ctx.Err() == nil && !r.printed {
		_ = s.cutOff(ctx) // if it fails the job remains torn and is cleared before the next
	}
	res := Result{Outcome: outcome, Fault: s.faultOf(err)}
	if r.printed {
		res.Level = r.certainty()
	}
	return res
}

// preflight returns what keeps a job from being begun.
func (s *session) preflight(ctx context.Context) error {
	if s.prof.Level == escpos.LevelD {
		return s.flushHalf()
	}
	err := s.look(ctx)
	if errors.Is(err, errSilent) {
		s.forget()
	}
	if err == nil && s.set&(escpos.CutterError|escpos.Recoverable) != 0 && !s.status.CoverOpen {
		// Whoever prints again has seen to the knife.
		if err = s.write(escpos.RecoverAndClear()); err == nil {
			err = s.look(ctx)
		}
	}
	if err != nil {
		return err
	}
	if !s.status.Ready() {
		return s.status.Fault()
	}
	if s.p.torn {
		if err := s.clear(ctx); err != nil {
			return err
		}
		if !s.status.Ready() {
			return s.status.Fault()
		}
	}
	return nil
}

// flushHalf is all that can be done before a job without an answer.
func (s *session) flushHalf() error {
	if !s.p.half {
		return nil
	}
	s.p.half = false
	return s.write(escpos.Flush(s.prof.ChunkMax()))
}

// look asks for the status, and probes what was not well enough before.
func (s *session) look(ctx context.Context) error {
	if s.probed {
		return s.ask(ctx)
	}
	if err := s.probe(ctx); err != nil {
		return err
	}
	if !s.probed && s.status.Ready() {
		return errSilent
	}
	return nil
}

// faultOf is what a person can do about err; nil if the caller gave up.
func (s *session) faultOf(err error) *device.Fault {
	var f *device.Fault
	switch {
	case errors.As(err, &f):
		return f
	case s.wire != nil:
		return fault(device.PortGone, "print", s.wire)
	case errors.Is(err, errSilent):
		if f := s.status.Fault(); f != nil && !s.status.Ready() {
			return f
		}
		if s.xoff {
			return fault(device.PrinterOffline, "print", nil)
		}
		return fault(device.PrinterSilent, "print", nil)
	}
	return nil
}

func (r *run) ending() Outcome {
	if r.prof.Level == escpos.LevelD {
		return Unconfirmed
	}
	return Printed
}

func (r *run) certainty() escpos.Level {
	if r.prof.Level == escpos.LevelD {
		return escpos.LevelD
	}
	return r.level
}

// warning is what the paper says after a good job.
func (r *run) warning() *device.Fault {
	if r.prof.Level == escpos.LevelD {
		return nil
	}
	return r.status.Fault()
}

// do sends the job and waits for the proof of its level.
func (r *run) do(ctx context.Context) error {
	for i, c := range r.job.Body {
		if err := r.room(ctx, len(c.Bytes)); err != nil {
			return err
		}
		if err := r.send(c.Bytes, c.Dots); err != nil {
			return err
		}
		if i == 0 && (r.asb || r.level == escpos.LevelA) { // ESC @ has switched it off
			if err := r.send(escpos.EnableASB(), 0); err != nil {
				return err
			}
		}
		if r.sensor && r.sent-r.marked >= r.prof.Window()/2 {
			if err := r.mark(); err != nil {
				return err
			}
		}
	}
	switch r.certainty() {
	case escpos.LevelA:
		return r.proveA(ctx)
	case escpos.LevelB:
		return r.proveB(ctx)
	case escpos.LevelC:
		return r.proveC(ctx)
	}
	r.whole = true
	if err := r.room(ctx, len(r.job.Cut)); err != nil {
		return err
	}
	return r.write(r.job.Cut)
}

// send writes a part of the job.
func (r *run) send(b []byte, dots int) error {
	r.cast.add(time.Now(), len(b), dots)
	r.sent += len(b)
	return r.write(b)
}

// mark asks the printer to say when it has processed all up to here.
func (r *run) mark() error {
	r.marked = r.sent
	r.marks = append(r.marks, r.sent)
	return r.send(escpos.AskSensor(), 0)
}

// room waits until n more bytes may be on their way (shared/printing.md,
// section 4). A chunk that is longer than the window is sent alone.
func (r *run) room(ctx context.Context, n int) error {
	window := r.prof.Window()
	if !r.sensor {
		return r.pace(ctx, window-n)
	}
	open := func() bool {
		flying := r.sent - r.acked
		return !r.xoff && (flying+n <= window || len(r.marks) == 0)
	}
	if r.sent-r.acked+n > window && r.marked < r.sent {
		if err := r.mark(); err != nil {
			return err
		}
	}
	if open() {
		return nil
	}
	return r.await(ctx, 0, func(escpos.Message) bool { return open() })
}

// pace is room for a printer that does not answer GS r: by the clock.
func (r *run) pace(ctx context.Context, room int) error {
	for begun := time.Now(); ; {
		d := r.cast.until(time.Now(), room)
		switch {
		case d > 0:
		case !r.xoff:
			return nil
		case time.Since(begun) > patience:
			return fault(device.PrinterOffline, "print", nil)
		default:
			d = lookEvery
		}
		if err := r.await(ctx, min(d, lookEvery), nil); err != nil {
			return err
		}
	}
}

// await waits until a message is it, or, if it is nil, until d is over. It
// looks at the status every second and returns a *device.Fault when it stops
// the job, and errSilent when the printer has been given all its time.
func (r *run) await(ctx context.Context, d time.Duration, it func(escpos.Message) bool) error {
	begun := time.Now()
	limit := func() time.Duration {
		if it == nil {
			return d
		}
		if r.status.Hot {
			return hotPatience
		}
		return patience + max(0, r.cast.head.Sub(begun))
	}
	got := false
	for {
		left := limit() - time.Since(begun)
		if left <= 0 {
			if it == nil {
				return nil
			}
			return errSilent
		}
		err := r.wait(ctx, min(left, lookEvery), func(m escpos.Message) bool {
			got = it != nil && it(m)
			return got || r.status.stops()
		})
		switch {
		case got:
			return nil
		case err != nil && !errors.Is(err, errSilent):
			return err
		case r.status.stops():
			return r.status.Fault()
		case r.prof.Level != escpos.LevelD && time.Since(r.looked) >= lookEvery:
			if err := r.glance(ctx, it, &got); got || err != nil {
				return err
			}
		}
	}
}

// glance asks for the status in the middle of a wait; what is waited for may
// come in between. Silence is not judged here: some printers answer late while
// they print.
func (r *run) glance(ctx context.Context, it func(escpos.Message) bool, got *bool) error {
	r.overheard = func(m escpos.Message) {
		if it != nil && it(m) {
			*got = true
		}
	}
	err := r.ask(ctx)
	r.overheard = nil
	r.looked = time.Now()
	switch {
	case *got, errors.Is(err, errSilent):
		return nil
	case err == nil && r.status.stops():
		return r.status.Fault()
	}
	return err
}

// proveA sends a checkpoint, the cut and a checkpoint, and waits for both.
func (r *run) proveA(ctx context.Context) error {
	body, cut := escpos.ProcessID(2*r.job.ID), escpos.ProcessID(2*r.job.ID+1)
	tail := escpos.AskProcessID(body)
	if len(r.job.Cut) > 0 {
		tail = append(append(tail, r.job.Cut...), escpos.AskProcessID(cut)...)
	}
	if err := r.room(ctx, len(tail)); err != nil {
		return err
	}
	r.whole = true
	if err := r.send(tail, 0); err != nil {
		return err
	}
	isCut, early := isProcessID(cut), false
	isBody := isProcessID(body)
	err := r.await(ctx, 0, func(m escpos.Message) bool {
		early = early || isCut(m)
		return early || isBody(m)
	})
	if err != nil {
		return err
	}
	r.printed = true
	if early || len(r.job.Cut) == 0 {
		return nil
	}
	return r.await(ctx, 0, isCut)
}

// proveB waits until the body is processed, gives it the time to leave the
// head, and looks; then the same for the cut.
func (r *run) proveB(ctx context.Context) error {
	if err := r.processed(ctx, nil); err != nil {
		return err
	}
	if err := r.await(ctx, time.Until(r.cast.head), nil); err != nil {
		return err
	}
	if err := r.well(ctx); err != nil {
		return err
	}
	r.printed = true
	if len(r.job.Cut) == 0 {
		return nil
	}
	if err := r.processed(ctx, r.job.Cut); err != nil {
		return err
	}
	return r.knife(ctx)
}

// processed sends b and waits until the printer has processed all before and b.
func (r *run) processed(ctx context.Context, b []byte) error {
	if err := r.room(ctx, len(b)+len(escpos.AskSensor())); err != nil {
		return err
	}
	r.whole = true
	if len(b) > 0 {
		if err := r.send(b, 0); err != nil {
			return err
		}
	}
	if err := r.mark(); err != nil {
		return err
	}
	if len(r.marks) == 0 {
		return nil
	}
	return r.await(ctx, 0, func(escpos.Message) bool { return len(r.marks) == 0 })
}

// proveC gives the body the time that it should take, and looks.
func (r *run) proveC(ctx context.Context) error {
	r.whole = true
	if err := r.await(ctx, time.Until(r.cast.head), nil); err != nil {
		return err
	}
	if err := r.well(ctx); err != nil {
		return err
	}
	r.printed = true
	if len(r.job.Cut) == 0 {
		return nil
	}
	if err := r.send(r.job.Cut, 0); err != nil {
		return err
	}
	return r.knife(ctx)
}

// knife gives the cut its time and looks whether it jammed. What else is
// wrong now, the end of the paper perhaps, is a warning: the body was good.
func (r *run) knife(ctx context.Context) error {
	if err := r.wait(ctx, cutTime, func(escpos.Message) bool { return false }); !errors.Is(err, errSilent) {
		return err
	}
	if err := r.askTwice(ctx); err != nil {
		return err
	}
	if r.status.CutterJammed || r.status.Failed {
		return r.status.Fault()
	}
	return nil
}

// well looks at the status and returns what stops the job.
func (r *run) well(ctx context.Context) error {
	if err := r.askTwice(ctx); err != nil {
		return err
	}
	if r.status.stops() {
		return r.status.Fault()
	}
	return nil
}

// askTwice asks for the status, and again if the first answer does not come.
func (r *run) askTwice(ctx context.Context) error {
	err := r.ask(ctx)
	if errors.Is(err, errSilent) {
		err = r.ask(ctx)
	}
	r.looked = time.Now()
	return err
}
