package railsim

import (
	"strings"
	"testing"
	"time"
)

// gate is the least gateway: orders are paid by hand.
func gate(t *testing.T, w *World, name string) *Desk {
	t.Helper()
	calls := []Call{Any, Pay}
	return w.NewDesk(Rules{
		Name: name, Merchant: name, Network: WeChatPay,
		Language: &Language{
			Calls: calls, CodeFits: func(s string) bool { return s != "" }, CodeName: "a code",
			Entries: append([]Entry{{Approve, calls, "do it"}}, WireWords(calls)...),
		},
		Stages: map[State]Stage{"": Open, "ASKED": Waiting, "PAID": Paid, "CLOSED": Gone},
		Charge: func(s *Sale, at time.Time) bool { return s.Own.(*Desk).Collect(s, "PAID", at) },
		Refuse: func(s *Sale, at time.Time) { s.Own.(*Desk).End(s, "CLOSED", at) },
		Look:   func(*Sale, time.Time) {},
		Scanned: func(c *Customer, link string, _ time.Time) (*Sale, error) {
			for _, d := range w.desks {
				if s := d.Find(link); d.Name() == name && s != nil {
					s.Payer = c
					d.Await(s, "ASKED")
					return s, nil
				}
			}
			return nil, nil
		},
	})
}

// sell makes an order that the default customer has paid with a code.
func sell(d *Desk, number string, fen int64) *Sale {
	s := &Sale{Number: number, Fen: fen, Payer: d.Customer(""), Own: d, Code: DigestOf(number)}
	d.Locked(func(now time.Time) {
		d.Add(s, now)
		d.Collect(s, "PAID", now)
	})
	return s
}

func TestCheckBooksSeesEveryBrokenPromise(t *testing.T) {
	var at time.Time
	refund := func(d *Desk, s *Sale, fen int64) {
		r := &Refund{Key: "k", Fen: fen}
		s.Refunds = append(s.Refunds, r)
		d.Refund(s, r, at)
	}
	tests := []struct {
		name string
		harm func(d *Desk, s *Sale)
		says string
	}{
		{"charged twice", func(d *Desk, s *Sale) {
			d.books.post(Posting{"1", s.Payer.Account(), d.MerchantAccount(), s.Fen, at, "", "gate"})
		}, "charged 2 times"},
		{"returned more than charged", func(d *Desk, s *Sale) { refund(d, s, 1001) },
			"returned 1001 of 1000 fen"},
		{"accepted more than charged", func(d *Desk, s *Sale) {
			refund(d, s, 400)
			d.Accept(s, &Refund{Key: "l", Fen: 601}, at)
		}, "returned 1001 of 1000 fen"},
		{"one key twice", func(d *Desk, s *Sale) {
			refund(d, s, 400)
			refund(d, s, 400)
		}, "has refund k twice"},
		{"refund without money", func(_ *Desk, s *Sale) {
			s.Refunds = append(s.Refunds, &Refund{Key: "k", Fen: 400, Moved: 400})
		}, "has refunds of 400 fen and 0 fen returned"},
		{"money without a refund", func(d *Desk, s *Sale) {
			d.giveBack(s, d.MerchantAccount(), s.Payer.Account(), 400, 0, "refund", at)
		}, "has refunds of 0 fen and 400 fen returned"},
		{"closed with money", func(_ *Desk, s *Sale) { s.State = "CLOSED" },
			"is CLOSED and the merchant holds 1000 fen"},
		{"paid without money", func(_ *Desk, s *Sale) { s.Code, s.Number = Digest{}, "3" },
			"is PAID with 0 of 1000 fen"},
		{"another amount", func(_ *Desk, s *Sale) { s.Fen = 999 }, "charged 1000 of 999 fen"},
		{"order and ledger differ", func(_ *Desk, s *Sale) { s.Charged = 1 }, "the ledger says"},
		{"balance without postings", func(d *Desk, _ *Sale) {
			d.books.balances[d.MerchantAccount()]++
		}, "its postings make"},
		{"sum", func(d *Desk, _ *Sale) { d.books.balances["x"] = 7 }, "together hold 7 fen"},
		{"overdrawn", func(d *Desk, _ *Sale) {
			d.books.post(Posting{"", "wallet/none", OutsideAccount, 1, at, "", ""})
		}, "overdraws wallet/none"},
		{"posting without order", func(d *Desk, s *Sale) { delete(d.byNumber, "1") },
			"which does not exist"},
		{"one code, two charges", func(d *Desk, s *Sale) { d.byNumber["2"].Code = s.Code },
			"charged on one code"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := New(Config{})
			d := gate(t, w, "gate")
			s := sell(d, "1", 1000)
			sell(d, "2", 1000)
			if err := w.CheckBooks(); err != nil {
				t.Fatal(err)
			}
			tt.harm(d, s)
			if err := w.CheckBooks(); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
		})
	}
}

