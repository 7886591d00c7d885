package printer

import (
	"context"
	"errors"
	"time"

	"till/device"
	"till/printer/escpos"
)

// probeID is the process ID of no job: the last of them.
var probeID = [4]byte{'~', '~', '~', '~'}

// probe finds out what the printer answers, unless the profile says. A
// printer that is not well does not process its buffer: of it only DLE EOT is
// known, and it is probed again when it is well.
//
// A printer that does not know GS ( H takes the ID for text; ESC @ throws that
// away before it is printed.
func (s *session) probe(ctx context.Context) error {
	s.sensor, s.asb, s.level = false, false, escpos.LevelC
	if err := s.probeStatus(ctx); err != nil {
		return err
	}
	fixed := s.prof.Level
	if s.eot[1] && !s.status.Ready() && fixed == escpos.Probe {
		return nil
	}
	ids := fixed == escpos.LevelA
	s.sensor = ids || fixed == escpos.LevelB
	if fixed == escpos.Probe && s.eot[1] {
		var err error
		if s.sensor, ids, err = s.probeOrder(ctx); err != nil {
			return err
		}
	}
	if fixed != escpos.LevelC {
		start := append(escpos.Reset(), escpos.EnableASB()...)
		if _, err := s.try(ctx, answerTime, start, isKind(escpos.ASB)); err != nil {
			return err
		}
	}
	s.settle(fixed, ids)
	return nil
}

// probeOrder finds out whether the printer answers GS r and GS ( H, which come
// back in the order of the data: behind what is left of an old job.
func (s *session) probeOrder(ctx context.Context) (sensor, ids bool, err error) {
	patience := answerTime
	if s.p.torn {
		if err := s.cutOff(ctx); err != nil {
			return false, false, err
		}
		patience += s.fullBufferTime()
	}
	sensor, err = s.try(ctx, patience, escpos.AskSensor(), isKind(escpos.Sensor))
	if err != nil {
		return false, false, err
	}
	ids, err = s.try(ctx, answerTime, escpos.AskProcessID(probeID), isProcessID(probeID))
	return sensor, ids, err
}

// settle draws the conclusion.
func (s *session) settle(fixed escpos.Level, ids bool) {
	whole := s.eot == [5]bool{1: true, 2: true, 3: true, 4: true} || s.asb
	switch {
	case fixed != escpos.Probe:
		s.level = fixed
	case whole && ids:
		s.level = escpos.LevelA
	case whole && s.sensor:
		s.level = escpos.LevelB
	default:
		s.level = escpos.LevelC
	}
	s.probed = s.eot[1] || s.asb
	s.publish()
}

// probeStatus asks DLE EOT 1 to 4, once each; a printer that leaves the first
// unanswered is not asked the others.
func (s *session) probeStatus(ctx context.Context) error {
	s.told, s.set, s.eot = 0, 0, [5]bool{}
	for n := 1; n <= 4; n++ {
		ok, err := s.askOne(ctx, n)
		if err != nil {
			return err
		}
		if s.eot[n] = ok; !s.eot[1] {
			break
		}
	}
	s.publish()
	return nil
}

// try sends a request and tells whether the answer came. The error is the
// wire's or the context's.
func (s *session) try(ctx context.Context, d time.Duration, request []byte,
	it func(escpos.Message) bool) (bool, error) {
	if err := s.write(request); err != nil {
		return false, err
	}
	err := s.wait(ctx, d, it)
	if errors.Is(err, errSilent) {
		return false, nil
	}
	return err == nil, err
}

// askOne asks DLE EOT n and learns from the answer.
func (s *session) askOne(ctx context.Context, n int) (bool, error) {
	return s.try(ctx, answerTime, escpos.AskStatus(n), func(m escpos.Message) bool {
		if m.Kind != escpos.Realtime {
			return false
		}
		set, err := escpos.ParseRealtime(n, m.Byte)
		if err == nil {
			s.learn(escpos.Told(n), set)
		}
		return err == nil
	})
}

