// Package screen says what the operator and the customer read: a Screen value
// for every state of the machine, in two languages. It draws nothing and waits
// for nothing; package device/display does both.
//
// # Decisions
//
// A Screen holds words in named places, not boxes: "the outcome word", "whether
// the customer was charged". The order of a result (outcome, amount, charged,
// next step, code) is then a property of the type, asserted on its Text, and
// each panel may place the words as it can.
//
// Whatever passes while a screen stands (seconds left, the time of day) is not
// in the Screen but in a Moment, so that two equal states have equal Screens
// and the main golden files hold text alone. A sentence with seconds in it is a
// Ticking.
//
// The catalogue is an interface with two implementations: a sentence that one
// language lacks does not compile. Sentences chosen by a code (causes, faults)
// come from a switch instead, because codes arrive as data; there the tests ask
// for every code in both languages. An unknown code gets a general sentence
// and is shown in small print.
//
// A screen shows only keys that do something in package txn: the tests press
// each, and those that are drawn grey.
//
// The verdict on the goods comes from the phase of the sale alone: they go with
// money that is there, wait for money that may come, and stay otherwise. It is
// asserted for every phase with everything that a chase can say. A refund has no
// such verdict; instead it says in every phase whether the money went back.
//
// Whatever is open is told with the moment since when, not with its age: a
// Screen has no clock, and a moment stays true while the screen stands. For the
// same reason a sale is judged at Desk.At, when the network told of it, or else
// at the last entry of the journal.
//
// The sum of what is pending leaves out the sale or the refund that is just
// being made, until something about it is in doubt: an amber sum on every sale
// would teach people to overlook it.
//
// Waits of minutes are told in minutes, down to two: nobody reads "1800 s".
//
// The code that a customer scans is in Customer.QR and in no text: it is drawn
// for the customer, and neither read aloud nor logged.
//
// Source of flows, rules and drawings: shared/screens.md sections 2 to 5.
package screen

import (
	"strconv"
	"time"

	"till/txn"
)

// Layout is how the words of a Screen are placed: one of the drawings.
type Layout uint8

const (
	LayoutIdle     Layout = iota // 01
	LayoutAmount                 // 02
	LayoutScan                   // 03
	LayoutWaiting                // 04
	LayoutApproved               // 05
	LayoutRefused                // 06, 24
	LayoutHazard                 // 07, 23
	LayoutPaper                  // 13
	LayoutRecovery               // 17
	LayoutNotice                 // 20, 25, 26
	LayoutRefund                 // 08, 22
	LayoutEntry                  // 09, 28, 31: a field, or boxes, in which something is keyed
	LayoutBack                   // 34: where a refund stands
	LayoutTiles                  // 18, 30, 33: numbered choices
	LayoutList                   // 10, 32, 36
	LayoutTable                  // 11, 35
	LayoutOffline                // 16
)

// Tone is what a screen feels like: colour, shape of the icon, rhythm. Colour
// never stands alone.
type Tone uint8

const (
	ToneCalm    Tone = iota // nothing is at stake
	ToneGood                // green, disc with a tick
	ToneBad                 // red, octagon
	ToneUnknown             // amber with a hazard edge, black triangle
	ToneWarning             // brown triangle: something else than money needs a hand
)

var toneNames = [...]string{"calm", "good", "bad", "unknown", "warning"}

func (t Tone) String() string { return toneNames[t] }

// Goods is what may happen to the goods now.
type Goods uint8

const (
	GoodsNone Goods = iota // no sale is on the screen
	GoodsGive              // paid: hand them over
	GoodsHold              // not known yet: wait
	GoodsKeep              // not paid: do not hand them over
)

var goodsNames = [...]string{"none", "give", "hold", "keep"}

func (g Goods) String() string { return goodsNames[g] }

// Light is the state of a part of the terminal, as a glyph of the status bar.
type Light uint8

const (
	LightOn  Light = iota // well
	LightDim              // not known
	LightBad              // needs attention
)

// Screen is what the operator sees. Empty places are not drawn.
type Screen struct {
	ID     string // of the drawing: "05-approved"
	Layout Layout
	Tone   Tone
	Lang   txn.Lang
	Status Status

	Title  string // the strip under the status bar
	Remark string // at its right

	Word    string // the main line; of a result, the outcome
	Amount  string // "¥128.00"
	Charged string // whether the customer was charged
	Goods   Goods
	Verdict string // Goods in words
	Label   string // over Next
	Next    string // the next step
	Lines   []string
	Steps   []Step
	Cards   []Card
	Facts   []Fact
	Field   Field
	Head    []string // over the cells of Rows
	Rows    []Row
	Wait    Wait
	Ended   bool   // of a refund: nothing goes on by itself any more
	Small   string // wallet and number
	Code    string // the network's code or the fault's, in small print

	Keys     []Key
	Customer Customer
}

// Status is the bar at the top.
type Status struct {
	Terminal, Operator string
	Mark               string // "SIMULATED" or "TRAINING"
	Pending            string // "pending 2", "" when nothing is
	PendingSum         string // "¥164.50", of the sales and refunds among them
	Urgent             bool   // something has been pending for too long
	Printer, Link      Light
}

// PendingText is how much is pending, with its sum: "pending 2 · ¥164.50".
func (s Status) PendingText() string {
	if s.Pending == "" || s.PendingSum == "" {
		return s.Pending
	}
	return s.Pending + cells + s.PendingSum
}

// Step is one of the stages of a sale, or an instruction.
type Step struct {
	Label string
	State StepState
}

// StepState is how far a Step is.
type StepState uint8

