package rail

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"till/txn"
	"till/txn/money"
)

// plainRail says what it is asked for, and offers sales only.
type plainRail struct{ asked []string }

func (r *plainRail) note(format string, args ...any) (Request, error) {
	r.asked = append(r.asked, fmt.Sprintf(format, args...))
	return Request{Method: "POST"}, nil
}

func (r *plainRail) Name() txn.RailName { return txn.WeChatPay }
func (r *plainRail) Policy() txn.Policy {
	return txn.Policy{FirstQuery: 5 * time.Second, Interval: time.Second, Queries: 2}
}

func (r *plainRail) Pay(e txn.SendPay, nonce string, at txn.Wall) (Request, error) {
	return r.note("pay %s %s %d", e.Order, nonce, at)
}

func (r *plainRail) Query(a txn.Ask, nonce string, at txn.Wall) (Request, error) {
	return r.note("query %s %s %d %s", a.Order, nonce, at, a.Amount)
}

func (r *plainRail) Reverse(a txn.Ask, nonce string, at txn.Wall) (Request, error) {
	return r.note("reverse %s %s %d %s", a.Order, nonce, at, a.Amount)
}

func (r *plainRail) Read(call txn.Call, a txn.Ask, _ Response, _ txn.Wall) txn.Answered {
	out := txn.Answered{Order: a.Order, Call: call, Outcome: txn.Approved}
	if call == txn.CallReverse {
		out.Outcome = txn.Undone
	}
	return out
}

// fullRail offers all that there is.
type fullRail struct{ plainRail }

func (r *fullRail) RefundPolicy() txn.RefundPolicy { return txn.RefundPolicy{Parts: 3} }
func (r *fullRail) ShowPolicy() txn.ShowPolicy     { return txn.ShowPolicy{Lives: time.Minute} }

func (r *fullRail) Refund(a txn.RefundAsk, nonce string, at txn.Wall) (Request, error) {
	return r.note("refund %s %s %d", a.Refund, nonce, at)
}

func (r *fullRail) RefundQuery(a txn.RefundAsk, nonce string, at txn.Wall) (Request, error) {
	return r.note("refund query %s %s %d", a.Refund, nonce, at)
}

func (r *fullRail) Repair(a txn.RefundAsk, nonce string, at txn.Wall) (Request, error) {
	return r.note("repair %s %s %d", a.Refund, nonce, at)
}

func (r *fullRail) ReadRefund(call txn.RefundCall, a txn.RefundAsk, _ Response, _ txn.Wall) txn.RefundAnswered {
	return txn.RefundAnswered{Refund: a.Refund, Call: call, Outcome: txn.RefundAccepted}
}

func (r *fullRail) Show(e txn.SendShow, nonce string, at txn.Wall) (Request, error) {
	return r.note("show %s %s %d", e.Order, nonce, at)
}

func (r *fullRail) Close(a txn.Ask, nonce string, at txn.Wall) (Request, error) {
	return r.note("close %s %s %d", a.Order, nonce, at)
}

func (r *fullRail) Find(a txn.FindAsk, nonce string, at txn.Wall) (Request, error) {
	return r.note("find %s %s %d", a.Order, nonce, at)
}

func (r *fullRail) ReadFind(a txn.FindAsk, _ Response, _ txn.Wall) txn.Found {
	return txn.Found{Ask: a, Finding: txn.FindPaid}
}

func (r *fullRail) Balance(nonce string, at txn.Wall) (Request, error) {
	return r.note("balance %s %d", nonce, at)
}

func (r *fullRail) ReadBalance(Response, txn.Wall) txn.Balance {
	return txn.Balance{Rail: txn.WeChatPay, Known: true}
}

const (
	order  txn.OrderNo  = "0123456789AB0000000001"
	number txn.RefundNo = "0123456789ABR0000000002"
)