// ask reads the status now. Silence is returned as errSilent and changes
// nothing: the caller judges it.
func (s *session) ask(ctx context.Context) error {
	var ok bool
	var err error
	if !s.eot[1] {
		ok, err = s.try(ctx, answerTime, escpos.EnableASB(), isKind(escpos.ASB))
	} else {
		if err = s.drain(ctx); err != nil {
			return err
		}
		for n := 1; n <= 4; n++ {
			if !s.eot[n] {
				continue
			}
			if ok, err = s.askOne(ctx, n); err != nil || !ok {
				break
			}
		}
	}
	if err != nil {
		return err
	}
	if !ok {
		return errSilent
	}
	s.publish()
	return nil
}

// drain takes what has already arrived, so that an old answer is not taken
// for that to the next request.
func (s *session) drain(ctx context.Context) error {
	for len(s.in) > 0 {
		if err := s.wait(ctx, answerTime, func(escpos.Message) bool { return true }); err != nil {
			return err
		}
	}
	return nil
}

// clear makes the printer forget what is left of an interrupted job
// (shared/printing.md, section 3, step 5). It must be well.
func (s *session) clear(ctx context.Context) error {
	if err := s.cutOff(ctx); err != nil || !s.p.torn {
		return err
	}
	out := escpos.Reset()
	if s.asb {
		out = append(out, escpos.EnableASB()...)
	}
	if err := s.write(out); err != nil {
		return err
	}
	return s.barrier(ctx)
}

// cutOff ends a half-sent command and empties the buffers by a real-time
// command, in so far as the printer has one. If the printer says that it has
// done so, nothing is torn any more.
func (s *session) cutOff(ctx context.Context) error {
	if s.p.half {
		if err := s.write(escpos.Flush(s.prof.ChunkMax())); err != nil {
			return err
		}
		s.p.half = false
	}
	switch s.prof.Clear {
	case escpos.ClearENQ:
		return s.write(escpos.RecoverAndClear())
	case escpos.ClearDC4:
		cleared, err := s.try(ctx, clearTime, escpos.ClearBuffers(), func(m escpos.Message) bool {
			return m.Kind == escpos.Block && escpos.IsCleared(m.Block)
		})
		if cleared {
			s.marks, s.p.torn, s.xoff = nil, false, false
		}
		return err
	}
	return nil
}

// barrier waits until everything before it was processed, old answers to GS r
// included: they must not be taken for those of the next job. Where GS r is not
// answered it waits for the time that a full buffer takes to print.
func (s *session) barrier(ctx context.Context) error {
	const quiet = time.Second
	full := s.fullBufferTime()
	if !s.sensor {
		err := s.wait(ctx, full, func(escpos.Message) bool { return false })
		if errors.Is(err, errSilent) {
			s.p.torn, s.xoff, err = false, false, nil
		}
		return err
	}
	if err := s.write(escpos.AskSensor()); err != nil {
		return err
	}
	if err := s.wait(ctx, full+answerTime, isKind(escpos.Sensor)); err != nil {
		if errors.Is(err, errSilent) {
			return fault(device.PrinterSilent, "clear", err)
		}
		return err
	}
	for {
		err := s.wait(ctx, quiet, isKind(escpos.Sensor))
		if errors.Is(err, errSilent) {
			s.marks, s.p.torn, s.xoff = nil, false, false // empty and well: an XON was lost
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// fullBufferTime is how long a buffer full of text takes to print: 20 bytes a
// line, with half as much again for feeding and cutting.
func (s *session) fullBufferTime() time.Duration {
	const bytesPerLine, dotsPerLine = 20, 30
	dots := s.prof.Buffer / bytesPerLine * dotsPerLine * 3 / 2
	return time.Duration(dots) * time.Second / time.Duration(s.prof.DotsPerSecond())
}

func isKind(k escpos.Kind) func(escpos.Message) bool {
	return func(m escpos.Message) bool { return m.Kind == k }
}

func isProcessID(id [4]byte) func(escpos.Message) bool {
	return func(m escpos.Message) bool {
		got, ok := escpos.ParseProcessID(m.Block)
		return m.Kind == escpos.Block && ok && got == id
	}
}