func TestTheLogIsBounded(t *testing.T) {
	d := gate(t, New(Config{}), "gate")
	for range 3 * logLines {
		d.Wallet("").Code()
	}
	if n := len(d.Log()); n > logLines || n < logLines/2 {
		t.Errorf("%d lines", n)
	}
}

func TestOneCustomerPaysAtTwoGateways(t *testing.T) {
	w := New(Config{})
	one, two := gate(t, w, "one"), gate(t, w, "two")
	var heard []string
	one.OnEvent(func(e Event) { heard = append(heard, e.Text()) })
	c := w.Customer("")
	sell(one, "1", 1000)
	sell(two, "1", 300)
	s := &Sale{Number: "link", Fen: 50, Own: two}
	two.Locked(func(now time.Time) { two.Add(s, now) })
	if err := c.Open("link"); err != nil || len(c.Asks()) != 1 || c.Asks()[0].Rail != "two" {
		t.Errorf("open: %v, asks %+v", err, c.Asks())
	}
	if err := one.Wallet("").Confirm(); err == nil {
		t.Error("the other gateway's payment was confirmed")
	}
	if err := c.Confirm(); err != nil {
		t.Error(err)
	}
	var bill []string
	for _, l := range c.Bill() {
		bill = append(bill, l.Rail+" "+l.Order+" "+l.Reason+" "+Yuan(-l.Fen))
	}
	want := "one 1 payment 10.00|two 1 payment 3.00|two link payment 0.50"
	if got := strings.Join(bill, "|"); got != want {
		t.Errorf("bill %s", got)
	}
	if got := strings.Join(heard, "|"); got != "charged" {
		t.Errorf("the first gateway heard %s", got)
	}
	if c.Balance() != defaultBalance-1350 || one.Available() != 1000 || two.Available() != 350 {
		t.Errorf("balances %d %d %d", c.Balance(), one.Available(), two.Available())
	}
	if err := w.CheckBooks(); err != nil {
		t.Error(err)
	}
}

func TestARefundIsFundedOnceAndDroppedOnce(t *testing.T) {
	d := gate(t, New(Config{}), "gate")
	s := sell(d, "1", 1000)
	r := &Refund{Key: "k", Fen: 400}
	d.Locked(func(now time.Time) {
		if !d.Accept(s, r, now) || !d.Fund(s, r, now) || d.Holds(d.MerchantAccount()) != 600 {
			t.Errorf("the merchant holds %d fen", d.Holds(d.MerchantAccount()))
		}
		if d.Accept(s, &Refund{Key: "l", Fen: 601}, now) {
			t.Error("a refund without money was accepted")
		}
		d.Drop(s, r, now)
		d.Drop(s, r, now)
		if d.Holds(d.MerchantAccount()) != 1000 || s.Refunding() != 0 {
			t.Errorf("the merchant holds %d fen, %d go back", d.Holds(d.MerchantAccount()), s.Refunding())
		}
	})
	if err := d.CheckBooks(); err != nil {
		t.Error(err)
	}
}
