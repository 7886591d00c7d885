package bill

import (
	"fmt"
	"strconv"
	"strings"

	"till/txn"
)

// Columns of WeChat Pay's trade bill. Old bills have 总金额 for 应结订单金额 and
// 子商户号 for 特约商户号 (format-trade.html, "注意事项").
const (
	wxTime      = "交易时间"
	wxMerchant  = "商户号"
	wxReference = "微信订单号"
	wxOrder     = "商户订单号"
	wxState     = "交易状态"
	wxCurrency  = "货币种类"
	wxOldTotal  = "总金额"
	wxSettled   = "应结订单金额"
	wxTotal     = "订单金额"
	wxRefundRef = "微信退款单号"
	wxRefund    = "商户退款单号"
	wxBack      = "退款金额"
	wxAsked     = "申请退款金额"
	wxBackState = "退款状态"
	wxBackAt    = "退款申请时间"
	wxFee       = "手续费"
	wxRate      = "费率"
	wxCount     = "总交易单数"
)

var wxKnown = []string{
	wxTime, "公众账号ID", wxMerchant, "特约商户号", "子商户号", "设备号", wxReference, wxOrder, "用户标识", "交易类型",
	wxState, "付款银行", wxCurrency, wxOldTotal, wxSettled, "代金券金额", "企业红包金额", "代金券或立减优惠金额",
	wxBackAt, "退款成功时间", wxRefundRef, wxRefund, wxBack, "充值券退款金额", "企业红包退款金额",
	"代金券或立减优惠退款金额", "退款类型", wxBackState, "商品名称", "商户数据包", wxFee, wxRate, wxTotal, wxAsked, "费率备注",
}

// wxSums says which column each figure of the summary adds up.
var wxSums = []struct{ figure, column string }{
	{"应结订单总金额", wxSettled}, {"退款总金额", wxBack}, {"充值券退款总金额", "充值券退款金额"},
	{"手续费总金额", wxFee}, {"订单总金额", wxTotal}, {"申请退款总金额", wxAsked},
	{"总交易额", wxOldTotal}, {"总退款金额", wxBack},
	{"总代金券或立减优惠退款金额", "代金券或立减优惠退款金额"}, {"总企业红包退款金额", "企业红包退款金额"},
}

// weChat is a trade bill that is being read.
type weChat struct {
	lines
	header
	bill    Bill
	columns []string // of wxSums
	sums    []int64  // thousandths of a fen
	rows    int
}

func parseWeChat(text string) (Bill, error) {
	w := weChat{lines: lines{rest: text}}
	if err := w.readHeader(); err != nil {
		return Bill{}, err
	}
	if !strings.Contains(text, wxCount) {
		return Bill{}, &Error{Problem: Truncated, Line: linesOf(text), Want: wxCount}
	}
	for {
		line, ok, err := w.next()
		switch {
		case err != nil:
			return Bill{}, err
		case !ok:
			return Bill{}, &Error{Problem: Truncated, Line: w.n, Want: wxCount}
		case strings.HasPrefix(strings.TrimPrefix(line, "`"), wxCount):
			if err := w.readSummary(line); err != nil {
				return Bill{}, err
			}
			return w.bill, nil
		}
		if err := w.readRow(line); err != nil {
			return Bill{}, err
		}
	}
}

// unquoted splits a header line, with or without backquotes.
func unquoted(line string) []string {
	fields := split(line)
	for i, f := range fields {
		fields[i] = strings.TrimPrefix(f, "`")
	}
	return fields
}

