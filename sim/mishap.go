package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Kind names one sort of mishap: "answer-lost", or the gateway, the call and the
// word of one of its behaviours, "alipay pay wrong-signature".
type Kind string

// Mishap is one thing that goes wrong: the N-th chance, from 0, that something of
// its kind had in what came of act Act, however late. Act 0 is what nobody did.
type Mishap struct {
	Kind Kind
	Act  int
	N    int
}

func (m Mishap) String() string { return fmt.Sprintf("%s@%d.%d", m.Kind, m.Act, m.N) }

// ParseMishaps reads a list as String writes its elements, with commas between.
func ParseMishaps(text string) ([]Mishap, error) {
	list := []Mishap{}
	if text == none {
		return list, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		kind, when, ok := strings.Cut(strings.TrimSpace(part), "@")
		act, n, dot := strings.Cut(when, ".")
		a, errA := strconv.ParseUint(act, 10, 31)
		b, errB := strconv.ParseUint(n, 10, 31)
		if !ok || !dot || errA != nil || errB != nil || kind == "" {
			return nil, fmt.Errorf("mishap %q is not a kind, @, an act, a point and a number, as in answer-lost@12.3", part)
		}
		list = append(list, Mishap{Kind(kind), int(a), int(b)})
	}
	return list, nil
}

// The mishaps of the terminal and of the wires. Those of the gateways are the
// words of their own languages.
const (
	CutBeforeWrite  Kind = "cut-before-write"  // the power goes before entries are on the disk
	CutAfterWrite   Kind = "cut-after-write"   // ... when they are, and nothing was done yet
	CutBeforeEffect Kind = "cut-before-effect" // ... between one effect and the next
	CutAfterEffect  Kind = "cut-after-effect"
	CutPrinting     Kind = "cut-while-printing"
	Killed          Kind = "killed"                  // the process ends at any moment, and starts again
	WriteFailed     Kind = "write-failed"            // the disk reports an error, and nothing is on it
	WriteFailedDone Kind = "write-failed-done"       // ... and all of it is on it
	DiskFills       Kind = "disk-full"               // for some minutes
	DiskSlow        Kind = "disk-slow"               // a commit takes seconds, and everything waits
	DiskReadOnly    Kind = "disk-read-only"          // until the next start
	Upgraded        Kind = "upgraded"                // a newer program takes over what is open
	OlderProgram    Kind = "older-program"           // an older one meets the store, is refused, and the newer comes back
	LyingSync       Kind = "lying-sync"              // the disk says that it is durable, and it is not. Till does not survive it.
	NoName          Kind = "dns-failed"              // not a byte leaves
	NoTrust         Kind = "tls-failed"              // not a byte leaves
	NoRoute         Kind = "connection-refused"      // not a byte leaves
	RequestLost     Kind = "request-lost"            // sent, and never arrives
	RequestLate     Kind = "request-late"            // arrives minutes after the terminal has stopped to listen
	AnswerLost      Kind = "answer-lost"             // arrives, is handled, and no answer comes back
	AnswerLate      Kind = "answer-late"             // ... comes seconds later, while somebody still listens
	AnswerSlow      Kind = "answer-slow"             // ... comes when nobody listens any more
	AnswerTwice     Kind = "answer-twice"            // ... and once more, later
	AnswerOld       Kind = "answer-replayed"         // an answer of a minute or a day ago comes instead
	AnswerForeign   Kind = "answer-of-another-order" // one to another request comes instead
	HalfOpen        Kind = "half-open"               // the connection is dead and nobody knows for a time
	CablePulled     Kind = "cable-pulled"            // for seconds to hours
	ClockBack       Kind = "clock-back"              // the terminal's clock jumps
	ClockAhead      Kind = "clock-ahead"
	ClockUnset      Kind = "clock-1970"
	ClockDrifts     Kind = "clock-drifts"
	PaperOut        Kind = "paper-out"
	CoverOpen       Kind = "cover-open"
	CutterJam       Kind = "cutter-jam"
	PrinterHot      Kind = "printer-hot"
	PrinterGone     Kind = "printer-unplugged" // in the middle of a slip
	PrinterMute     Kind = "printer-mute"      // it prints and acknowledges nothing
	PrinterLater    Kind = "printer-later"     // it says that it broke off, and prints everything later
	PrinterLies     Kind = "printer-lies"      // it says that it printed, and did not. Till cannot see it.
	ScanHalf        Kind = "scan-half"
	ScanDouble      Kind = "scan-double"
	ScanNoise       Kind = "scan-noise"
	ScanStuck       Kind = "scan-stuck-trigger" // the same code, again and again
	ScannerGone     Kind = "scanner-unplugged"
	KeyBounce       Kind = "key-bounce"
	KeyStuck        Kind = "key-stuck"
	KeyDead         Kind = "key-dead"
	KeypadGone      Kind = "keypad-unplugged"
	ShopShort       Kind = "shop-short"  // the shop's money is taken out of its account
	KeyRotated      Kind = "key-rotated" // a gateway signs with a key that nobody has been told of, for a time
	TwinAnswers     Kind = "answers-at-once"
)

// beyond are the mishaps that till does not survive, see doc.go: no profile has
// them, they are asked for by name.
var beyond = []Kind{LyingSync, PrinterLies}

