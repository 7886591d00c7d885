package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"till/device"
	"till/sim"
	"till/txn"
)

// playwright writes a world down as a script for till play: what was done at one
// terminal, and what went wrong there. What the language does not have stands in a
// comment.
type playwright struct {
	lines  []string
	shop   int
	at     time.Duration // up to which the script has come
	did    time.Duration // when the last line was done by somebody
	cause  int           // ... and where it stands
	keys   []string      // pressed and not written yet
	skew   time.Duration
	off    bool
	code   string                   // shown last
	papers []txn.OrderNo            // whose receipts came out
	broken map[string]txn.FaultCode // by device
}

// playOf is the story of a world as a script.
func playOf(o sim.Options, failure string) string {
	p := &playwright{broken: map[string]txn.FaultCode{}}
	if plan := o.Plan(); len(plan) > 0 {
		p.shop = plan[0].Shop
	}
	o.Tell, o.Watch = nil, p.hear
	sim.Run(o)
	p.until(p.at)
	head := []string{"# " + failure, "# till sim " + o.Args(), "# What a play has no words for stands in comments: it may end otherwise."}
	if o.Seed%4 == 3 {
		head = append(head, "# In this shop people sign in, with PINs of their own; in a play, who may do what is not asked.")
	}
	return strings.Join(append(head, p.lines...), "\n") + "\n"
}

func (p *playwright) note(format string, args ...any) {
	p.until(p.at)
	p.lines = append(p.lines, "# "+fmt.Sprintf(format, args...))
}

// add writes a line, if it is one of the language.
func (p *playwright) add(at time.Duration, format string, args ...any) {
	p.until(at)
	line := fmt.Sprintf(format, args...)
	if _, err := parseScript(line); err != nil {
		p.note("no play can tell: %s", line)
		return
	}
	p.cause, p.did = len(p.lines), at
	p.lines = append(p.lines, line)
}

// until writes the keys that were pressed, and lets time pass.
func (p *playwright) until(at time.Duration) {
	if len(p.keys) > 0 {
		p.cause = len(p.lines)
		p.lines = append(p.lines, "keys "+strings.Join(p.keys, " "))
		p.keys = nil
	}
	if d := (at - p.at).Round(100 * time.Millisecond); d > 0 {
		p.lines = append(p.lines, "wait "+d.String())
		p.at += d
	}
}

// gateway lets a gateway do something to a request that has just left: before the
// line that let it leave, or now, when it was a timer.
func (p *playwright) gateway(at time.Duration, name, words string) {
	line := "gateway " + name + " " + words
	if _, err := parseScript(line); err != nil {
		p.note("no play can tell: %s", line)
		return
	}
	if at-p.did > sinceCause {
		p.until(at - sinceCause)
		p.lines = append(p.lines, line)
		return
	}
	p.until(p.at)
	p.lines = slices.Insert(p.lines, p.cause, line)
	p.cause++
}

// sinceCause is how long a request may be under way.
const sinceCause = time.Second

func (p *playwright) hear(m sim.Moment) {
	switch x := m.What.(type) {
	case sim.Act:
		p.note("act %s", x)
	case sim.Struck:
		p.note("mishap %s", x.Mishap)
		p.struck(m.At, x)
	case sim.Misbehaves:
		if m.Shop == p.shop {
			p.gateway(m.At, x.Gateway, x.Words)
		}
	case sim.Phone:
		p.add(m.At, "customer %s", string(x))
	case sim.Account:
		what := "available"
		if x.More {
			what = "tops up"
		}
		p.add(m.At, "merchant %s %s %s", x.Gateway, what, yuan(x.Fen))
	default:
		if m.Shop == p.shop {
			p.here(m)
		}
	}
}

// here is what happens at the terminal of the play.
func (p *playwright) here(m sim.Moment) {
	if m.Skew != p.skew {
		p.add(m.At, "clock %+ds", int((m.Skew-p.skew)/time.Second))
		p.skew = m.Skew
	}
	switch x := m.What.(type) {
	case sim.Power:
		if bool(x) != p.off {
			return
		}
		p.off = !bool(x)
		if p.off {
			p.add(m.At, "power cut")
		} else {
			p.add(m.At, "power on")
		}
	case sim.Cable:
		p.add(m.At, "network %s", map[sim.Cable]string{true: "up", false: "down"}[x])
	case txn.KeyPressed:
		if m.At-p.did > sinceCause {
			p.until(m.At)
		}
		p.keys, p.did = append(p.keys, x.Key.String()), m.At
	case txn.CodeScanned:
		p.scanned(m.At, x.Scanned)
	case txn.ReceiptEnded:
		if x.Result != txn.PrintRefused {
			p.papers = append(p.papers, x.Order)
		}
	case txn.FaultRaised:
		p.trouble(m.At, x.Device, x.Code, true)
	case txn.FaultCleared:
		p.trouble(m.At, x.Device, p.broken[x.Device], false)
	}
}

func (p *playwright) scanned(at time.Duration, s txn.Scanned) {
	what := "text 6901234567892"
	switch s.Kind {
	case txn.ScanPayer:
		what = map[txn.RailName]string{txn.WeChatPay: "wallet", txn.Alipay: "alipay", txn.UnionPay: "unionpay"}[s.Rail]
		if s.Code.Reveal() == p.code {
			what = "again"
		}
		p.code = s.Code.Reveal()
	case txn.ScanHalf:
		what = "half"
	case txn.ScanBill:
		what = "bill"
	case txn.ScanReceipt:
		what = "receipt"
		if i := slices.Index(p.papers, s.Order); i >= 0 {
			what = fmt.Sprintf("receipt %d", i+1)
		}
	case txn.ScanForged:
		what = "text TILL1XXXXXXXX0000000001AAAAAAAA"
	case txn.ScanMerchant:
		what = "text https://weixin.qq.com/r/abc"
	}
	p.add(at, "scan %s", what)
}

// trouble breaks a device, or mends it.
func (p *playwright) trouble(at time.Duration, dev string, code txn.FaultCode, there bool) {
	if (p.broken[dev] != "") == there {
		return
	}
	p.broken[dev] = code
	words := map[bool]string{}
	switch device.Code(code) {
	case device.PortGone:
		words[true], words[false] = "unplug "+dev, "plug "+dev
	case device.PaperEmpty:
		words[true], words[false] = "paper out", "paper loaded"
	case device.CoverOpen:
		words[true], words[false] = "cover open", "cover closed"
	default:
		if txn.FaultCode(code) == txn.FaultDiskFull {
			words[true], words[false] = "disk full", "disk free"
		}
	}
	if !there {
		delete(p.broken, dev)
	}
	if w := words[there]; w != "" {
		p.add(at, "%s", w)
	}
}

// onTheWire are the mishaps of the wire, in the words of the gateways.
var onTheWire = map[sim.Kind]string{
	sim.NoName: "down", sim.NoTrust: "down", sim.NoRoute: "down", sim.RequestLost: "lose-request", sim.HalfOpen: "lose-request",
	sim.RequestLate: "arrives-late 50s", sim.AnswerLost: "lose-answer", sim.AnswerSlow: "late 1m", sim.AnswerTwice: "twice",
}

func (p *playwright) struck(at time.Duration, s sim.Struck) {
	if words := onTheWire[s.Kind]; words != "" && s.Gateway != "" && s.Call != "" {
		p.gateway(at, s.Gateway, s.Call+" next "+words)
	}
}