// TestEveryEffectIsTheExchangeThatItSays: what is built, how long it may take, and
// what its answer and its silence mean.
func TestEveryEffectIsTheExchangeThatItSays(t *testing.T) {
	ask := txn.Ask{Order: order, Rail: txn.WeChatPay, Amount: money.Fen(1250)}
	back := txn.RefundAsk{Refund: number, Order: order, Rail: txn.WeChatPay, Amount: money.Fen(50), Total: money.Fen(1250)}
	find := txn.FindAsk{Order: order, Rail: txn.WeChatPay}
	for _, c := range []struct {
		effect               txn.Effect
		call, number, built  string
		limit                time.Duration
		read, silent, unsent string
	}{
		{txn.SendPay{Ask: ask}, "pay", string(order), "pay " + string(order) + " n 7", 25 * time.Second,
			"pay approved", "pay unknown no-answer", "pay declined not-sent"},
		{txn.SendQuery{Ask: ask}, "query", string(order), "query " + string(order) + " n 7 ¥12.50", 9 * time.Second,
			"query approved", "query unknown no-answer", "query unknown not-sent"},
		{txn.SendReversal{Ask: ask}, "reverse", string(order), "reverse " + string(order) + " n 7 ¥12.50", 20 * time.Second,
			"reverse undone", "reverse unknown no-answer", "reverse unknown not-sent"},
		{txn.SendShow{Ask: ask}, "show", string(order), "show " + string(order) + " n 7", 15 * time.Second,
			"show approved", "show unknown no-answer", "show unknown not-sent"},
		{txn.SendClose{Ask: ask}, "close", string(order), "close " + string(order) + " n 7", 15 * time.Second,
			"close approved", "close unknown no-answer", "close unknown not-sent"},
		{txn.SendRefund{RefundAsk: back}, "refund", string(number), "refund " + string(number) + " n 7", 20 * time.Second,
			"refund accepted", "refund unknown no-answer", "refund unknown not-sent"},
		{txn.SendRefund{RefundAsk: back, Method: txn.ByVoid}, "reverse", string(order), "reverse " + string(order) + " n 7 ¥12.50", 20 * time.Second,
			"refund accepted", "refund unknown no-answer", "refund unknown not-sent"},
		{txn.SendRefundQuery{RefundAsk: back}, "refund query", string(number), "refund query " + string(number) + " n 7", 20 * time.Second,
			"refund query accepted", "refund query unknown no-answer", "refund query unknown not-sent"},
		{txn.SendRefundQuery{RefundAsk: back, Method: txn.ByVoid}, "query", string(order), "query " + string(order) + " n 7 ¥12.50", 9 * time.Second,
			"refund query absent", "refund query unknown no-answer", "refund query unknown not-sent"},
		{txn.SendRepair{RefundAsk: back}, "refund repair", string(number), "repair " + string(number) + " n 7", 20 * time.Second,
			"refund repair accepted", "refund repair unknown no-answer", "refund repair unknown not-sent"},
		{txn.FindSale{FindAsk: find}, "find", string(order), "find " + string(order) + " n 7", 9 * time.Second,
			"found 1", "found 0 no-answer", "found 0 not-sent"},
		{txn.AskBalance{Rail: txn.WeChatPay}, "balance", "", "balance n 7", 9 * time.Second,
			"balance true", "balance false no-answer", "balance false no-answer"},
	} {
		r := &fullRail{}
		x, ok := Asks(c.effect)
		if !ok || x.Rail != txn.WeChatPay || x.Call != c.call || x.Number != c.number || x.Limit != c.limit {
			t.Errorf("%T: %+v, %v", c.effect, x, ok)
			continue
		}
		req, err := x.Build(r, "n", 7)
		if err != nil || req.Method != "POST" || !slices.Equal(r.asked, []string{c.built}) {
			t.Errorf("%T builds %q, %v; want %q", c.effect, r.asked, err, c.built)
		}
		for what, ev := range map[string]txn.Event{c.read: x.Read(r, Response{}, 7), c.silent: x.Silent(Silence{Sent: true, Fault: "L04"}), c.unsent: x.Silent(Silence{Fault: "L04"})} {
			if got := meaning(ev); got != what {
				t.Errorf("%T: %q, want %q", c.effect, got, what)
			}
		}
		if _, err := x.Build(&plainRail{}, "n", 7); (err != nil) != slices.Contains([]string{"show", "close", "refund", "refund query", "refund repair", "find", "balance"}, c.call) ||
			err != nil && !errors.Is(err, ErrNotOffered) {
			t.Errorf("%T of a network that only sells: %v", c.effect, err)
		}
	}
	if _, ok := Asks(txn.Sound{Cue: txn.CueApproved}); ok {
		t.Error("a sound asks a network")
	}
}