// Beyond reports whether a mishap is one that till does not claim to survive.
func Beyond(k Kind) bool { return slices.Contains(beyond, k) }

// likely is how often a mishap strikes in the storm: of a million chances. The
// other profiles are parts of it.
var likely = map[Kind]int{
	CutBeforeWrite: 3000, CutAfterWrite: 4000, CutBeforeEffect: 600, CutAfterEffect: 900, CutPrinting: 8000, Killed: 800,
	WriteFailed: 1000, WriteFailedDone: 1000, DiskFills: 500, DiskSlow: 3000, DiskReadOnly: 300, Upgraded: 100_000, OlderProgram: 50_000,
	NoName: 4000, NoTrust: 2000, NoRoute: 8000, RequestLost: 25_000, RequestLate: 12_000, AnswerLost: 30_000, AnswerLate: 40_000, AnswerSlow: 8000,
	AnswerTwice: 15_000, AnswerOld: 8000, AnswerForeign: 4000, HalfOpen: 4000, CablePulled: 30_000,
	ClockBack: 6000, ClockAhead: 6000, ClockUnset: 3000, ClockDrifts: 10_000,
	PaperOut: 20_000, CoverOpen: 10_000, CutterJam: 4000, PrinterHot: 4000, PrinterGone: 10_000, PrinterMute: 10_000, PrinterLater: 6000,
	ScanHalf: 15_000, ScanDouble: 60_000, ScanNoise: 15_000, ScanStuck: 6000, ScannerGone: 4000,
	KeyBounce: 4000, KeyStuck: 500, KeyDead: 1000, KeypadGone: 800, ShopShort: 40_000, KeyRotated: 8000,
	TwinAnswers: 100_000,
}

// gatewayLikely is how often each request meets one of the behaviours of its
// gateway, any of them, of a million.
const gatewayLikely = 120_000

// Profiles say how often mishaps strike: in hundredths of the storm.
var Profiles = map[string]int{"calm": 0, "shop": 10, "storm": 100, "hurricane": 300}

// swarm is what a kind's likelihood is multiplied by, chosen for each world anew:
// a world in which one thing never goes wrong and another all the time gets to
// places where a little of everything does not (swarm testing, Groce et al. 2012).
var swarm = []int{0, 0, 1, 1, 2}

// hash mixes numbers into one that looks random: splitmix64.
func hash(parts ...uint64) uint64 {
	var x uint64
	for _, p := range parts {
		x += p + 0x9e3779b97f4a7c15
		x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
		x = (x ^ x>>27) * 0x94d049bb133111eb
		x ^= x >> 31
	}
	return x
}

func hashText[T string | []byte](s T) uint64 { // FNV-1a
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// luck decides what goes wrong: by chance, from the seed, or what a list says.
// Each kind has its own count in each act, so that an act or a mishap that is left
// out moves no other.
type luck struct {
	seed   uint64
	act    int // from which what happens now has come
	rate   int // hundredths of the storm
	only   []Kind
	script map[Mishap]bool // nil: by chance
	chance map[Kind]*odds
	struck []Mishap
	told   func(Mishap)
	calm   bool
}

type odds struct {
	kind   uint64
	rate   int
	counts []uint32 // of chances, by act
	act    int      // the last chance
	n      uint32
}

func (o *odds) when() uint64 { return uint64(o.act)<<32 | uint64(o.n) }

func newLuck(o Options) *luck {
	l := &luck{seed: o.Seed, rate: o.rate(), only: o.Only, chance: map[Kind]*odds{}}
	if o.Mishaps != nil {
		l.script = map[Mishap]bool{}
		for _, m := range o.Mishaps {
			l.script[m] = true
		}
	}
	return l
}

func (l *luck) odds(k Kind, rate int) *odds {
	o := l.chance[k]
	if o == nil {
		if beyond := Beyond(k); beyond || len(l.only) > 0 {
			rate = 0
			if slices.Contains(l.only, k) {
				rate = max(likely[k], 50_000)
			}
		}
		name := hashText(string(k))
		if len(l.only) == 0 {
			rate *= swarm[hash(l.seed, name, 0x737761726d)%uint64(len(swarm))]
		}
		o = &odds{kind: name, rate: rate * l.rate / 100}
		l.chance[k] = o
	}
	return o
}

// strikes reports whether this chance of a mishap is one.
func (l *luck) strikes(k Kind) bool { return l.takes(k, likely[k]) }

func (l *luck) takes(k Kind, rate int) bool {
	if l.calm {
		return false
	}
	o := l.odds(k, rate)
	for len(o.counts) <= l.act {
		o.counts = append(o.counts, 0)
	}
	o.act, o.n = l.act, o.counts[l.act]
	o.counts[l.act]++
	m, when := Mishap{k, o.act, int(o.n)}, o.when()
	var yes bool
	if l.script != nil {
		yes = l.script[m]
	} else {
		yes = o.rate > 0 && hash(l.seed, o.kind, when)%1_000_000 < uint64(o.rate)
	}
	if yes {
		l.struck = append(l.struck, m)
		if l.told != nil {
			l.told(m)
		}
	}
	return yes
}

// pick is a number below n that belongs to the mishap that has just struck.
func (l *luck) pick(k Kind, n int) int {
	o := l.chance[k]
	return int(hash(l.seed, o.kind, o.when(), 0x7069636b) % uint64(n))
}
