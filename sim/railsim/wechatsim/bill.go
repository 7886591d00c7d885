package wechatsim

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha1"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"till/sim/railsim"
)

const (
	billHour   = 10 // of the next day: when the bill is made (doc.go S10)
	billMonths = 3  // how old a bill may be
	billLink   = 5 * time.Minute
	feeRate    = 60 // of 10,000: 0.60%
)

// billHead is the first line, billSum the line above the sums (doc.go S10).
const (
	billHead = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态," +
		"付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态," +
		"商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
	billSum = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)

// billReply is the answer of tradebill.
type billReply struct {
	HashType string `json:"hash_type"`
	Hash     string `json:"hash_value"`
	URL      string `json:"download_url"`
}

// billRow is one payment or one refund.
type billRow struct {
	at     time.Time
	order  *order
	refund *refund // nil for a payment
	fen    int64
	coupon int64
	fee    int64 // hundredths of a fen, negative for a refund
}

// tradeBill makes the file of a day, to be fetched under the address in the
// answer.
func (g *Gateway) tradeBill(r billRequest, b Behaviour, now time.Time) answer {
	from := r.day
	made := from.AddDate(0, 0, 1).Add(billHour * time.Hour)
	refuse := func(code, text string) answer {
		e := newError(code)
		e.message = text
		return failure(e)
	}
	switch {
	case from.Before(now.AddDate(0, -billMonths, 0)):
		return refuse(codeInvalid, "仅支持三个月内的账单下载申请")
	case now.Before(made) && !now.Before(from.AddDate(0, 0, 1)):
		return refuse("STATEMENT_CREATING", "账单生成中")
	case now.Before(made):
		return refuse("NO_STATEMENT_EXIST", "请求的账单文件不存在")
	}
	rows := g.billRows(from, from.AddDate(0, 0, 1), r.kind)
	if len(rows) == 0 && !b.Has(BillExtra) {
		return refuse("NO_STATEMENT_EXIST", "请求的账单文件不存在")
	}
	text := g.billText(spoilBill(rows, b), b)
	sum := sha1.Sum([]byte(text))
	if b.Has(BillWrongHash) {
		sum[0]++
	}
	file := []byte(text)
	if r.gzip {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, _ = z.Write(file) // into memory
		_ = z.Close()
		file = packed.Bytes()
	}
	token := g.Letters(64)
	maps.DeleteFunc(g.bills, func(_ string, f billFile) bool { return !now.Before(f.until) })
	g.bills[token] = billFile{file, now.Add(billLink)}
	return content(&billReply{
		HashType: "SHA1", Hash: fmt.Sprintf("%x", sum),
		URL: "https://" + r.host + billFilePath + "?token=" + token,
	})
}

// billFile is a file that can be fetched for five minutes (doc.go S10).
type billFile struct {
	content []byte
	until   time.Time
}

// fetchBill is the file itself, which is not signed.
func (g *Gateway) fetchBill(token string, now time.Time) answer {
	file, ok := g.bills[token]
	if !ok || !now.Before(file.until) {
		return failure(newError(codeNotFound))
	}
	return answer{status: http.StatusOK, kind: "text/plain", body: file.content}
}

// billRows are the payments and the refunds of a day, in the order of time.
func (g *Gateway) billRows(from, until time.Time, kind string) []billRow {
	within := func(t time.Time) bool { return !t.Before(from) && t.Before(until) }
	var rows []billRow
	for _, s := range g.Sales() {
		o := own(s)
		if o.Charged > 0 && within(o.Paid) && kind != "REFUND" {
			rows = append(rows, billRow{o.Paid, o, nil, o.Fen, o.Coupon, feeOf(o.Fen)})
		}
		if kind == "SUCCESS" {
			continue
		}
		for _, r := range s.Refunds {
			if f, ok := r.Own.(*refund); ok && within(r.Asked) {
				rows = append(rows, billRow{r.Asked, o, f, r.Fen, r.Coupon, -feeOf(r.Fen)})
			}
		}
		if o.Undone > 0 && within(o.Ended) {
			rows = append(rows, billRow{o.Ended, o, nil, -o.Undone, 0, -feeOf(o.Undone)})
		}
	}
	slices.SortStableFunc(rows, func(x, y billRow) int { return x.at.Compare(y.at) })
	return rows
}

// spoilBill makes the file differ from the books.
func spoilBill(rows []billRow, b Behaviour) []billRow {
	last := func(ok func(billRow) bool) int {
		for i, row := range slices.Backward(rows) {
			if ok(row) {
				return i
			}
		}
		return -1
	}
	payment := func(r billRow) bool { return r.refund == nil && r.fen > 0 }
	switch i := last(payment); {
	case b.Has(BillLacks) && i >= 0:
		rows = slices.Delete(rows, i, i+1)
	case b.Has(BillWrongAmount) && i >= 0:
		rows[i].fen++
	case b.Has(BillWrongFee) && i >= 0:
		rows[i].fee += 100
	}
	if i := last(func(r billRow) bool { return r.refund != nil }); b.Has(BillWrongRefund) && i >= 0 {
		rows[i].fen++
	}
	return rows
}

