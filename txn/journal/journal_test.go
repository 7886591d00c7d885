package journal

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"till/txn"
	"till/txn/money"
)

var update = flag.Bool("update", false, "rewrite the golden files; read the diff before you commit it")

const install txn.Install = "0123456789AB"

// samples holds one entry of each kind with every field set.
func samples() []txn.Entry {
	o := txn.NewOrderNo(install, 7)
	const at txn.Wall = 1795328880000
	return []txn.Entry{
		txn.Opened{At: at, Install: install},
		txn.Begun{At: at, Order: o, Rail: txn.WeChatPay, Amount: money.Fen(12800), Terminal: "T-0317", Operator: "王芳"},
		txn.Paid{At: at, Day: 20261122, Order: o, Reference: "4200001234202611220000000007"},
		txn.Refused{At: at, Order: o, Cause: txn.CausePayerFunds, Code: "NOTENOUGH", Text: "余额不足"},
		txn.ReversalDue{At: at, Order: o, Cause: txn.CauseNoAnswer, Code: "SYSTEMERROR", Text: "系统错误"},
		txn.Reversed{At: at, Order: o, Cause: txn.CauseConfirmed, Code: "REVOKED"},
		txn.Contradicted{At: at, Order: o, Call: txn.CallQuery, Said: txn.Undone, Cause: txn.CauseElsewhere, Code: "CLOSED"},
		txn.ReceiptDue{At: at, Order: o, Copy: true},
		txn.ReceiptSending{At: at, Order: o, Attempt: 2},
		txn.ReceiptHeld{At: at, Order: o, Attempt: 2, Fault: "P02"},
		txn.ReceiptTorn{At: at, Order: o, Attempt: 2, Fault: "P01"},
		txn.ReceiptPrinted{At: at, Order: o, Attempt: 3, Proof: "A", Unconfirmed: true},
	}
}

// samples2 holds those that came with refunds, and the sale that knows its wallet.
func samples2() []txn.Entry {
	o, n := txn.NewOrderNo(install, 7), txn.NewRefundNo(install, 8)
	const at txn.Wall = 1795328880000
	return []txn.Entry{
		txn.Begun{At: at, Order: o, Rail: "lakala", Amount: money.Fen(12800), Terminal: "T-0317", Operator: "07",
			Wallet: txn.UnionPay, Shown: true},
		txn.WrittenOff{At: at, Order: o, By: "90", Asker: "07"},
		txn.ReturnedBy{At: at, Order: o, Refund: n, Cause: txn.CauseTooLate, Code: "REVERSE_EXPIRE"},
		txn.RefundBegun{At: at, Day: 20261123, Refund: n, Key: n, Order: o, Rail: txn.WeChatPay, Wallet: txn.WeChatPay,
			Amount: money.Fen(3650), Total: money.Fen(12800), SaleAt: at - 1, SaleDay: 20261122,
			Sale: "4200001234202611220000000007", Shown: true, Method: txn.ByVoid, Why: txn.CauseFeeBack,
			Reason: txn.ReasonGoods, By: "07", Approver: "90", Terminal: "T-0317", Replaces: "0123456789ABR0000000005"},
		txn.RefundSent{At: at, Refund: n},
		txn.RefundHeld{At: at, Refund: n, Cause: txn.CauseMerchantFunds, Code: "NOT_ENOUGH", Text: "基本账户余额不足"},
		txn.RefundTaken{At: at, Refund: n, Reference: "50000000382019052709732678859", Code: "PROCESSING"},
		txn.RefundPaid{At: at, Day: 20261123, Refund: n, Reference: "50000000382019052709732678859",
			Account: "支付用户零钱", Payer: 3600, Discount: 50, Code: "SUCCESS"},
		txn.RefundFailed{At: at, Refund: n, Cause: txn.CauseWindowOver, Code: "TRADE_OVERDUE", Text: "订单已超期"},
		txn.RefundDead{At: at, Refund: n, Code: "CLOSED", Text: "退款关闭"},
		txn.RefundStranded{At: at, Refund: n, Code: "ABNORMAL", Text: "退款异常"},
		txn.RefundRepaired{At: at, Refund: n, By: "07", Approver: "90"},
		txn.RefundSwitched{At: at, Refund: n, Cause: txn.CauseTooLate, Code: "ACQ.TRADE_CANCEL_TIME_OUT"},
		txn.RefundReplaced{At: at, Refund: n, With: "0123456789ABR0000000009"},
		txn.RefundHanded{At: at, Refund: n, Seal: "0badc0de0badc0de"},
		txn.SaleHanded{At: at, Order: o, Seal: "0badc0de0badc0de"},
		txn.TakenOver{At: at, Seal: "0badc0de0badc0de", From: "T-0317", Count: 3},
		txn.RefundDropped{At: at, Refund: n, By: "07", Approver: "90"},
		txn.RefundCashed{At: at, Day: 20261123, Refund: n, By: "07", Approver: "90"},
		txn.SignedIn{At: at, Number: "07"},
		txn.SignedOut{At: at, Number: "07", Locked: true},
		txn.PINRefused{At: at, Number: "07"},
		txn.PINTaken{At: at, Number: "90", For: "refund"},
		txn.ShiftOpened{At: at, Number: "07"},
		txn.ShiftClosed{At: at, Shift: txn.Shift{Number: "07", Since: at - 1, Sales: 5, SaleFen: 12300, Backs: 1,
			BackFen: 3650, Cash: 500, Reversed: 1}},
		txn.DayClosed{At: at, Day: 20261122, By: "07", Approver: "90", Open: 2, OpenFen: 16450},
	}
}

