package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"till/device/store"
	"till/txn"
	"till/txn/bill"
	"till/txn/journal"
	"till/txn/money"
)

var billUpdate = flag.Bool("update-bill", false, "write what till bill says into testdata/bill")

// billLife is the life of the terminal in the fixtures of txn/bill.
const billLife = "7K2QXM4NHD8P"

// billFixture is a file of txn/bill's.
func billFixture(name string) string {
	return filepath.Join("..", "..", "txn", "bill", "testdata", name)
}

// billDay keeps a journal with the day that the fixtures agree with, and more
// sales where more says so.
func billDay(t *testing.T, rail txn.RailName, more bool) string {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(dir, store.Create(), store.ReserveSize(64<<10))
	if err != nil {
		t.Fatal(err)
	}
	h := &keptStory{t: t, keep: keep(s, 8*time.Hour), at: billAt(t, "08:00:00")}
	h.add(txn.Opened{At: h.at, Install: billLife})
	h.billSale(rail, 1, "09:01:10", 1250, "paid")
	h.billSale(rail, 2, "11:30:01", 12800, "paid")
	h.billSale(rail, 3, "18:03:00", 3680, "paid")
	h.billSale(rail, 4, "18:59:55", 800, "reversed")
	billRefund(t, s, rail, 5, 2, "18:20:40", 2800)
	if more {
		h.billSale(rail, 7, "20:00:00", 2000, "paid")
		h.billSale(rail, 8, "20:30:00", 1500, "asking")
		h.billSale(rail, 9, "23:59:50", 700, "paid")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func billAt(t *testing.T, clock string) txn.Wall {
	t.Helper()
	at, err := time.ParseInLocation(time.DateTime, "2026-11-22 "+clock, time.FixedZone("", 8*3600))
	if err != nil {
		t.Fatal(err)
	}
	return txn.Wall(at.UnixMilli())
}

// billSale journals one sale.
func (h *keptStory) billSale(rail txn.RailName, n uint64, clock string, fen int64, end string) {
	h.t.Helper()
	at, o := billAt(h.t, clock), txn.NewOrderNo(billLife, n)
	h.add(txn.Begun{At: at, Order: o, Rail: rail, Amount: money.Fen(fen), Terminal: "T0317", Operator: "01"})
	switch end {
	case "paid":
		h.add(txn.Paid{At: at + 2000, Day: 20261122, Order: o, Reference: txn.Reference(fmt.Sprintf("4200%d", n))},
			txn.ReceiptDue{At: at + 2000, Order: o})
		h.add(txn.ReceiptSending{At: at + 2100, Order: o, Attempt: 1})
		h.add(txn.ReceiptPrinted{At: at + 2200, Order: o, Attempt: 1})
	case "reversed":
		h.add(txn.ReversalDue{At: at + 30_000, Order: o, Cause: txn.CauseNoAnswer})
		h.add(txn.Reversed{At: at + 35_000, Order: o, Cause: txn.CauseConfirmed})
	}
}

// billRefund keeps the row and the records of a refund that was paid out. (The
// records are of kinds that the journal has had from the first day, so that this
// test does not depend on how refunds are encoded.)
func billRefund(t *testing.T, s *store.Store, rail txn.RailName, n, of uint64, clock string, fen int64) {
	t.Helper()
	err := s.Append(nil, []store.Row{{
		Tx: n, Order: string(txn.NewRefundNo(billLife, n)), At: int64(billAt(t, clock)), Day: 20261122, Amount: fen,
		Rail: string(rail), State: "paid-back", Kind: journal.Refund, Of: string(txn.NewOrderNo(billLife, of)),
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// billRun runs the command and returns its status, output and error output.
func billRun(args ...string) (int, string, string) {
	var out, errOut bytes.Buffer
	status := run(append([]string{"bill"}, args...), &out, &errOut)
	return status, out.String(), errOut.String()
}

// billArgs are the arguments about the day of the fixtures.
func billArgs(rail txn.RailName, dir string, more ...string) []string {
	return append([]string{"--rail", string(rail), "--day", "20261122", "--data", dir}, more...)
}

// billGolden compares with a file in testdata/bill.
func billGolden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", "bill", name)
	if *billUpdate {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil || string(want) != got {
		t.Errorf("%s: %v\n%s", name, err, got)
	}
}

func TestADayFileThatAgreesEndsWell(t *testing.T) {
	for _, c := range []struct{ rail, file, merchant, golden string }{
		{"wechatpay", "wechat-all.csv", "1900000001", "agrees-wechat"},
		{"alipay", "alipay-gbk.csv", "2088102175896052", "agrees-alipay"},
	} {
		dir := billDay(t, txn.RailName(c.rail), false)
		for _, lang := range []string{"zh", "en"} {
			args := billArgs(txn.RailName(c.rail), dir, "--merchant", c.merchant, "--rate", "60", "--all", "--lang", lang)
			status, out, errOut := billRun(append(args, billFixture(c.file))...)
			if status != exitGood || errOut != "" {
				t.Errorf("%s, %s: status %d\n%s%s", c.file, lang, status, out, errOut)
			}
			billGolden(t, c.golden+"-"+lang+".txt", out)
		}
	}
}

// TestEachDifferenceIsShownWithWhatToDo: C03, A55.
func TestEachDifferenceIsShownWithWhatToDo(t *testing.T) {
	dir := billDay(t, txn.WeChatPay, true)
	for _, lang := range []string{"zh", "en"} {
		args := billArgs(txn.WeChatPay, dir, "--rate", "60", "--lang", lang, billFixture("wechat-differs.csv"))
		status, out, errOut := billRun(args...)
		if status != exitWarned || errOut != "" {
			t.Errorf("%s: status %d\n%s", lang, status, errOut)
		}
		billGolden(t, "differs-"+lang+".txt", out)
	}
}

// TestTheNeighboursFileSettlesWhatIsNearMidnight: a sale of 23:59:50 that the
// network booked on the next day.
func TestTheNeighboursFileSettlesWhatIsNearMidnight(t *testing.T) {
	dir := billDay(t, txn.WeChatPay, true)
	good, err := os.ReadFile(billFixture("wechat-success.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(good), "\n")
	row := strings.NewReplacer("2026-11-22 09:01:12", "2026-11-23 00:00:01", "P0000000001", "P0000000009", "`12.50", "`7.00")
	next := filepath.Join(t.TempDir(), "next")
	text := lines[0] + "\n" + row.Replace(lines[1]) + "\n总交易单数,订单总金额\n`1,`7.00\n"
	if err := os.WriteFile(next, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	midnight := func(files ...string) bool {
		_, out, errOut := billRun(billArgs(txn.WeChatPay, dir, files...)...)
		if errOut != "" || !strings.Contains(out, "only in the journal") {
			t.Errorf("%v:\n%s%s", files, out, errOut)
		}
		return strings.Contains(out, "near midnight")
	}
	if day := billFixture("wechat-differs.csv"); !midnight(day) || midnight(day, next) {
		t.Error("the next day's file settles nothing, or was not needed")
	}
	// The next day itself agrees, and says that we have it on the day before.
	args := []string{"--rail", "wechatpay", "--day", "20261123", "--data", dir, "--all", next}
	if status, out, errOut := billRun(args...); status != exitGood || !strings.Contains(out, "(in the other day: 2026-11-22)") {
		t.Errorf("status %d\n%s%s", status, out, errOut)
	}
}

func TestTheJSONOfABillSaysTheSame(t *testing.T) {
	dir := billDay(t, txn.WeChatPay, true)
	status, out, _ := billRun(billArgs(txn.WeChatPay, dir, "--rate", "60", "--json",
		billFixture("wechat-differs.csv"))...)
	var r billReport
	if err := json.Unmarshal([]byte(out), &r); err != nil || status != exitWarned {
		t.Fatalf("%v, status %d\n%s", err, status, out)
	}
	if r.Agrees || r.Checked || r.Day != 20261122 || r.Count(bill.AmountDiffers) != 2 || len(r.Fees.Lines) != 1 ||
		r.There.Payments.Count != 7 {
		t.Errorf("%+v", r)
	}
}

// TestABadDayFileIsRefusedInWords: every refusal ends with 2, names the file, and
// nothing is compared.
func TestABadDayFileIsRefusedInWords(t *testing.T) {
	dir, tmp := billDay(t, txn.WeChatPay, false), t.TempDir()
	good, err := os.ReadFile(billFixture("wechat-all.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		data   []byte
		more   string
		zh, en string
	}{
		{"cut", good[:1900], "", "文件不完整", "the end of the file is missing"},
		{"foreign", good, "--merchant=1900000002", "别的商户", `of another merchant: found "1900000001", expected 1900000002`},
		{"yesterday", good, "--day=20261121", "别的日期", `of another day: found "20261122", expected 20261121`},
		{"amount", bytes.Replace(good, []byte("`0.60%,`36.80"), []byte("`0.60%,`x"), 1), "", `第 4 行，订单金额：文件中为 "x"`,
			`line 4, 订单金额: found "x", expected 12.50`},
		{"zip", []byte("PK\x03\x04"), "", "压缩文件", "packed"},
		{"gz", []byte{0x1f, 0x8b, 8}, "", "压缩文件", "packed"},
	} {
		file := filepath.Join(tmp, c.name)
		if err := os.WriteFile(file, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		for lang, says := range map[string]string{"zh": c.zh, "en": c.en} {
			args := billArgs(txn.WeChatPay, dir, "--lang", lang, file)
			if c.more != "" {
				args = append(args, c.more)
			}
			status, out, errOut := billRun(args...)
			if status != exitUsage || out != "" || !strings.Contains(errOut, says) || !strings.Contains(errOut, file) {
				t.Errorf("%s, %s: status %d\n%s%s", c.name, lang, status, out, errOut)
			}
		}
	}
}

func TestABillForADayWithoutSalesIsNotFound(t *testing.T) {
	dir := billDay(t, txn.Alipay, false) // nothing on WeChat Pay
	for lang, says := range map[string]string{"zh": "账单有 4 笔收款、2 笔退款", "en": "in the file: payments 4, refunds 2"} {
		status, out, errOut := billRun(billArgs(txn.WeChatPay, dir, "--lang", lang, billFixture("wechat-all.csv"))...)
		if status != exitAbsent || out != "" || !strings.Contains(errOut, says) {
			t.Errorf("%s: status %d\n%s%s", lang, status, out, errOut)
		}
	}
	if status, _, _ := billRun(billArgs(txn.WeChatPay, t.TempDir(),
		billFixture("wechat-all.csv"))...); status != exitAbsent {
		t.Errorf("without a journal: status %d", status)
	}
	if status, _, _ := billRun(billArgs(txn.WeChatPay, dir, billFixture("none.csv"))...); status != exitAbsent {
		t.Errorf("without the file: status %d", status)
	}
}

func TestABillIsAskedForProperly(t *testing.T) {
	dir := billDay(t, txn.WeChatPay, false)
	file := billFixture("wechat-all.csv")
	for _, args := range [][]string{
		{"--rail", "lakala", "--day", "20261122", "--data", dir, file}, {"--rail", "wechatpay", "--day", "20261131",
			"--data", dir, file},
		{"--rail", "wechatpay", "--data", dir, file}, {"--rail", "wechatpay", "--day", "20261122", "--data", dir},
		billArgs(txn.WeChatPay, dir, "--rate", "10001", file), billArgs(txn.WeChatPay, dir, "--lang", "fr", file),
	} {
		if status, _, errOut := billRun(args...); status != exitUsage || !strings.Contains(errOut, "till help") {
			t.Errorf("%v: status %d\n%s", args, status, errOut)
		}
	}
}

// TestAPackedBillIsUnpacked: Alipay's zip holds a summary beside the details, in
// any order, and WeChat Pay sends gzip when asked.
func TestAPackedBillIsUnpacked(t *testing.T) {
	read := func(name string) []byte {
		data, err := os.ReadFile(billFixture(name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var zipped, gzipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	for _, f := range []struct {
		name string
		data []byte
	}{
		{"\xd2\xb5\xce\xf1(\xbb\xe3\xd7\xdc).csv", []byte("#支付宝业务汇总查询\r\n")},
		{"\xd2\xb5\xce\xf1.csv", read("alipay-gbk.csv")},
	} {
		w, err := z.Create(f.name)
		if err == nil {
			_, err = w.Write(f.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	g := gzip.NewWriter(&gzipped)
	_, err := g.Write(read("wechat-all.csv"))
	if err = errors.Join(err, g.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	for rail, data := range map[txn.RailName][]byte{txn.Alipay: zipped.Bytes(), txn.WeChatPay: gzipped.Bytes()} {
		file := filepath.Join(t.TempDir(), "bill")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if status, out, errOut := billRun(billArgs(rail, billDay(t, rail, false), file)...); status != exitGood {
			t.Errorf("%s: status %d\n%s%s", rail, status, out, errOut)
		}
	}
}

func TestEveryWordOfTheBillIsThere(t *testing.T) {
	for lang, words := range billWords {
		for _, v := range bill.Verdicts {
			if words.verdicts[v] == "" {
				t.Errorf("%d: no words for the verdict %s", lang, v)
			}
		}
		for _, a := range bill.Actions {
			if words.actions[a] == "" || strings.Contains(words.actions[a], "%s") != (a == bill.SeeOtherFile) {
				t.Errorf("%d: no words for the action %s", lang, a)
			}
		}
		for _, p := range bill.Problems {
			if words.problems[p] == "" {
				t.Errorf("%d: no words for the problem %s", lang, p)
			}
		}
		for _, s := range []bill.State{bill.Paid, bill.Reversed, bill.Refused, bill.GivenUp, bill.Open, bill.Refunded,
			bill.Accepted, bill.Stuck} {
			if words.states[s] == "" {
				t.Errorf("%d: no words for the state %s", lang, s)
			}
		}
		for v, i := reflect.ValueOf(words), 0; i < v.NumField(); i++ {
			if v.Field(i).IsZero() {
				t.Errorf("%d: no words for %s", lang, v.Type().Field(i).Name)
			}
		}
	}
	if len(billWords) != len(languages) {
		t.Errorf("%d languages", len(billWords))
	}
}

// TestARecordOfARefundSaysHowItStands follows the entries of a refund.
func TestARecordOfARefundSaysHowItStands(t *testing.T) {
	for _, c := range []struct {
		entries []txn.Entry
		state   bill.State
		ended   txn.Wall
	}{
		{[]txn.Entry{txn.RefundBegun{At: 1}, txn.RefundSent{At: 2}, txn.RefundHeld{At: 3}}, bill.Open, 0},
		{[]txn.Entry{txn.RefundBegun{At: 1}, txn.RefundTaken{At: 4}}, bill.Accepted, 4},
		{[]txn.Entry{txn.RefundBegun{At: 1}, txn.RefundTaken{At: 4}, txn.RefundPaid{At: 9}}, bill.Refunded, 4},
		{[]txn.Entry{txn.RefundBegun{At: 1}, txn.RefundPaid{At: 9}}, bill.Refunded, 9},
		{[]txn.Entry{txn.RefundBegun{At: 1}, txn.RefundFailed{At: 9}}, bill.Refused, 0},
		{[]txn.Entry{txn.RefundBegun{At: 1}, txn.RefundTaken{At: 4}, txn.RefundDead{At: 9}}, bill.Stuck, 4},
		{[]txn.Entry{txn.RefundBegun{At: 1}, txn.RefundTaken{At: 4}, txn.RefundStranded{At: 9},
			txn.RefundCashed{At: 10}}, bill.Stuck, 4},
		{[]txn.Entry{txn.RefundBegun{At: 1}, txn.RefundCashed{At: 10}}, bill.Refused, 0},
		{[]txn.Entry{txn.RefundBegun{At: 1}, txn.RefundSent{At: 2}, txn.RefundWrittenOff{At: 9}}, bill.GivenUp, 9},
		{[]txn.Entry{txn.Paid{At: 1}, txn.ReversalDue{At: 2}, txn.ReturnedBy{At: 3}}, bill.Reversed, 3},
		{[]txn.Entry{txn.Begun{At: 1}, txn.ReversalDue{At: 2}, txn.WrittenOff{At: 3}}, bill.GivenUp, 3},
	} {
		e := bill.Entry{State: bill.Open}
		for _, entry := range c.entries {
			billStep(&e, entry)
		}
		if e.State != c.state || e.Ended != c.ended {
			t.Errorf("%v: %s at %d", c.entries, e.State, e.Ended)
		}
	}
}