const (
	StepToDo StepState = iota
	StepNow
	StepDone
)

// Card is a framed note about one sale: two lines at the left and an amount.
type Card struct {
	Tone   Tone
	Over   string // small, above
	Text   string // bold
	Under  string // small, below
	Amount string
}

// Fact is a number with a name.
type Fact struct{ Name, Value string }

// Field is the place in which something is being keyed.
type Field struct {
	Label string
	Text  string // as far as it is keyed; of a PIN, a star for each digit
	Under string // where it goes, or why it cannot be
	Wrong bool   // Under says why it cannot be
	Faint bool   // Text is a proposal, nothing is keyed yet
	Boxes int    // how many characters are wanted; 0: an amount, or any number
	Money bool   // Text is an amount
}

// Any reports whether there is a field.
func (f Field) Any() bool { return f.Label != "" }

// Row is one line of a list, a table or a sum: its first cell stands at the
// left, its last at the right.
type Row struct {
	Cap   string // of the key that picks it: "1"
	Cells []string
	Under string // small, below
	Tone  Tone   // of the last cell
	Bold  bool   // the sum
	Now   bool   // the cursor is on it
}

// Key is one key that does something.
type Key struct {
	Key    txn.Key
	Digits bool   // all digits; Key is not looked at
	Label  string // what it does
	Off    bool   // not yet: drawn grey
	Wait   Wait   // when it will be
}

// Cap is what the picture of the key shows: "F1", "0-9", or "" for the keys
// that have a symbol.
func (k Key) Cap() string {
	switch {
	case k.Digits:
		return "0-9"
	case k.Key >= txn.KeyF1 && k.Key <= txn.KeyF4:
		return "F" + strconv.Itoa(int(k.Key-txn.KeyF1)+1)
	}
	return ""
}

// Wait is a wait that a screen shows: when it ends, and what happens then. The
// zero Wait is none.
type Wait struct {
	Timer txn.Timer
	For   time.Duration // how long Timer runs
	Rest  time.Duration // from the end of Timer to the end that is spoken of
	Whole time.Duration // the full circle
	Then  Ticking
}

// Any reports whether there is a wait.
func (w Wait) Any() bool { return w.For > 0 }

// Seconds is what is left when Timer has left more to run, rounded up: a
// second is shown until it is over.
func (w Wait) Seconds(left time.Duration) int {
	left = min(max(left, 0), w.For) + w.Rest
	return int((left + time.Second - 1) / time.Second)
}

// Count is the number that the wait shows, and what follows it in its sentence.
func (w Wait) Count(left time.Duration) (n int, after string) { return w.Then.count(w.Seconds(left)) }

// Part is what is left of the whole, 0 to 1.
func (w Wait) Part(left time.Duration) float64 {
	if w.Whole <= 0 {
		return 0
	}
	left = min(max(left, 0), w.For) + w.Rest
	return min(1, float64(left)/float64(w.Whole))
}

// Ticking is a sentence with a number of seconds in it; of minutes, once there
// are many and it has words for that.
type Ticking struct {
	Before, After string
	Minutes       string // in place of After; "": always seconds
}

// manySeconds is from when on a Ticking speaks of minutes.
const manySeconds = 120

// At is the sentence with its number.
func (t Ticking) At(seconds int) string {
	n, after := t.count(seconds)
	return t.Before + strconv.Itoa(n) + after
}

// count is the number, and what follows it. Minutes are rounded up: one is shown
// until it is over.
func (t Ticking) count(seconds int) (n int, after string) {
	if t.Minutes == "" || seconds < manySeconds {
		return seconds, t.After
	}
	return (seconds + 59) / 60, t.Minutes
}

// Moment is what passes while a screen stands.
type Moment struct {
	Clock   string        // the time of day, "14:32"; "" draws none
	Left    time.Duration // of Screen.Wait.Timer; negative when it does not run
	KeyLeft time.Duration // of the Wait of the key that is Off; the same
}

// Start is the moment at which every wait begins.
func (s Screen) Start() Moment {
	return Moment{Left: s.Wait.For, KeyLeft: s.KeyWait().For}
}

// KeyWait is the wait of the key that is Off, if there is one.
func (s Screen) KeyWait() Wait {
	for _, k := range s.Keys {
		if k.Off {
			return k.Wait
		}
	}
	return Wait{}
}

// Waits reports whether anything on the screen counts seconds.
func (s Screen) Waits() bool {
	return s.Wait.Any() || s.KeyWait().Any() || s.Customer.Wait.Any()
}

// Sentence is what the wait says at a moment, or "" when its timer does not run.
func (w Wait) Sentence(left time.Duration) string {
	if !w.Any() || left < 0 || w.Then == (Ticking{}) {
		return ""
	}
	return w.Then.At(w.Seconds(left))
}

// LabelAt is the label of a key at a moment.
func (k Key) LabelAt(m Moment) string {
	if k.Off && k.Wait.Any() && m.KeyLeft >= 0 {
		return k.Wait.Sentence(m.KeyLeft)
	}
	return k.Label
}

// Marked returns the screen with a mark in its status bar that nobody can
// overlook: it is not a real sale.
func (s Screen) Marked(m Mark) Screen {
	t := In(s.Lang)
	switch m {
	case MarkSimulated:
		s.Status.Mark = t.Simulated()
	case MarkTraining:
		s.Status.Mark = t.Training()
	default:
		s.Status.Mark = ""
	}
	s.Customer.Mark = s.Status.Mark
	return s
}

// Mark says that a sale is not real, and why.
type Mark uint8

const (
	MarkNone Mark = iota
	MarkSimulated
	MarkTraining
)
