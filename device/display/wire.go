package display

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"

	"till/txn"
)

// The wire of a remote glass, from the terminal to whoever listens on the unix
// socket; nothing goes the other way. A message is
//
//	4 bytes  length of the header, big endian, 2 to 65,536
//	...      the header, JSON, see Header
//	4 bytes  length of the picture, big endian, 0 to 8,388,608
//	...      the picture, PNG: only the rectangle that changed
//
// After each connection the first message of each side has the whole picture.
// A message without a side is a sound and has no picture. Texts without a new
// picture have an empty rectangle and no picture.

// Limits of the wire.
const (
	headerMax  = 1 << 16
	pictureMax = 8 << 20
	sideMax    = 4096 // pixels
)

// ErrWire means that bytes are no message of a remote glass.
var ErrWire = errors.New("not a message of a remote glass")

// Header is what a message says about its picture.
type Header struct {
	Side Side     `json:"side,omitempty"`
	ID   string   `json:"id,omitempty"`
	Lang string   `json:"lang,omitempty"`
	Tone string   `json:"tone,omitempty"`
	Text []string `json:"text,omitempty"`
	Cue  txn.Cue  `json:"cue,omitempty"`
	W    int      `json:"w,omitempty"` // of the whole display
	H    int      `json:"h,omitempty"`
	Rect Rect     `json:"rect,omitzero"` // where the picture goes
}

// Rect is a rectangle of pixels.
type Rect struct {
	X int `json:"x"`
	Y int `json:"y"`
	W int `json:"w"`
	H int `json:"h"`
}

// Message is one message as it was read.
type Message struct {
	Header
	PNG []byte // may be empty
}

// Picture decodes the picture of a message; nil when it has none.
func (m Message) Picture() (image.Image, error) {
	if len(m.PNG) == 0 {
		return nil, nil
	}
	p, err := png.Decode(bytes.NewReader(m.PNG))
	if err != nil {
		return nil, fmt.Errorf("decode the picture of %s: %w", m.ID, err)
	}
	return p, nil
}

// encode makes the message of a frame of which the other end has last (nil:
// nothing).
func encode(f Frame, last *image.RGBA) ([]byte, error) {
	h := Header{Side: f.Side, ID: f.ID, Lang: f.Lang, Tone: f.Tone, Text: f.Text, Cue: f.Cue}
	var pic bytes.Buffer
	if f.Image != nil {
		h.W, h.H = f.Image.Rect.Dx(), f.Image.Rect.Dy()
		if r := dirty(last, f.Image); !r.Empty() {
			h.Rect = Rect{r.Min.X, r.Min.Y, r.Dx(), r.Dy()}
			enc := png.Encoder{CompressionLevel: png.BestSpeed}
			if err := enc.Encode(&pic, f.Image.SubImage(r)); err != nil {
				return nil, fmt.Errorf("encode the picture of %s: %w", f.ID, err)
			}
		}
	}
	head, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("encode the header of %s: %w", f.ID, err)
	}
	if len(head) > headerMax || pic.Len() > pictureMax {
		return nil, fmt.Errorf("encode %s: %d bytes of text and %d of picture are too much",
			f.ID, len(head), pic.Len())
	}
	out := make([]byte, 0, 8+len(head)+pic.Len())
	out = binary.BigEndian.AppendUint32(out, uint32(len(head)))
	out = append(out, head...)
	out = binary.BigEndian.AppendUint32(out, uint32(pic.Len()))
	return append(out, pic.Bytes()...), nil
}

// ReadFrame reads one message. io.EOF is the end between two messages; bytes
// that are no message are ErrWire. It takes memory only for what has arrived.
func ReadFrame(r io.Reader) (Message, error) {
	head, err := block(r, headerMax)
	if err != nil {
		return Message{}, err
	}
	var m Message
	if err := json.Unmarshal(head, &m.Header); err != nil {
		return Message{}, fmt.Errorf("%w: %w", ErrWire, err)
	}
	if m.PNG, err = block(r, pictureMax); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return Message{}, err
	}
	if err := m.check(); err != nil {
		return Message{}, err
	}
	return m, nil
}

// block reads a length and as many bytes. io.EOF means that there is nothing
// at all.
func block(r io.Reader, most uint32) ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > most {
		return nil, fmt.Errorf("%w: a block of %d bytes", ErrWire, n)
	}
	var b bytes.Buffer
	got, err := io.Copy(&b, io.LimitReader(r, int64(n)))
	if err != nil {
		return nil, err
	}
	if got < int64(n) {
		return nil, io.ErrUnexpectedEOF
	}
	return b.Bytes(), nil
}

// check holds the picture against the header, without decoding it.
func (m Message) check() error {
	r := m.Rect
	switch {
	case m.W < 0 || m.H < 0 || m.W > sideMax || m.H > sideMax:
		return fmt.Errorf("%w: a display of %dx%d", ErrWire, m.W, m.H)
	case r.X < 0 || r.Y < 0 || r.W < 0 || r.H < 0 || r.W > m.W-r.X || r.H > m.H-r.Y:
		return fmt.Errorf("%w: a rectangle %+v in %dx%d", ErrWire, r, m.W, m.H)
	case len(m.PNG) == 0:
		return nil
	}
	cfg, err := png.DecodeConfig(bytes.NewReader(m.PNG))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrWire, err)
	}
	if cfg.Width != r.W || cfg.Height != r.H {
		return fmt.Errorf("%w: a picture of %dx%d for %dx%d", ErrWire, cfg.Width, cfg.Height, r.W, r.H)
	}
	return nil
}