// samples3 holds those that came with what a person gives up.
func samples3() []txn.Entry {
	o, n := txn.NewOrderNo(install, 7), txn.NewRefundNo(install, 8)
	const at txn.Wall = 1795328880000
	return []txn.Entry{
		txn.WrittenOff{At: at, Order: o, By: "90", Asker: "07", Why: txn.ReasonBooks},
		txn.RefundWrittenOff{At: at, Refund: n, By: "90", Asker: "07", Why: txn.ReasonGone},
		txn.PaidOut{At: at, Day: 20261123, Refund: n, Amount: money.Fen(3650), Reason: txn.ReasonGoods, By: "07", Approver: "90",
			Terminal: "T-0317"},
	}
}

// goldens are the records of each version of this program, all read for ever.
var goldens = []struct {
	file    string
	entries func() []txn.Entry
}{{"testdata/records-1.txt", samples}, {"testdata/records-2.txt", samples2}, {"testdata/records-3.txt", samples3}}

func TestEveryKindOfEntryComesBackAsItWasWritten(t *testing.T) {
	all := slices.Concat(samples(), samples2(), samples3())
	if n := len(all); n != len(kinds) {
		t.Fatalf("%d samples of %d kinds", n, len(kinds))
	}
	var b strings.Builder
	for _, e := range all {
		r := Encode(e)
		if got, err := Decode(r); err != nil || !reflect.DeepEqual(got, e) {
			t.Errorf("%+v came back as %+v, %v", e, got, err)
		}
	}
	for _, e := range samples3() { // the files before are never written anew
		r := Encode(e)
		fmt.Fprintf(&b, "%s %d %d %s\n", r.Kind, r.Tx, r.At, r.Body)
	}
	golden(t, "testdata/records-3.txt", b.String())
}

// TestOldRecordsAreReadForEver reads the golden files by themselves:
// when a field is renamed, this fails even if writing and reading agree.
func TestOldRecordsAreReadForEver(t *testing.T) {
	for _, g := range goldens {
		text, err := os.ReadFile(g.file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
			var r Record
			kind, rest, _ := strings.Cut(line, " ")
			n, err := fmt.Sscanf(rest, "%d %d", &r.Tx, &r.At)
			if n != 2 || err != nil {
				t.Fatalf("%s, line %d: %v", g.file, i+1, err)
			}
			r.Kind, r.Body = kind, []byte(rest[strings.IndexByte(rest, '{'):])
			if e, err := Decode(r); err != nil || !reflect.DeepEqual(e, g.entries()[i]) {
				t.Errorf("%s, line %d reads as %+v, %v", g.file, i+1, e, err)
			}
		}
	}
}

func TestWhatIsNotUnderstoodIsNotGuessed(t *testing.T) {
	good := Encode(samples()[1])
	for name, change := range map[string]func(*Record){
		"a kind of a later program":  func(r *Record) { r.Kind = "begun/99" },
		"a field of a later program": func(r *Record) { r.Body = append([]byte(`{"Tip":1,`), r.Body[1:]...) },
		"half a record":              func(r *Record) { r.Body = r.Body[:len(r.Body)/2] },
		"two records in one":         func(r *Record) { r.Body = append(r.Body, r.Body...) },
		"another transaction":        func(r *Record) { r.Tx++ },
		"another time":               func(r *Record) { r.At++ },
		"a negative amount":          func(r *Record) { r.Body = []byte(strings.Replace(string(r.Body), `"12800`, `"-12800`, 1)) },
	} {
		r := good
		r.Body = append([]byte(nil), good.Body...)
		change(&r)
		if e, err := Decode(r); !errors.Is(err, ErrFormat) {
			t.Errorf("%s reads as %+v, %v", name, e, err)
		}
	}
}