func meaning(ev txn.Event) string {
	switch ev := ev.(type) {
	case txn.Answered:
		return strings.TrimSpace(fmt.Sprintf("%s %s %s", ev.Call, ev.Outcome, ev.Cause))
	case txn.RefundAnswered:
		return strings.TrimSpace(fmt.Sprintf("%s %s %s", ev.Call, ev.Outcome, ev.Cause))
	case txn.Found:
		return strings.TrimSpace(fmt.Sprintf("found %d %s", ev.Finding, ev.Cause))
	case txn.Balance:
		if ev.Rail != txn.WeChatPay || !ev.Known && ev.Fault != "L04" {
			return "a balance of nobody"
		}
		return strings.TrimSpace(fmt.Sprintf("balance %v %s", ev.Known, ev.Cause))
	}
	return fmt.Sprintf("%T", ev)
}

// TestNoLongNumberIsKeptHoweverItIsWritten: in groups, by any of their signs, at
// the beginning, the middle and the end; and shorter ones are kept as they are.
func TestNoLongNumberIsKeptHoweverItIsWritten(t *testing.T) {
	for in, want := range map[string]string{
		"1345 6789 0123 4567":              "…",
		"code 1345-6789-0123-4567-89 used": "code …used",
		"1345.6789.0123.4567":              "…",
		"1345,6789,0123,4567":              "…",
		"1345_6789_0123_4567":              "…",
		"1345/6789/0123/4567":              "…",
		"1345+6789+0123+4567":              "1345+6789+0123+4567",
		"1345 6789 0123 456":               "1345 6789 0123 456",
		"a1345 67890123456b":               "a1345 67890123456b",
		"a1345 678901234567b":              "a…b",
		"2026-11-22 14:28:00":              "2026-11-22 14:28:00",
		"one 1 two 22 three":               "one 1 two 22 three",
		" - 1":                             "- 1",
	} {
		if got := Clean(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
	long := strings.Repeat("字", TextMax)
	if got := Clean(long); got != long {
		t.Errorf("%d characters become %d", TextMax, len([]rune(got)))
	}
	if got := []rune(Clean(long + "x")); len(got) != TextMax || got[TextMax-1] != '…' {
		t.Errorf("one more becomes %d, with %q at the end", len(got), got[len(got)-1])
	}
}

// TestASetupIsWhatTheRailCanDo, and nothing that it cannot.
func TestASetupIsWhatTheRailCanDo(t *testing.T) {
	full := Setup(&fullRail{}, []txn.RailName{txn.Alipay}, txn.UnionPay)
	if full.Name != txn.WeChatPay || full.Policy.Queries != 2 || full.Refund.Parts != 3 || full.Show.Lives != time.Minute ||
		!full.Finds || !full.Tells || full.Shows != txn.UnionPay || !slices.Equal(full.Wallets, []txn.RailName{txn.Alipay}) {
		t.Errorf("%+v", full)
	}
	plain := Setup(&plainRail{}, nil, "")
	if plain.Refund.Parts != 0 || plain.Show.Lives != 0 || plain.Finds || plain.Tells || plain.Policy.Queries != 2 {
		t.Errorf("%+v", plain)
	}
}
