package bill

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"till/txn"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parsed(t testing.TB, rail txn.RailName, name string) Bill {
	t.Helper()
	b, err := Parse(rail, fixture(t, name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b
}

func railOf(name string) txn.RailName {
	if strings.HasPrefix(name, "alipay") {
		return txn.Alipay
	}
	return txn.WeChatPay
}

// The numbers in the fixtures: one life of one terminal.
const life = "7K2QXM4NHD8P"

func sale(n uint64) string   { return string(txn.NewOrderNo(life, n)) }
func refund(n uint64) string { return string(txn.NewRefundNo(life, n)) }

func at(t testing.TB, s string) txn.Wall {
	t.Helper()
	when, err := time.ParseInLocation(time.DateTime, s, time.FixedZone("", 8*3600))
	if err != nil {
		t.Fatal(err)
	}
	return txn.Wall(when.UnixMilli())
}

func TestAFileIsReadWholeAndItsSummaryAgrees(t *testing.T) {
	for _, c := range []struct {
		name          string
		merchant      string
		covers        Covers
		pay, back     Sum
		fee           int64
		order, refund string // of the first payment and the first refund
	}{
		{"wechat-all.csv", "1900000001", All, Sum{4, 18530}, Sum{2, 3600}, 90, sale(1), refund(5)},
		{"wechat-success.csv", "1900000001", PaymentsOnly, Sum{4, 18530}, Sum{}, 112, sale(1), ""},
		{"wechat-refund.csv", "1900000001", RefundsOnly, Sum{}, Sum{2, 3600}, -22, "", refund(5)},
		{"wechat-v2.txt", "10000100", All, Sum{2, 2}, Sum{}, 0, "1415640626", ""},
		{"alipay-gbk.csv", "2088102175896052", All, Sum{4, 18530}, Sum{2, 3600}, 90, sale(1), refund(5)},
		{"alipay-utf8.csv", "2088102175896052", All, Sum{4, 18530}, Sum{2, 3600}, 90, sale(1), refund(5)},
	} {
		b := parsed(t, railOf(c.name), c.name)
		if b.Rail != railOf(c.name) || b.Merchant != c.merchant || b.Day != 20261122 || b.Covers != c.covers ||
			len(b.Notes) != 0 {
			t.Errorf("%s: %s %s of %d, covers %d, notes %v", c.name, b.Rail, b.Merchant, b.Day, b.Covers, b.Notes)
		}
		if b.Totals != (Totals{c.pay, c.back, c.fee}) {
			t.Errorf("%s: totals %+v", c.name, b.Totals)
		}
		if c.order != "" && b.Payments[0].Order != c.order || c.refund != "" && b.Refunds[0].Refund != c.refund {
			t.Errorf("%s: begins with %+v, %+v", c.name, b.Payments, b.Refunds)
		}
	}
}

func TestEachColumnOfARowIsUnderstood(t *testing.T) {
	b := parsed(t, txn.WeChatPay, "wechat-all.csv")
	want := []Line{
		{3, sale(2), "", "4200002902202611220000000001", 12800, 77, 6000, "SUCCESS", Charged,
			at(t, "2026-11-22 11:30:05")},
		{5, sale(2), refund(5), "50300008502026112200000001", 2800, -17, 6000, "SUCCESS", Returned,
			at(t, "2026-11-22 18:20:44")},
		{7, sale(4), "", "4200002904202611220000000001", 800, -5, 6000, "SUCCESS", Revoked, at(t, "2026-11-22 19:00:31")},
	}
	if b.Payments[1] != want[0] || b.Refunds[0] != want[1] || b.Refunds[1] != want[2] {
		t.Errorf("read %+v and %+v", b.Payments[1], b.Refunds)
	}
	a := parsed(t, txn.Alipay, "alipay-gbk.csv")
	wantBack := Line{9, sale(2), refund(5), "2026112222001419931441931973", 2800, -17, 0, "退款", Returned,
		at(t, "2026-11-22 18:20:44")}
	if a.Refunds[0] != wantBack || a.Payments[1].Fee != 77 {
		t.Errorf("read %+v, and a fee of %d", a.Refunds[0], a.Payments[1].Fee)
	}
}

// TestTheTwinsFileIsRead: the file was written by sim/railsim/wechatsim, which
// knows nothing of this package: three payments, a refund of 4.00, a reversal.
func TestTheTwinsFileIsRead(t *testing.T) {
	b := parsed(t, txn.WeChatPay, "wechat-twin.csv")
	if want := (Totals{Sum{3, 3000}, Sum{2, 1400}, 10}); b.Totals != want || b.Day != 20300301 || len(b.Notes) != 0 {
		t.Errorf("%d: totals %+v, notes %v", b.Day, b.Totals, b.Notes)
	}
	entry := func(kind Kind, order, number string, fen int64, state State) Entry {
		return Entry{Kind: kind, Order: order, Refund: number, Amount: fen, State: state, Day: b.Day,
			At: b.Payments[0].At}
	}
	r := Compare([]Entry{
		entry(Sale, "000001", "", 1000, Paid), entry(Sale, "000002", "", 1000, Reversed),
		entry(Sale, "000003", "", 1000, Paid), entry(Refund, "000001", "r1", 400, Accepted),
	}, b)
	if v := verdicts(r); v != "" || r.Count(Matched) != 4 || CheckFees(b, 60).Wrong() {
		t.Errorf("%d matched, and\n%s", r.Count(Matched), v)
	}
}

// edit replaces the first old of a fixture.
func edit(t testing.TB, name, old, with string) []byte {
	t.Helper()
	data := fixture(t, name)
	if !bytes.Contains(data, []byte(old)) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	return bytes.Replace(data, []byte(old), []byte(with), 1)
}

func refused(t *testing.T, rail txn.RailName, data []byte) *Error {
	t.Helper()
	b, err := Parse(rail, data)
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("taken, or another error: %v", err)
	}
	if b.Payments != nil || b.Refunds != nil || b.Totals != (Totals{}) {
		t.Errorf("something half-read is left: %+v", b)
	}
	return e
}

// TestABadFileIsRefusedByLineAndValue: C03. Nothing of such a file is used.
func TestABadFileIsRefusedByLineAndValue(t *testing.T) {
	const w, a = "wechat-all.csv", "alipay-utf8.csv"
	sums := "总交易单数,应结"
	for _, c := range []struct {
		name    string
		rail    txn.RailName
		data    []byte
		problem Problem
		line    int
		says    string
	}{
		{"nothing", txn.WeChatPay, []byte(" \r\n\ufeff"[:3]), Empty, 0, ""},
		{"a zip", txn.Alipay, []byte("PK\x03\x04...."), Packed, 0, ""},
		{"a gzip", txn.WeChatPay, []byte{0x1f, 0x8b, 8, 0}, Packed, 0, ""},
		{"not text", txn.WeChatPay, []byte("\n\xff\xff\xff\xff\xff\xff"), NotText, 2, ""},
		{"a refusal in XML", txn.WeChatPay, []byte("<xml><return_code>FAIL</return_code></xml>"), Refusal, 0,
			"return_code"},
		{"a refusal in JSON", txn.WeChatPay, []byte(`{"code":"NO_STATEMENT_EXIST"}`), Refusal, 0, "NO_STATEMENT_EXIST"},
		{"Alipay's for WeChat Pay", txn.WeChatPay, fixture(t, a), OtherRail, 1, "wechatpay"},
		{"WeChat Pay's for Alipay", txn.Alipay, fixture(t, w), OtherRail, 1, "alipay"},
		{"a rail without files", "lakala", fixture(t, w), OtherRail, 0, "lakala"},
		{"the fund flow", txn.WeChatPay, []byte("记账时间,微信支付业务单号\n"), OtherBill, 1, "记账时间"},
		{"the account's movements", txn.Alipay, []byte("#支付宝账务明细查询\n"), OtherBill, 1, "账务明细"},
		{"another table", txn.WeChatPay, []byte("a,b\n1,2\n"), Shape, 1, "交易时间"},
		{"no summary", txn.WeChatPay, fixture(t, w)[:bytes.Index(fixture(t, w), []byte(sums))], Truncated, 7, "总交易单数"},
		{"cut in a row", txn.WeChatPay, fixture(t, w)[:1500], Truncated, 5, "总交易单数"},
		{"cut in a character", txn.WeChatPay, fixture(t, w)[:bytes.Index(fixture(t, w), []byte("收银台"))+4], Truncated,
			2, "总交易单数"},
		{"cut behind the summary header", txn.WeChatPay, fixture(t, w)[:bytes.Index(fixture(t, w), []byte("`6,`"))],
			Truncated, 8, "总交易单数"},
		{"cut in the summary", txn.WeChatPay, edit(t, w, "`0.90000,`185.30,`36.00", ""), Fields, 9, "7"},
		{"a row is gone", txn.WeChatPay, edit(t, w, "\r\n`2026-11-22 18:03:07", "\r\n\r\n"), Shape, 5, "`"},
		{"another count", txn.WeChatPay, edit(t, w, "`6,`185.30", "`7,`185.30"), Differs, 9, "6"},
		{"another sum", txn.WeChatPay, edit(t, w, "`185.30,`36.00\r", "`185.30,`36.01\r"), Differs, 9, "36.01"},
		{"another fee", txn.WeChatPay, edit(t, w, "`0.22000", "`0.21990"), Differs, 9, "0.89990"},
		{"another merchant", txn.WeChatPay, edit(t, w, "`1900000001,`0,`till-0001,`4200002903",
			"`1900000002,`0,`till-0001,`4200002903"),
			Merchants, 4, "1900000002"},
		{"another day", txn.WeChatPay, edit(t, w, "`2026-11-22 18:03", "`2026-11-21 18:03"), Days, 4, "20261121"},
		{"no time", txn.WeChatPay, edit(t, w, "`2026-11-22 18:03:07", "`2026/11/22 18:03"), BadValue, 4, "2026/11/22"},
		{"no amount", txn.WeChatPay, edit(t, w, "`0.60%,`36.80", "`0.60%,`3.68E+1"), BadValue, 4, "3.68E+1"},
		{"a part of a fen", txn.WeChatPay, edit(t, w, "`0.60%,`36.80", "`0.60%,`36.801"), BadValue, 4, "36.801"},
		{"a huge amount", txn.WeChatPay, edit(t, w, "`0.60%,`36.80", "`0.60%,`999999999.00"), BadValue, 4,
			"999999999.00"},
		{"a negative payment", txn.WeChatPay, edit(t, w, "`0.60%,`36.80", "`0.60%,`-36.80"), BadValue, 4, "-36.80"},
		{"an unknown state", txn.WeChatPay, edit(t, w, "`MICROPAY,`SUCCESS", "`MICROPAY,`TRANSFER"), BadValue, 2,
			"TRANSFER"},
		{"an unknown refund state", txn.WeChatPay, edit(t, w, "`ORIGINAL,`SUCCESS", "`ORIGINAL,`MAYBE"), BadValue, 5,
			"MAYBE"},
		{"dollars", txn.WeChatPay, edit(t, w, "`CNY", "`USD"), BadValue, 2, "USD"},
		{"no order", txn.WeChatPay, edit(t, w, "`"+sale(3), "`"), BadValue, 4, "商户订单号"},
		{"a missing column", txn.WeChatPay, edit(t, w, "商户订单号,", "我方单号,"), NoColumn, 1, "商户订单号"},
		{"a column twice", txn.WeChatPay, edit(t, w, "公众账号ID,", "商户号,"), Shape, 1, "商户号"},
		{"a field too many", txn.WeChatPay, edit(t, w, "`12.50,`0.00,`\r", "`12.50,`0.00,`,`\r"), Fields, 2, "27"},
		{"no backquotes", txn.WeChatPay, edit(t, w, "`2026-11-22 09", "2026-11-22 09"), Shape, 2, "`"},
		{"two files in one", txn.WeChatPay, append(fixture(t, w), fixture(t, w)[3:]...), Shape, 10, "EOF"},
		{"no end", txn.Alipay, edit(t, a, "业务明细列表结束", "业务明细列表"), Truncated, 15, "业务明细列表结束"},
		{"no payments' sum", txn.Alipay, edit(t, a, "#交易合计", "#合计"), Truncated, 15, "交易合计"},
		{"no refunds' sum", txn.Alipay, edit(t, a, "#退款合计", "#合计"), Truncated, 15, "退款合计"},
		{"another count", txn.Alipay, edit(t, a, "合计：4笔", "合计：5笔"), Differs, 13, "4"},
		{"another sum", txn.Alipay, edit(t, a, "共185.30元", "共185.31元"), Differs, 13, "185.31"},
		{"an odd sum", txn.Alipay, edit(t, a, "商家实收共185.30元", "实收185.30元"), Shape, 13, "商家实收"},
		{"a month", txn.Alipay, edit(t, a, "2026年11月23日 00:00:00]", "2026年12月22日 00:00:00]"), BadValue, 3, "2026年12月"},
		{"no account", txn.Alipay, edit(t, a, "[20881021758960520156]", "[]"), BadValue, 2, "2088"},
		{"an unknown kind", txn.Alipay, edit(t, a, ",交易\t", ",转账\t"), BadValue, 6, "转账"},
		{"a comma in the name", txn.Alipay, edit(t, a, "咖啡豆", "咖啡,豆"), Fields, 7, "26"},
		{"a row behind the end", txn.Alipay, append(fixture(t, a), "1,2\r\n"...), Shape, 16, "#…"},
	} {
		e := refused(t, c.rail, c.data)
		if e.Problem != c.problem || e.Line != c.line || !strings.Contains(e.Error(), c.says) {
			t.Errorf("%s: %v; want %s in line %d with %q", c.name, e, c.problem, c.line, c.says)
		}
	}
}

func TestAnUnknownColumnIsANoteAndAMissingOptionalOneIsNothing(t *testing.T) {
	data := edit(t, "wechat-all.csv", "公众账号ID", "小程序ID")
	data = bytes.Replace(data, []byte("付款银行"), []byte("付款方式"), 1)
	b, err := Parse(txn.WeChatPay, data)
	if err != nil || len(b.Notes) != 2 || b.Notes[0] != (Note{1, "小程序ID"}) {
		t.Errorf("%v, notes %v", err, b.Notes)
	}
	// 费率 has another name, so that the rate is not told.
	b, err = Parse(txn.WeChatPay, edit(t, "wechat-all.csv", "费率,", "费用率,"))
	if err != nil || b.Payments[0].Rate != 0 || b.Payments[0].Fee != 8 {
		t.Errorf("%v, %+v", err, b.Payments)
	}
}

func TestAFileThatASpreadsheetQuotedIsRead(t *testing.T) {
	data := edit(t, "alipay-utf8.csv", "收银台", `"收银台, ""二楼"""`)
	if b, err := Parse(txn.Alipay, data); err != nil || len(b.Payments) != 4 {
		t.Errorf("%v, %+v", err, b.Totals)
	}
}

func TestAFileBelongsToOneShopAndDay(t *testing.T) {
	b := parsed(t, txn.WeChatPay, "wechat-all.csv")
	for _, c := range []struct {
		merchant string
		day      int
		problem  Problem
	}{
		{"1900000001", 20261122, ""}, {"", 20261122, ""}, {"1900000002", 20261122, Merchants}, {"1900000001", 20261121, Days},
	} {
		err := b.Check(c.merchant, c.day)
		e, ok := errors.AsType[*Error](err)
		if ok != (c.problem != "") || ok && e.Problem != c.problem {
			t.Errorf("for %s on %d: %v", c.merchant, c.day, err)
		}
	}
}

func TestASubMerchantIsTheMerchant(t *testing.T) {
	data := bytes.ReplaceAll(fixture(t, "wechat-all.csv"), []byte("`1900000001,`0,"),
		[]byte("`1900000001,`1900000109,"))
	if b, err := Parse(txn.WeChatPay, data); err != nil || b.Merchant != "1900000109" {
		t.Errorf("%v, merchant %q", err, b.Merchant)
	}
}

func TestAFileWithoutRowsIsOfAnyDay(t *testing.T) {
	head, _, _ := bytes.Cut(fixture(t, "wechat-success.csv"), []byte("\n"))
	b, err := Parse(txn.WeChatPay, append(bytes.Clone(head), "\n总交易单数,订单总金额\n`0,`0.00\n"...))
	if err != nil || b.Day != 0 || b.Check("1900000001", 20261122) != nil {
		t.Errorf("%v, %+v", err, b)
	}
}

// TestOldFilesAreReadToo: the time of a refund is that of its acceptance, and a
// reversal may have its amount in the column of the payment.
func TestOldFilesAreReadToo(t *testing.T) {
	b, err := Parse(txn.WeChatPay, edit(t, "wechat-refund.csv", "`2026-11-22 18:20:44", "`2026-11-20 11:30:05"))
	if err != nil || b.Day != 20261122 || b.Refunds[0].At != at(t, "2026-11-22 18:20:44") {
		t.Errorf("%v, %+v", err, b)
	}
	data := edit(t, "wechat-v2.txt", "`SUCCESS", "`REVOKED")
	b, err = Parse(txn.WeChatPay, data)
	if err != nil || len(b.Refunds) != 1 || b.Refunds[0].Amount != 1 || b.Refunds[0].Fate != Revoked {
		t.Errorf("%v, %+v", err, b.Refunds)
	}
}

func TestAnAccountMayStandWithoutItsSuffix(t *testing.T) {
	const a = "alipay-utf8.csv"
	if b, err := Parse(txn.Alipay, edit(t, a, "20881021758960520156", "2088102175896052")); err != nil ||
		b.Merchant != "2088102175896052" {
		t.Errorf("%v, %s", err, b.Merchant)
	}
	if e := refused(t, txn.Alipay, edit(t, a, "20881021758960520156", "20881021758960520157")); e.Line != 2 {
		t.Error(e)
	}
	noon := bytes.ReplaceAll(fixture(t, a), []byte("日 00:00:00]"), []byte("日 12:00:00]"))
	if e := refused(t, txn.Alipay, noon); e.Line != 3 {
		t.Error(e)
	}
}

func TestAFileIsBounded(t *testing.T) {
	if e := refused(t, txn.WeChatPay, make([]byte, BytesMax+1)); e.Problem != TooLarge {
		t.Error(e)
	}
	data := bytes.TrimPrefix(fixture(t, "wechat-success.csv"), nil)
	head, rest, _ := bytes.Cut(data, []byte("\n"))
	row, _, _ := bytes.Cut(rest, []byte("\n"))
	row = append(row, '\n')
	build := func(n int) []byte {
		out := append(bytes.Clone(head), '\n')
		out = append(out, bytes.Repeat(row, n)...)
		return append(out, "总交易单数,订单总金额\n`100000,`1250000.00\n"...)
	}
	if e := refused(t, txn.WeChatPay, build(rowsMax+1)); e.Problem != TooLarge || e.Line != rowsMax+2 {
		t.Error(e)
	}
	if b, err := Parse(txn.WeChatPay, build(rowsMax)); err != nil || len(b.Payments) != rowsMax {
		t.Errorf("%v, %+v", err, b.Totals)
	}
}

// FuzzParse: whatever is taken adds up, and is of one merchant and day; no
// error quotes more than a piece of the file.
func FuzzParse(f *testing.F) {
	names, err := filepath.Glob("testdata/*.*")
	if err != nil || len(names) < 6 {
		f.Fatal(names, err)
	}
	for _, n := range names {
		f.Add(fixture(f, filepath.Base(n)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, rail := range []txn.RailName{txn.WeChatPay, txn.Alipay} {
			b, err := Parse(rail, data)
			if err != nil {
				e, ok := errors.AsType[*Error](err)
				if !ok || len(e.Error()) > 1000 || b.Rail != "" {
					t.Fatalf("%v, %+v", err, b)
				}
				continue
			}
			var sum Totals
			for _, l := range b.Payments {
				sum.Payments.add(l.Amount)
				sum.Fee += l.Fee
				if l.Fate != Charged || l.Order == "" || l.Amount < 0 {
					t.Fatalf("a payment %+v", l)
				}
			}
			for _, l := range b.Refunds {
				sum.Refunds.add(l.Amount)
				sum.Fee += l.Fee
				if l.Fate == Charged || l.Order == "" {
					t.Fatalf("a refund %+v", l)
				}
			}
			if sum != b.Totals || len(b.Notes) > notesMax {
				t.Fatalf("%+v is not %+v", sum, b.Totals)
			}
			_ = Compare(nil, b, b)
		}
	})
}