func (w *weChat) readHeader() error {
	w.bill.Rail = txn.WeChatPay
	line, _, err := w.next()
	if err != nil {
		return err
	}
	names := unquoted(line)
	switch {
	case strings.Contains(line, "支付宝"):
		return &Error{Problem: OtherRail, Line: w.n, Value: shown(line), Want: string(txn.WeChatPay)}
	case names[0] == "记账时间": // the fund flow bill
		return &Error{Problem: OtherBill, Line: w.n, Value: shown(line)}
	case names[0] != wxTime:
		return &Error{Problem: Shape, Line: w.n, Value: shown(line), Want: wxTime + ",…"}
	}
	if w.header, err = newHeader(names, w.n, wxKnown, &w.bill); err != nil {
		return err
	}
	if err := w.need(w.n, wxMerchant, wxReference, wxOrder, wxState); err != nil {
		return err
	}
	if w.first(wxTotal, wxOldTotal, wxSettled) == "" {
		return &Error{Problem: NoColumn, Line: w.n, Want: wxTotal}
	}
	switch {
	case !w.has(wxRefundRef) && !w.has(wxRefund):
		w.bill.Covers = PaymentsOnly
	default:
		if err := w.need(w.n, wxRefund, wxBack, wxBackState); err != nil {
			return err
		}
		if w.has(wxBackAt) {
			w.bill.Covers = RefundsOnly
		}
	}
	for _, s := range wxSums {
		w.columns = append(w.columns, s.column)
	}
	w.sums = make([]int64, len(wxSums))
	return nil
}

// fieldsOf splits a row: a backquote stands before each field, so that a comma
// in the name of goods does not cut it.
func (w *weChat) fieldsOf(line string, names []string) ([]string, error) {
	rest, ok := strings.CutPrefix(line, "`")
	if !ok {
		return nil, &Error{Problem: Shape, Line: w.n, Value: shown(line), Want: "`…,`…"}
	}
	fields := strings.Split(rest, ",`")
	if len(fields) != len(names) {
		return nil, &Error{Problem: Fields, Line: w.n, Value: strconv.Itoa(len(fields)), Want: strconv.Itoa(len(names))}
	}
	for i, f := range fields {
		fields[i] = strings.TrimSpace(f)
	}
	return fields, nil
}

func (w *weChat) readRow(line string) error {
	if w.rows++; w.rows > rowsMax {
		return &Error{Problem: TooLarge, Line: w.n, Want: fmt.Sprintf("≤ %d", rowsMax)}
	}
	fields, err := w.fieldsOf(line, w.names)
	if err != nil {
		return err
	}
	r := &row{header: w.header, line: w.n, fields: fields}
	l := w.lineOf(r)
	for i, c := range w.columns {
		w.sums[i] += r.money(c)
	}
	if r.err != nil {
		return r.err
	}
	merchant := r.text(wxMerchant)
	if sub := r.text(w.first("特约商户号", "子商户号")); sub != "" && sub != "0" {
		merchant = sub
	}
	return w.bill.take(l, merchant)
}

// lineOf reads what a row says; mistakes stick to the row.
func (w *weChat) lineOf(r *row) Line {
	l := Line{
		Line: r.line, Order: r.number(wxOrder), Reference: r.number(wxReference), State: r.text(wxState),
		Fee: rounded(r.money(wxFee)), Rate: r.rate(wxRate), At: r.when(wxTime),
		Amount: r.fen(w.first(wxTotal, wxOldTotal, wxSettled)),
	}
	if c := r.text(wxCurrency); c != "" && c != "CNY" {
		r.wrong(wxCurrency, c, "CNY")
	}
	switch l.State {
	case "SUCCESS":
		l.Fate = Charged
	case "REFUND", "REVOKED":
		w.readBack(r, &l)
	default:
		r.wrong(wxState, l.State, "SUCCESS, REFUND, REVOKED")
	}
	if l.Order == "" {
		r.wrong(wxOrder, "", "7K2QXM4NHD8P0000000001")
	}
	if l.Amount < 0 {
		r.wrong(w.first(wxTotal, wxOldTotal, wxSettled), r.text(wxTotal), "≥ 0.00")
	}
	return l
}