// history returns the records of n sales of every fate.
func history(n uint64) (records []Record, full txn.Ledger) {
	add := func(e txn.Entry) {
		r := Encode(e)
		r.Seq = uint64(len(records)) + 1
		records, full = append(records, r), txn.Apply(full, e)
	}
	add(txn.Opened{At: 1, Install: install})
	for i := uint64(1); i <= n; i++ {
		o, at := txn.NewOrderNo(install, i), txn.Wall(1795328880000+i*60000)
		add(txn.Begun{At: at, Order: o, Rail: txn.WeChatPay, Amount: money.Fen(int64(100 * i))})
		switch i % 5 {
		case 0:
			add(txn.Refused{At: at + 1, Order: o, Cause: txn.CausePayerFunds})
		case 1:
			add(txn.ReversalDue{At: at + 1, Order: o, Cause: txn.CauseNoAnswer})
		default:
			add(txn.Paid{At: at + 1, Day: 20261122, Order: o, Reference: "4200001"})
			add(txn.ReceiptDue{At: at + 1, Order: o})
			add(txn.ReceiptSending{At: at + 1, Order: o, Attempt: 1})
			if i%7 != 0 {
				add(txn.ReceiptPrinted{At: at + 1, Order: o, Attempt: 1, Proof: "A"})
			}
		}
	}
	return records, full
}

func TestALedgerLoadedFromWhatIsOpenIsTheWholeOne(t *testing.T) {
	for _, n := range []uint64{0, 1, 5, 17, 40, 200} {
		records, full := history(n)
		keep := map[uint64]bool{0: true}
		for _, tx := range full.Txs {
			keep[tx.Order.N()] = true
		}
		var part []Record
		for _, r := range records {
			if keep[r.Tx] {
				part = append(part, r)
			}
		}
		got, err := Load(part, full.Last, full.LastAt)
		if err != nil {
			t.Fatal(err)
		}
		got.Day = full.Day // the store counts it
		if !reflect.DeepEqual(got, full) {
			t.Errorf("%d sales: loaded %d of %d records\n got %+v\nwant %+v", n, len(part), len(records), got, full)
		}
	}
}

func TestAJournalThatCannotHaveHappenedIsRefused(t *testing.T) {
	records, _ := history(3)
	if _, err := Load(append(records[:1:1], records[2:]...), 3, 0); !errors.Is(err, ErrFormat) {
		t.Errorf("a journal without its first sale loads: %v", err)
	}
}

func TestARowIsWrittenAtTheFirstAndTheLastEntry(t *testing.T) {
	records, _ := history(2) // the second is paid and printed
	var l, next txn.Ledger
	var states []string
	for _, r := range records {
		e, err := Decode(r)
		if err != nil {
			t.Fatal(err)
		}
		next = txn.Apply(next, e)
		if r.Kind == "paid/1" {
			continue // one commit with the receipt that is due
		}
		for _, row := range Rows(l, next, 8*time.Hour) {
			if row.Tx == 2 {
				states = append(states, fmt.Sprintf("%s open=%v %s %d %s", r.Kind, row.Open, row.State, row.Day, row.Reference))
			}
		}
		l = next
	}
	want := []string{"begun/2 open=true asking 20261122 ", "receipt-printed/1 open=false paid 20261122 4200001"}
	if !reflect.DeepEqual(states, want) {
		t.Errorf("rows\n got %q\nwant %q", states, want)
	}
}

func FuzzDecode(f *testing.F) {
	for _, e := range samples() {
		r := Encode(e)
		f.Add(r.Kind, r.Body)
	}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		e, err := Decode(Record{Seq: 1, Tx: 7, At: 1795328880000, Kind: kind, Body: body})
		if err != nil {
			return
		}
		if again, err := Decode(Encode(e)); err != nil || !reflect.DeepEqual(again, e) {
			t.Errorf("%s %q reads as %+v, and that as %+v, %v", kind, body, e, again, err)
		}
	})
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update to accept)\n--- want\n%s\n--- got\n%s", path, want, got)
	}
}
