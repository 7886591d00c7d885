package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"till/device/store"
	"till/sim/railsim"
	"till/sim/rig"
	"till/txn"
)

// killRefunds is what the gateway of WeChat Pay does to refunds meanwhile.
var killRefunds = []string{"", "", "refund next lose-answer", "refund next lose-request", "refund next merchant-short",
	"refund next refund-late 5s"}

// killRefundMoments are events at which the power goes; "" is any time at all.
var killRefundMoments = []string{"", "", "refund received", "refunding", "refund answered", "refund-query received",
	"returned", rig.Printing}

// What slips of refunds say.
const (
	refundSlip = "退款 REFUND"
)

// codes are those on the receipts that came out, which a customer brings back.
func (s *killStory) codes() (codes []string) {
	for raw := range s.paper {
		if c := receiptCode.FindString(raw); c != "" && !slices.Contains(codes, c) {
			codes = append(codes, c)
		}
	}
	slices.Sort(codes)
	return slices.DeleteFunc(codes, func(c string) bool { return s.asked[c] >= killParts })
}

// killParts is how many refunds are asked of one sale: WeChat Pay wants a minute
// between two, and the world must come to rest while a person waits for the test.
const killParts = 2

// refundRound switches on, refunds 0.50 by a receipt, with the network or without,
// and kills the program at some moment of it.
func (s *killStory) refundRound(code string) {
	behaviour := killRefunds[s.rng.IntN(len(killRefunds))]
	moment := killRefundMoments[s.rng.IntN(len(killRefundMoments))]
	after := time.Duration(s.rng.Int64N(int64(3 * time.Second)))
	offline := s.rng.IntN(3) == 0
	s.log = append(s.log, fmt.Sprintf("refund of %s, offline %v, %q, killed %q %s",
		code, offline, behaviour, moment, after))
	s.must(s.PowerOn())
	s.must(s.Ready(e2ePatience))
	if behaviour != "" {
		s.must(s.Gateway.SetText(behaviour))
	}
	s.must(s.Network(!offline))
	s.press("cancel", "cancel")
	s.until("a screen that takes a receipt", func() bool { return s.reads("01-idle") || !s.Alive() })
	s.must(s.Scanner.Send(code))
	s.until("the sale", func() bool { return s.reads("08-refund") || !s.Alive() })
	time.Sleep(200 * time.Millisecond) // the network is asked about the sale first
	s.CutWhen(moment)
	s.backs++
	s.asked[code]++
	s.press("5", "0", "enter")
	time.Sleep(after) // at the latest, when the moment does not come about
	s.must(s.PowerCut())
	s.CutWhen("")
	if s.rng.IntN(2) == 0 {
		s.Gateway.Clear()
	}
	s.must(s.Network(true))
	s.gather()
}

// refundNumber is on every slip of a refund.
var refundNumber = regexp.MustCompile(`[0-9A-Z]{12}R[0-9]{10}`)

// auditRefunds compares the refunds of the journal with the gateways' books and
// the paper.
func (s *killStory) auditRefunds(j *store.Store) map[txn.RefundPhase]int {
	t, ends, told := s.t, map[txn.RefundPhase]int{}, map[string]txn.Refund{}
	list, err := refundsIn(j)
	s.must(err)
	for _, r := range list {
		told[string(r.Key)] = r
		ends[r.Phase]++
		if r.Phase != txn.PaidBack {
			t.Errorf("refund %s is %s: it was to be paid", r.No, r.Phase)
		}
	}
	if len(list) > s.backs {
		t.Errorf("%d refunds are journaled for %d decisions", len(list), s.backs)
	}
	booked := map[string]railsim.RefundView{}
	for _, o := range s.Orders() {
		sum := int64(0)
		for _, b := range o.Refunds {
			sum += b.Moved
			r, known := told[b.Number]
			switch was, again := booked[b.Number]; {
			case again:
				t.Errorf("refund %s is booked twice: of %s and of %s", b.Number, was.Order, b.Order)
			case !known:
				t.Errorf("the journal has never heard of refund %s of %d fen", b.Number, b.Amount)
			case b.Moved != r.Amount.Minor() || b.Order != string(r.Order):
				t.Errorf("refund %s of %s is told %s; the gateway paid %d fen of %s", r.No, r.Amount, r.Phase, b.Moved, b.Order)
			}
			booked[b.Number] = b
		}
		if sum > o.Charged {
			t.Errorf("%d fen went back of %s, which brought %d", sum, o.Number, o.Charged)
		}
	}
	for key, r := range told {
		if _, known := booked[key]; !known && r.Phase == txn.PaidBack {
			t.Errorf("refund %s is told paid out; no gateway has heard of it", r.No)
		}
	}
	s.auditSlips(list)
	return ends
}

// auditSlips: no slip of a refund twice without a mark, and none of a refund that
// the journal does not know.
func (s *killStory) auditSlips(list []txn.Refund) {
	plain := map[string]int{}
	for _, text := range s.paper {
		no := refundNumber.FindString(text)
		switch {
		case !strings.Contains(text, refundSlip):
			continue
		case !slices.ContainsFunc(list, func(r txn.Refund) bool { return string(r.No) == no }):
			s.t.Errorf("the journal has never heard of %q, of which there is paper:\n%s", no, text)
		case !strings.Contains(text, "重打印"):
			plain[no]++
		}
	}
	for no, n := range plain {
		if n > 1 {
			s.t.Errorf("refund %s has %d slips without a mark", no, n)
		}
	}
}
