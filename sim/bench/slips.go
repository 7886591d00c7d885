package bench

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"till/sim/printersim"
)

// roll is every piece of paper that came out since the page began; the printer
// keeps only the newest.
type roll struct {
	done  []piece
	last  [][]byte // bytes of the finished pieces that the printer had at the last look
	count int      // pieces ever
	codes int      // of them, those with our code
}

// piece is one finished piece of paper.
type piece struct {
	id     int // 1 is the first
	number int // among those with a code, 0 for one without: "scan receipt 3"
	code   string
	text   string
	state  string // "cut" or "torn"
	raw    []byte
	png    []byte
	w, h   int // of the picture
}

// rollMost is how many pieces are kept.
const rollMost = 60

// receiptCode is what the QR code of a slip holds, as the printer gets it.
var receiptCode = regexp.MustCompile(`TILL1[0-9A-Z]{30}`)

// paperMessage is what lies in the printer's slot.
type paperMessage struct {
	Bytes    int      `json:"bytes"`    // of ESC/POS, in all
	Receipts []slip   `json:"receipts"` // newest first
	Unknown  []string `json:"unknown"`  // commands that the printer did not know
}

// slip is one piece of paper as the page shows it. One that is finished is at
// /slip/ID.png, what is still in the printer comes along.
type slip struct {
	ID    int    `json:"id"` // 0: still in the printer
	PNG   string `json:"png,omitempty"`
	W     int    `json:"w"`
	H     int    `json:"h"`
	Bytes int    `json:"bytes"`
	Text  string `json:"text"`
	State string `json:"state"` // "printing", "cut" or "torn"
	Code  bool   `json:"code"`  // it can be held before the scanner
}

// tear takes over what has left the printer since the last look, and returns
// what is still in it.
func (r *roll) tear(papers []printersim.Receipt) (printing []printersim.Receipt) {
	var finished []printersim.Receipt
	var raws [][]byte
	for _, p := range papers {
		if p.Unfinished {
			printing = append(printing, p)
			continue
		}
		finished, raws = append(finished, p), append(raws, p.Raw)
	}
	gone := 0 // oldest pieces of the last look that the printer has forgotten
	for gone < len(r.last) && !begins(raws, r.last[gone:]) {
		gone++
	}
	for _, p := range finished[len(r.last)-gone:] {
		r.keep(p)
	}
	r.last = raws
	return printing
}

// begins reports whether a list of pieces begins with another.
func begins(all, first [][]byte) bool {
	return len(first) <= len(all) && slices.EqualFunc(all[:len(first)], first, bytes.Equal)
}

func (r *roll) keep(p printersim.Receipt) {
	r.count++
	one := piece{id: r.count, text: p.Text, state: slipState(p), raw: p.Raw}
	if code := receiptCode.Find(p.Raw); code != nil {
		r.codes++
		one.code, one.number = string(code), r.codes
	}
	if !p.Image.Rect.Empty() {
		one.png, one.w, one.h = pngOf(bilevel(p.Image)), p.Image.Rect.Dx(), p.Image.Rect.Dy()
	}
	r.done = append(r.done, one)
	r.done = r.done[max(0, len(r.done)-rollMost):]
}

func (r *roll) find(id int) (piece, bool) {
	i := slices.IndexFunc(r.done, func(p piece) bool { return p.id == id })
	if i < 0 {
		return piece{}, false
	}
	return r.done[i], true
}

// paper looks into the slot.
func (b *Bench) paper() paperMessage {
	papers := b.rig.Printer.Receipts()
	m := paperMessage{Bytes: b.rig.Printer.Bytes(), Unknown: b.rig.Printer.Unknown(), Receipts: []slip{}}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.roll.tear(papers) {
		if !p.Image.Rect.Empty() {
			m.Receipts = append(m.Receipts, slip{
				PNG: encodePNG(bilevel(p.Image)), W: p.Image.Rect.Dx(), H: p.Image.Rect.Dy(),
				Bytes: len(p.Raw), Text: p.Text, State: slipState(p),
			})
		}
	}
	for _, p := range slices.Backward(b.roll.done) {
		if p.png == nil {
			continue // nothing but a cut
		}
		m.Receipts = append(m.Receipts, slip{
			ID: p.id, W: p.w, H: p.h, Bytes: len(p.raw), Text: p.text, State: p.state, Code: p.code != "",
		})
	}
	return m
}

func slipState(p printersim.Receipt) string {
	switch {
	case p.Unfinished:
		return "printing"
	case p.RollEnd:
		return "torn"
	}
	return "cut"
}

// Receipt holds a slip before the scanner, by its number on the roll; 0 is the
// newest that has a code.
func (b *Bench) Receipt(id int) error {
	b.paper()
	b.mu.Lock()
	p, ok := b.roll.find(id)
	for i := len(b.roll.done) - 1; id == 0 && !ok && i >= 0; i-- {
		p = b.roll.done[i]
		ok = p.code != ""
	}
	b.mu.Unlock()
	switch {
	case !ok:
		return fmt.Errorf("slip %d: %w", id, ErrUnknown)
	case p.code == "":
		return fmt.Errorf("slip %d has no code of ours", id)
	}
	b.note("scan receipt " + masked(p.code))
	b.rec.add("scan receipt " + strconv.Itoa(p.number))
	return b.rig.Scanner.Send(p.code)
}

// serveSlip gives out a piece of paper: 7.png as a picture, 7.bin as bytes.
func (b *Bench) serveSlip(w http.ResponseWriter, r *http.Request) {
	m := slipName.FindStringSubmatch(r.PathValue("file"))
	if m == nil {
		http.NotFound(w, r)
		return
	}
	id, err := strconv.Atoi(m[1])
	b.mu.Lock()
	p, ok := b.roll.find(id)
	b.mu.Unlock()
	switch {
	case err != nil || !ok || m[2] == "png" && p.png == nil:
		http.NotFound(w, r)
	case m[2] == "png":
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(p.png) // a page that is gone needs none
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", `attachment; filename="slip-`+m[1]+`.bin"`)
		_, _ = w.Write(p.raw) // as above
	}
}

var slipName = regexp.MustCompile(`^([0-9]{1,9})\.(png|bin)$`)

func (b *Bench) actReceipt(r *http.Request) error {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil || id < 0 {
		return fmt.Errorf("slip %q: %w", r.PathValue("id"), ErrUnknown)
	}
	return b.Receipt(id)
}
