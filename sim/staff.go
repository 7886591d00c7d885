package sim

import (
	"iter"
	"math/rand/v2"
	"strconv"
	"time"

	"till/device"
	"till/txn"
	"till/txn/paycode"
)

// staff is whoever stands at one terminal: a cashier who reads the screen.
type staff struct {
	shop  *Shop
	done  bool
	yield func(time.Duration) bool
	next  func() (time.Duration, bool)
	stop  func()
	rng   *rand.Rand // of the act
}

func newStaff(s *Shop) *staff { return &staff{shop: s} }

// gone ends a cashier in the middle of an act: the world is over.
type gone struct{}

// begin lets the cashier do one thing after the other.
func (st *staff) begin() {
	st.next, st.stop = iter.Pull(func(yield func(time.Duration) bool) {
		defer func() {
			if p := recover(); p != nil && p != any(gone{}) {
				panic(p)
			}
		}()
		st.yield = yield
		for _, a := range st.shop.w.acts {
			if a.Shop == st.shop.n {
				st.wait(a.After)
				st.act(a)
			}
		}
	})
	st.goOn(time.Second)
}

func (st *staff) goOn(d time.Duration) {
	st.shop.w.later(d, func() {
		if d, ok := st.next(); ok {
			st.goOn(d)
			return
		}
		st.done = true
	})
}

func (st *staff) wait(d time.Duration) {
	if !st.yield(d) {
		panic(gone{})
	}
}

// until waits until something is to be seen, or for at most d.
func (st *staff) until(d time.Duration, seen func() bool) bool {
	for ; d > 0; d -= time.Second {
		if st.shop.on && seen() {
			return true
		}
		st.wait(time.Second)
	}
	return false
}

func (st *staff) view() txn.View {
	if !st.shop.on {
		return txn.ViewIdle
	}
	return st.shop.term.State().Session.View
}

func (st *staff) session() txn.Session {
	if !st.shop.on {
		return txn.Session{}
	}
	return st.shop.term.State().Session
}

// press is one key, and the time until the next.
func (st *staff) press(keys ...txn.Key) {
	s, w := st.shop, st.shop.w
	for _, k := range keys {
		times := 1
		switch {
		case w.strikes(KeypadGone):
			s.tell(txn.FaultRaised{Device: device.Keypad, Code: txn.FaultCode(device.PortGone)})
			st.wait(20 * time.Second)
			s.tell(txn.FaultCleared{Device: device.Keypad})
		case w.strikes(KeyDead):
			times = 0
		case w.strikes(KeyBounce):
			times = 2
		case w.strikes(KeyStuck):
			times = 25
		}
		for range times {
			s.tell(txn.KeyPressed{Key: k})
		}
		st.wait(time.Duration(120+st.rng.IntN(400)) * time.Millisecond)
	}
}

// digits keys a number.
func (st *staff) digits(n int64) { st.typed(strconv.FormatInt(n, 10)) }

// home brings the terminal to rest, and signs in where that is asked.
func (st *staff) home() {
	if !st.until(15*time.Minute, func() bool { return true }) { // it is off
		return
	}
	for range 8 {
		switch st.view() {
		case txn.ViewIdle:
			return
		case txn.ViewSignIn:
			st.signIn()
		case txn.ViewSale, txn.ViewBack, txn.ViewRecovery:
			st.press(txn.KeyEnter)
			if v := st.view(); v == txn.ViewSale || v == txn.ViewBack {
				st.press(txn.KeyCancel)
				st.wait(600 * time.Millisecond)
			}
		default:
			st.press(txn.KeyCancel)
			st.wait(600 * time.Millisecond)
		}
	}
}

// pins are those of the shops in which people sign in.
var pins = map[string]string{"01": "1111", "02": "222222", "09": "999999"}

func (st *staff) signIn() {
	number := "01"
	if st.rng.IntN(4) == 0 {
		number = "02"
	}
	st.press(txn.KeyCancel)
	st.typed(number)
	st.press(txn.KeyEnter)
	pin := pins[number]
	if st.rng.IntN(12) == 0 {
		pin = "0000"
	}
	st.typed(pin)
	st.press(txn.KeyEnter)
	st.wait(2 * time.Second)
}

func (st *staff) typed(text string) {
	for _, c := range text {
		st.press(txn.Key0 + txn.Key(c-'0'))
	}
}

// check says whose PIN it was: an effect that takes its time.
func (st *staff) check(f txn.CheckPIN) txn.PINChecked {
	out := txn.PINChecked{Serial: f.Serial}
	for _, p := range st.shop.setup.Staff {
		fits := f.Number == p.Number || f.Number == "" && p.Role == txn.Supervisor && p.Number != f.Not
		if fits && pins[p.Number] == f.PIN.Reveal() {
			out.Number, out.Role = p.Number, p.Role
		}
	}
	return out
}

// scan holds something before the scanner.
func (st *staff) scan(text string) {
	s, w := st.shop, st.shop.w
	told := func(t string) {
		s.tell(txn.CodeScanned{Scanned: paycode.Classify(t, shopKey)})
	}
	switch {
	case w.strikes(ScannerGone):
		s.tell(txn.FaultRaised{Device: device.Scanner, Code: txn.FaultCode(device.PortGone)})
		st.wait(30 * time.Second)
		s.tell(txn.FaultCleared{Device: device.Scanner})
		return
	case w.strikes(ScanHalf):
		told(text[:max(1, len(text)/2)])
		st.wait(2 * time.Second)
	case w.strikes(ScanNoise):
		s.tell(txn.FaultRaised{Device: device.Scanner, Code: txn.FaultCode(device.ScanNoise)})
		s.tell(txn.FaultCleared{Device: device.Scanner})
		st.wait(2 * time.Second)
	}
	told(text)
	switch {
	case w.strikes(ScanDouble):
		st.wait(80 * time.Millisecond)
		told(text)
	case w.strikes(ScanStuck):
		for range 12 {
			st.wait(300 * time.Millisecond)
			told(text)
		}
	}
}

func (st *staff) mash(n int) {
	for range n {
		st.press(txn.Key(st.rng.IntN(int(txn.KeyF4) + 1)))
	}
}
