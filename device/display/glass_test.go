package display

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"io"
	"net"
	"path/filepath"
	"slices"
	"testing"

	"till/txn"
)

func listen(t *testing.T, path string) net.Listener {
	t.Helper()
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func accept(t *testing.T, l net.Listener) net.Conn {
	t.Helper()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func read(t *testing.T, r io.Reader, dst *image.RGBA) Message {
	t.Helper()
	m, err := ReadFrame(r)
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Picture()
	if err != nil {
		t.Fatal(err)
	}
	if p != nil {
		at := image.Rect(m.Rect.X, m.Rect.Y, m.Rect.X+m.Rect.W, m.Rect.Y+m.Rect.H)
		draw.Draw(dst, at, p, p.Bounds().Min, draw.Src)
	}
	return m
}

func closed(t *testing.T, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// TestARemoteGlassPutsThePictureTogetherFromWhatChanged, and after a listener
// has gone and another has come, begins with the whole picture.
func TestARemoteGlassPutsThePictureTogetherFromWhatChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "glass.sock")
	glass := DialSocket(path) // nobody listens yet
	defer closed(t, glass)
	amount, code := caseOf(t, "02-amount"), caseOf(t, "03-waitcode")
	first := operatorFrame(amount, Base, begun(amount))
	if err := glass.Show(first); err != nil {
		t.Fatal(err)
	}
	l := listen(t, path)
	conn := accept(t, l)
	got := image.NewRGBA(image.Rect(0, 0, Base.W, Base.H))
	m := read(t, conn, got)
	if m.ID != "02-amount" || m.Rect != (Rect{0, 0, 480, 320}) || !slices.Equal(m.Text, amount.Text()) {
		t.Errorf("the first message is %+v", m.Header)
	}
	amount.Amount = "¥129.00"
	if err := glass.Show(operatorFrame(amount, Base, begun(amount))); err != nil {
		t.Fatal(err)
	}
	m = read(t, conn, got)
	if m.Rect.W > 60 || m.Rect.H > 60 || len(m.PNG) > 4096 {
		t.Errorf("one digit changes %+v, %d bytes", m.Rect, len(m.PNG))
	}
	last := operatorFrame(code, Base, begun(code))
	if err := glass.Show(last); err != nil {
		t.Fatal(err)
	}
	read(t, conn, got)
	if !bytes.Equal(got.Pix, last.Image.Pix) {
		t.Error("the pictures at both ends differ")
	}
	closed(t, l) // and its path with it
	closed(t, conn)
	l = listen(t, path)
	defer closed(t, l)
	conn = accept(t, l)
	defer closed(t, conn)
	again := image.NewRGBA(got.Rect)
	if m = read(t, conn, again); m.ID != "03-waitcode" || !bytes.Equal(again.Pix, last.Image.Pix) {
		t.Errorf("the second listener begins with %+v", m.Header)
	}
}

// TestSoundsAreHeardOnTheOtherSide of a remote glass.
func TestSoundsAreHeardOnTheOtherSide(t *testing.T) {
	path := filepath.Join(t.TempDir(), "glass.sock")
	l := listen(t, path)
	defer closed(t, l)
	glass := DialSocket(path)
	conn := accept(t, l)
	defer closed(t, conn)
	if err := glass.Show(Frame{Cue: txn.CueUnknown}); err != nil {
		t.Fatal(err)
	}
	if m := read(t, conn, nil); m.Cue != txn.CueUnknown || m.Side != "" || len(m.PNG) != 0 {
		t.Errorf("%+v", m)
	}
	closed(t, glass)
	if err := glass.Show(Frame{}); !errors.Is(err, errClosed) {
		t.Errorf("shown after the end: %v", err)
	}
	if _, err := ReadFrame(conn); !errors.Is(err, io.EOF) {
		t.Errorf("after the end: %v, want EOF", err)
	}
}

// TestTheDirtyRectangleIsTheSmallest that holds every pixel that changed.
func TestTheDirtyRectangleIsTheSmallest(t *testing.T) {
	a := image.NewRGBA(image.Rect(0, 0, 40, 30))
	b := image.NewRGBA(a.Rect)
	if r := dirty(a, b); !r.Empty() {
		t.Errorf("equal pictures: %v", r)
	}
	b.SetRGBA(7, 9, color.RGBA{A: 1})
	b.SetRGBA(20, 12, color.RGBA{R: 1})
	if r := dirty(a, b); r != image.Rect(7, 9, 21, 13) {
		t.Errorf("%v", r)
	}
	if r := dirty(nil, b); r != b.Rect {
		t.Errorf("no picture before: %v", r)
	}
	if r := dirty(image.NewRGBA(image.Rect(0, 0, 2, 2)), b); r != b.Rect {
		t.Errorf("another size before: %v", r)
	}
}

// TestTheConsoleSaysEverythingOnce: texts that did not change are not repeated,
// and the customer's are not there.
func TestTheConsoleSaysEverythingOnce(t *testing.T) {
	var out bytes.Buffer
	c := NewConsole(&out)
	s := caseOf(t, "05-approved")
	for _, f := range []Frame{
		operatorFrame(s, Compact, begun(s)), customerFrame(s, Customer, begun(s)),
		operatorFrame(s, Compact, begun(s)), {Cue: txn.CueApproved},
	} {
		if err := c.Show(f); err != nil {
			t.Fatal(err)
		}
	}
	want := "== 05-approved (good)\nT-0317\nWang\nApproved\n¥128.00\nThe customer has paid.\nHand over the goods\n" +
		"Receipt printed\nCloses in 5 s\nAlipay · No. 000484\n[F1] Refund\n[F2] Wrong ¥\n[F3] Reprint\n[enter] Next customer\n\n" +
		"(sound: approved)\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

// FuzzReadFrame: whatever arrives, no panic, bounded memory, and what is read
// can be written and read again.
func FuzzReadFrame(f *testing.F) {
	img := image.NewRGBA(image.Rect(0, 0, 4, 3))
	for _, fr := range []Frame{{Side: OperatorSide, ID: "01-idle", Image: img, Text: []string{"a"}}, {Cue: txn.CueApproved}} {
		msg, err := encode(fr, nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(msg)
	}
	f.Add([]byte{0, 0, 0, 2, '{', '}', 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bytes.NewReader(data)
		for {
			m, err := ReadFrame(r)
			if err != nil {
				break
			}
			if m.W > sideMax || len(m.PNG) > len(data) {
				t.Errorf("%+v", m.Header)
			}
			if int64(m.Rect.W)*int64(m.Rect.H) <= 1<<16 {
				_, _ = m.Picture() // may be broken inside, must not panic
			}
		}
	})
}
