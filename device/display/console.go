package display

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Console writes the operator's texts as plain lines, when they change: for
// terminals, expect scripts, logs and screen readers. A frame is a heading
//
//	== 05-approved (good)
//
// and one line for each text. A sound is a line "(sound: approved)". Seconds do
// not tick here.
type Console struct {
	w    io.Writer
	last []string
}

// NewConsole returns a console that writes to w.
func NewConsole(w io.Writer) *Console { return &Console{w: w} }

// Show writes the frame, if it is the operator's and says something new.
func (c *Console) Show(f Frame) error {
	var b strings.Builder
	lines := append([]string{fmt.Sprintf("== %s (%s)", f.ID, f.Tone)}, f.Text...)
	switch {
	case f.Cue != "":
		fmt.Fprintf(&b, "(sound: %s)\n", f.Cue)
	case f.Side != OperatorSide || slices.Equal(lines, c.last):
		return nil
	default:
		c.last = lines
		b.WriteString(strings.Join(lines, "\n") + "\n\n")
	}
	if _, err := io.WriteString(c.w, b.String()); err != nil {
		return fmt.Errorf("write the screen's text: %w", err)
	}
	return nil
}

// Close does nothing: the writer is not the console's.
func (c *Console) Close() error { return nil }