// billText is the file: every value behind a backquote, money in yuan, fees
// with five decimals, lines ended by CR LF, BOM first.
func (g *Gateway) billText(rows []billRow, b Behaviour) string {
	var s strings.Builder
	s.WriteString("\ufeff" + billHead + "\r\n")
	line := func(values []string) {
		for i, v := range values {
			if i > 0 {
				s.WriteByte(',')
			}
			s.WriteString("`" + strings.NewReplacer(",", "，", "`", "'", "\n", " ").Replace(v))
		}
		s.WriteString("\r\n")
	}
	var settled, refunded, coupons, fees, asked int64
	for _, row := range rows {
		line(g.billLine(row))
		fees += row.fee
		switch {
		case row.refund != nil:
			refunded, coupons, asked = refunded+row.fen, coupons+row.coupon, asked+row.fen
		case row.fen < 0:
			refunded, asked = refunded-row.fen, asked-row.fen
		default:
			settled += row.fen
		}
	}
	if b.Has(BillExtra) {
		stray := billRow{at: rowTime(rows), fen: 100, fee: feeOf(100), order: &order{Sale: &railsim.Sale{
			Number: "STRAY" + g.Digits(10), ID: "4200" + g.Digits(24), Kind: "MICROPAY", Fen: 100}}}
		rows = append(rows, stray)
		line(g.billLine(stray))
		settled, fees = settled+stray.fen, fees+stray.fee
	}
	s.WriteString(billSum + "\r\n")
	line([]string{
		fmt.Sprint(len(rows)), railsim.Yuan(settled), railsim.Yuan(refunded), railsim.Yuan(coupons),
		feeText(fees), railsim.Yuan(settled), railsim.Yuan(asked),
	})
	return s.String()
}

func rowTime(rows []billRow) time.Time {
	if len(rows) == 0 {
		return time.Time{}
	}
	return rows[len(rows)-1].at
}

// billLine is one row's values, in the order of billHead.
func (g *Gateway) billLine(row billRow) []string {
	o := row.order
	who := ""
	if o.Payer != nil {
		who = openID(g.cfg.AppID, o.Payer.Name())
	}
	v := []string{
		row.at.In(railsim.Beijing).Format(time.DateTime), g.cfg.AppID, g.cfg.MchID, "0", "",
		o.ID, o.Number, who, o.Kind, "SUCCESS", "OTHERS", "CNY",
		railsim.Yuan(row.fen), railsim.Yuan(row.coupon), "0", "0", "0.00", "0.00", "", "",
		o.description, o.attach, feeText(row.fee), "0.60%", railsim.Yuan(row.fen), "0.00", "",
	}
	switch {
	case row.refund != nil:
		f := row.refund
		v[9], v[12], v[13], v[14], v[15] = "REFUND", "0.00", "0.00", f.ID, f.Key
		v[16], v[17], v[18] = railsim.Yuan(row.fen), railsim.Yuan(row.coupon), "ORIGINAL"
		v[19], v[24], v[25] = string(refundStates[f.Stage]), "0.00", railsim.Yuan(row.fen)
	case row.fen < 0:
		back := railsim.Yuan(-row.fen)
		v[9], v[12], v[16], v[18], v[19] = "REVOKED", "0.00", back, "ORIGINAL", "SUCCESS"
		v[24], v[25] = "0.00", back
	}
	return v
}

// feeOf is the fee of an amount, rounded to fen, in hundredths of a fen.
func feeOf(fen int64) int64 { return (fen*feeRate + 5000) / 10_000 * 100 }

// feeText writes hundredths of a fen as yuan with five decimals.
func feeText(fee int64) string {
	sign := ""
	if fee < 0 {
		sign, fee = "-", -fee
	}
	return fmt.Sprintf("%s%d.%05d", sign, fee/10_000, fee%10_000*10)
}

// billRequest is the query of tradebill, checked.
type billRequest struct {
	day  time.Time // its beginning in Beijing
	kind string    // ALL, SUCCESS or REFUND
	gzip bool
	host string
}

const billFilePath = "/v3/billdownload/file"

func readBill(r *request) (billRequest, *apiError) {
	day, err := time.ParseInLocation(time.DateOnly, r.query.Get("bill_date"), railsim.Beijing)
	if err != nil {
		return billRequest{}, paramError("/bill_date", "is not a date such as 2030-03-01")
	}
	b := billRequest{day: day, kind: cmp.Or(r.query.Get("bill_type"), "ALL"), host: r.host}
	if !slices.Contains([]string{"ALL", "SUCCESS", "REFUND"}, b.kind) {
		return b, paramError("/bill_type", "is not ALL, SUCCESS or REFUND")
	}
	switch r.query.Get("tar_type") {
	case "":
	case "GZIP":
		b.gzip = true
	default:
		return b, paramError("/tar_type", "is not GZIP")
	}
	return b, nil
}
