package printer

import (
	"context"
	"fmt"
	"sync"

	"till/device"
	"till/printer/escpos"
)

// Config says which printer it is and who wants to know about it.
type Config struct {
	Profile escpos.Profile

	// Report, if not nil, is told the status whenever it changes, first when a
	// port has been opened and the printer probed. It is never called for a
	// printer of LevelD. It must not call Print or block.
	Report func(Status)

	// Ready, if not nil, is told each time a port has been opened and the
	// printer probed, after Report: jobs are taken from here on. It must not
	// call Print or block.
	Ready func()

	// Unfinished tells that an earlier life of this program ended in the middle
	// of a job: a command may be half sent, and the rest in the buffer.
	Unfinished bool
}

// Job is what is printed and cut as one piece.
type Job struct {
	// ID makes the process IDs of the job's two checkpoints. It must differ from
	// that of the jobs before; it wraps after 40 million.
	ID   uint32
	Body []escpos.Chunk // from escpos.Encode
	Cut  []byte         // from escpos.EncodeCut; may be empty
}

// Outcome is what became of a job.
type Outcome uint8

const (
	// Refused: nothing was sent. The job may be printed later as if new.
	Refused Outcome = iota + 1
	// Torn: the job was interrupted; a part of it, or all, may be on paper. Print
	// the whole again, marked as a possible duplicate.
	Torn
	// Unconfirmed: all was sent and nobody knows, because the printer cannot
	// tell (level D) or fell silent. Ask the operator.
	Unconfirmed
	// CutFailed: the body is on paper, the cut is not proven. Let the operator
	// tear it; do not print again.
	CutFailed
	// Printed, with the certainty of Level.
	Printed
)

func (o Outcome) String() string {
	if o > Printed {
		return fmt.Sprintf("Outcome(%d)", uint8(o))
	}
	return [...]string{"none", "refused", "torn", "unconfirmed", "cut failed", "printed"}[o]
}

// Result is what became of a job and why.
type Result struct {
	Outcome Outcome
	// Level is what Printed and CutFailed rest upon: A, the printer said that the
	// paper had left the head; B, it processed all and was well afterwards; C, it
	// was well before and after.
	Level escpos.Level
	// Fault is the reason of all but Printed, where it is a warning (near end).
	// It is nil if the caller's context ended, and for Unconfirmed at level D.
	Fault *device.Fault
}

// Printer is the driver. Its methods may be called from any goroutine, Serve
// from one at a time.
type Printer struct {
	cfg Config

	mu   sync.Mutex
	line *session // nil while there is no port

	// Owned by Serve, and kept from one port to the next:
	torn bool // buffers may hold a part of an old job
	half bool // the wire broke inside a command
}

// New returns a printer without a port; give Serve to device.Supervise. It
// panics on a profile that does not Check.
func New(cfg Config) *Printer {
	if err := cfg.Profile.Check(); err != nil {
		panic("printer: " + err.Error())
	}
	return &Printer{cfg: cfg, torn: cfg.Unfinished, half: cfg.Unfinished}
}

// Serve drives the printer on an open port until ctx ends or the wire breaks.
// The caller closes the port after it.
func (p *Printer) Serve(ctx context.Context, port device.Port) error {
	s := newSession(p, port)
	go s.read()
	p.setLine(s)
	defer func() {
		p.setLine(nil)
		close(s.done)
	}()
	return s.run(ctx)
}

func (p *Printer) setLine(s *session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line = s
}

// Print prints a job and returns when it is known what became of it. Without
// a port it returns at once, Refused with D01. A second caller waits for the
// first. When ctx ends in the middle of the job the job is torn.
func (p *Printer) Print(ctx context.Context, job Job) Result {
	p.mu.Lock()
	s := p.line
	p.mu.Unlock()
	if s == nil {
		return Result{Outcome: Refused, Fault: fault(device.PortGone, "print", nil)}
	}
	r := request{ctx: ctx, job: job, reply: make(chan Result, 1)}
	select {
	case s.requests <- r:
		return <-r.reply
	case <-s.done:
		return Result{Outcome: Refused, Fault: fault(device.PortGone, "print", nil)}
	case <-ctx.Done():
		return Result{Outcome: Refused}
	}
}

// request is a job on its way to the session.
type request struct {
	ctx   context.Context
	job   Job
	reply chan Result
}

func fault(code device.Code, op string, err error) *device.Fault {
	return &device.Fault{Code: code, Device: device.Printer, Op: op, Err: err}
}