// readBack reads a row about money that goes back. 退款状态 is that of the moment
// when the file was made: SUCCESS and PROCESSING are documented, FAIL and CHANGE
// are v2's words for a refund that did not get through.
func (w *weChat) readBack(r *row, l *Line) {
	if w.bill.Covers == PaymentsOnly {
		r.wrong(wxState, l.State, "SUCCESS")
		return
	}
	total := l.Amount
	l.Amount = r.fen(w.first(wxAsked, wxBack))
	l.Refund = r.number(wxRefund)
	if ref := r.number(wxRefundRef); ref != "" {
		l.Reference = ref
	}
	if w.has(wxBackAt) && r.text(wxBackAt) != "" {
		l.At = r.when(wxBackAt)
	}
	state := r.text(wxBackState)
	switch {
	case l.State == "REVOKED":
		l.Fate = Revoked
		if l.Amount == 0 {
			l.Amount = total
		}
	case state == "SUCCESS":
		l.Fate = Returned
	case state == "PROCESSING":
		l.Fate = Returning
	case state == "FAIL", state == "CHANGE", state == "CLOSED", state == "ABNORMAL":
		l.Fate = Failed
	default:
		r.wrong(wxBackState, state, "SUCCESS, PROCESSING, FAIL, CHANGE, CLOSED, ABNORMAL")
	}
	if state != "" {
		l.State = state
	}
}

// readSummary holds the rows against the last two lines.
func (w *weChat) readSummary(line string) error {
	names, at := unquoted(line), w.n
	line, ok, err := w.next()
	if err != nil {
		return err
	}
	if !ok {
		return &Error{Problem: Truncated, Line: at, Want: wxCount}
	}
	fields, err := w.fieldsOf(line, names)
	if err != nil {
		return err
	}
	if fields[0] != strconv.Itoa(w.rows) {
		return &Error{Problem: Differs, Line: w.n, Column: wxCount, Value: shown(fields[0]), Want: strconv.Itoa(w.rows)}
	}
	checked := 0
	for i, name := range names {
		for k, s := range wxSums {
			if s.figure != name || !w.has(s.column) {
				continue
			}
			checked++
			v, ok := decimal(fields[i], 13)
			if !ok {
				return &Error{Problem: BadValue, Line: w.n, Column: name, Value: shown(fields[i]), Want: "12.50"}
			}
			if v != w.sums[k] {
				return &Error{Problem: Differs, Line: w.n, Column: name, Value: plain(v), Want: plain(w.sums[k])}
			}
		}
	}
	if checked == 0 {
		return &Error{Problem: NoColumn, Line: at, Want: "订单总金额"}
	}
	if extra, ok, err := w.next(); ok || err != nil {
		return &Error{Problem: Shape, Line: w.n, Value: shown(extra), Want: "EOF"}
	}
	return nil
}

// take adds a row to the bill, if it is of the same merchant and day.
func (b *Bill) take(l Line, merchant string) error {
	if merchant == "" || len(merchant) > 32 {
		return &Error{Problem: BadValue, Line: l.Line, Column: wxMerchant, Value: shown(merchant), Want: "1900000001"}
	}
	day := l.At.Day(Zone)
	if b.Merchant == "" {
		b.Merchant, b.Day = merchant, day
	}
	if merchant != b.Merchant {
		return &Error{Problem: Merchants, Line: l.Line, Value: shown(merchant), Want: b.Merchant}
	}
	if day != b.Day {
		return &Error{Problem: Days, Line: l.Line, Value: fmt.Sprint(day), Want: fmt.Sprint(b.Day)}
	}
	b.add(l)
	return nil
}

func (b *Bill) add(l Line) {
	b.Totals.Fee += l.Fee
	if l.Fate == Charged {
		b.Payments = append(b.Payments, l)
		b.Totals.Payments.add(l.Amount)
		return
	}
	b.Refunds = append(b.Refunds, l)
	b.Totals.Refunds.add(l.Amount)
}
