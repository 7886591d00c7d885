package display

import (
	"bytes"
	"image"

	"till/txn"
	"till/txn/screen"
)

// Side is whose display a frame is for.
type Side string

const (
	OperatorSide Side = "operator"
	CustomerSide Side = "customer"
)

// Frame is one new picture of one display, or a sound.
type Frame struct {
	Side Side     // "" when there is only a sound
	ID   string   // of the screen: "05-approved"
	Lang string   // "zh" or "en"
	Tone string   // "calm", "good", "bad", "unknown", "warning"
	Text []string // everything on it in reading order; the same from second to second
	Cue  txn.Cue  // to be heard now, "" for nothing

	// Image is the whole picture. It is never drawn on again.
	Image *image.RGBA
}

// Glass shows frames. Show must not wait for whoever looks: a slow one misses
// pictures. It is called by one goroutine at a time.
type Glass interface {
	Show(Frame) error
	Close() error
}

// Null is the glass of a terminal without a display.
type Null struct{}

// Show shows nothing.
func (Null) Show(Frame) error { return nil }

// Close does nothing.
func (Null) Close() error { return nil }

func langCode(l txn.Lang) string {
	if l == txn.Chinese {
		return "zh"
	}
	return "en"
}

// operatorFrame draws the operator's side.
func operatorFrame(s screen.Screen, size Size, m screen.Moment) Frame {
	return Frame{
		Side: OperatorSide, ID: s.ID, Lang: langCode(s.Lang), Tone: s.Tone.String(),
		Text: s.Text(), Image: Draw(s, size, m),
	}
}

// customerFrame draws the customer's side.
func customerFrame(s screen.Screen, size Size, m screen.Moment) Frame {
	c := s.Customer
	return Frame{
		Side: CustomerSide, ID: s.ID, Lang: langCode(s.Lang), Tone: c.Tone.String(),
		Text: c.Text(), Image: DrawCustomer(c, size, m),
	}
}

// dirty is the smallest rectangle in which two pictures differ: all of b when
// there is no a, or one of another size.
func dirty(a, b *image.RGBA) image.Rectangle {
	if a == nil || a.Rect != b.Rect {
		return b.Rect
	}
	if a == b {
		return image.Rectangle{}
	}
	r := image.Rectangle{Min: b.Rect.Max, Max: b.Rect.Min}
	for y := b.Rect.Min.Y; y < b.Rect.Max.Y; y++ {
		i, n := b.PixOffset(b.Rect.Min.X, y), 4*b.Rect.Dx()
		ra, rb := a.Pix[i:i+n], b.Pix[i:i+n]
		if bytes.Equal(ra, rb) {
			continue
		}
		x0 := 0
		for bytes.Equal(ra[x0:x0+4], rb[x0:x0+4]) {
			x0 += 4
		}
		x1 := n
		for bytes.Equal(ra[x1-4:x1], rb[x1-4:x1]) {
			x1 -= 4
		}
		r.Min.X, r.Max.X = min(r.Min.X, b.Rect.Min.X+x0/4), max(r.Max.X, b.Rect.Min.X+x1/4)
		r.Min.Y, r.Max.Y = min(r.Min.Y, y), y+1
	}
	if r.Min.Y >= r.Max.Y {
		return image.Rectangle{}
	}
	return r
}
