package bill

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"till/txn"
)

// Columns of Alipay's 业务明细, without the （元） behind amounts.
const (
	aliReference = "支付宝交易号"
	aliOrder     = "商户订单号"
	aliKind      = "业务类型"
	aliDone      = "完成时间"
	aliTotal     = "订单金额"
	aliReceived  = "商家实收"
	aliRefund    = "退款批次号/请求号"
	aliRefundOld = "退款批次号"
	aliFee       = "服务费"
	aliEnd       = "业务明细列表结束" // in the # line behind the rows
)

var aliKnown = []string{
	aliReference, aliOrder, aliKind, "商品名称", "创建时间", aliDone, "门店编号", "门店名称", "操作员", "终端号", "对方账户",
	aliTotal, aliReceived, "支付宝红包", "集分宝", "支付宝优惠", "商家优惠", "券核销金额", "券名称", "商家红包消费金额",
	"卡消费金额", aliRefund, aliRefundOld, aliFee, "分润", "备注", "商户识别号", "交易方式",
}

// alipay is a 业务明细 that is being read.
type alipay struct {
	lines
	header
	bill     Bill
	closed   bool // the list was ended
	rows     int
	totals   [2]Sum // 订单金额 of payments, refunds; fen as in the file, with sign
	received [2]Sum // 商家实收
	summed   [2]bool
}

func parseAlipay(text string) (Bill, error) {
	a := alipay{lines: lines{rest: text}}
	a.bill.Rail = txn.Alipay
	for first := true; ; first = false {
		line, ok, err := a.next()
		if err != nil {
			return Bill{}, err
		}
		if !ok {
			break
		}
		if first {
			err = a.begins(line)
		} else {
			err = a.read(line)
		}
		if err != nil {
			return Bill{}, err
		}
	}
	want := ""
	switch {
	case a.names == nil:
		want = aliReference
	case !a.closed:
		want = aliEnd
	case !a.summed[0]:
		want = "交易合计"
	case !a.summed[1]:
		want = "退款合计"
	default:
		return a.bill, nil
	}
	return Bill{}, &Error{Problem: Truncated, Line: a.n, Want: want}
}

// begins looks at the first line, which names the file.
func (a *alipay) begins(line string) error {
	const want = "#支付宝业务明细查询"
	switch {
	case strings.HasPrefix(line, want):
		if !strings.Contains(a.rest, aliEnd) { // what is cut off is said before what is cut through
			return &Error{Problem: Truncated, Line: a.n + linesOf(a.rest), Want: aliEnd}
		}
		return nil
	case strings.HasPrefix(line, wxTime), strings.HasPrefix(line, "`"+wxTime):
		return &Error{Problem: OtherRail, Line: a.n, Value: shown(line), Want: string(txn.Alipay)}
	case strings.HasPrefix(line, "#支付宝"):
		return &Error{Problem: OtherBill, Line: a.n, Value: shown(line)}
	}
	return &Error{Problem: Shape, Line: a.n, Value: shown(line), Want: want}
}

// read takes one of the other lines.
func (a *alipay) read(line string) error {
	if comment, ok := strings.CutPrefix(line, "#"); ok {
		return a.comment(strings.TrimRight(comment, ","))
	}
	switch {
	case a.closed:
		return &Error{Problem: Shape, Line: a.n, Value: shown(line), Want: "#…"}
	case a.names == nil:
		return a.readHeader(line)
	}
	return a.readRow(line)
}

// comment reads a line behind #. Others than these say nothing that is needed.
func (a *alipay) comment(text string) error {
	text = strings.TrimLeft(text, "#")
	switch {
	case strings.HasPrefix(text, "账号"):
		return a.account(text)
	case strings.HasPrefix(text, "起始日期"):
		return a.period(text)
	case strings.Contains(text, aliEnd):
		a.closed = true
	case strings.HasPrefix(text, "交易合计"):
		return a.summary(0, text)
	case strings.HasPrefix(text, "退款合计"):
		return a.summary(1, text)
	}
	return nil
}

// bracketed returns what stands in brackets, as in 账号：[20880211096256330156].
func bracketed(text string) (inside, rest string) {
	_, text, _ = strings.Cut(text, "[")
	inside, rest, _ = strings.Cut(text, "]")
	return inside, rest
}

// account reads the merchant: sixteen digits, and 0156 behind them.
func (a *alipay) account(text string) error {
	n, _ := bracketed(text)
	if len(n) == 20 {
		n = strings.TrimSuffix(n, "0156")
	}
	if len(n) != 16 || strings.Trim(n, "0123456789") != "" || a.bill.Merchant != "" {
		return &Error{Problem: BadValue, Line: a.n, Column: "账号", Value: shown(n), Want: "2088102175896052"}
	}
	a.bill.Merchant = n
	return nil
}

// period reads which day it is. A file of a month is refused.
func (a *alipay) period(text string) error {
	const layout = "2006年01月02日 15:04:05"
	from, rest := bracketed(text)
	to, _ := bracketed(rest)
	zone := time.FixedZone("", int(Zone/time.Second))
	begin, err := time.ParseInLocation(layout, from, zone)
	end, err2 := time.ParseInLocation(layout, to, zone)
	day := txn.Wall(begin.UnixMilli())
	length := end.Sub(begin).Round(time.Minute) // to 23:59:59 or to 00:00:00
	if err != nil || err2 != nil || length != 24*time.Hour || begin.Hour() != 0 || a.bill.Day != 0 {
		return &Error{
			Problem: BadValue, Line: a.n, Column: "起始日期", Value: shown(from + " – " + to),
			Want: "2026年11月22日 00:00:00 – 2026年11月23日 00:00:00",
		}
	}
	a.bill.Day = day.Day(Zone)
	return nil
}

func (a *alipay) readHeader(line string) error {
	names := split(line)
	for i, n := range names {
		n = strings.TrimSuffix(strings.TrimSuffix(n, "（元）"), "(元)")
		names[i] = n
	}
	if names[0] != aliReference {
		return &Error{Problem: Shape, Line: a.n, Value: shown(line), Want: aliReference + ",…"}
	}
	if a.bill.Merchant == "" || a.bill.Day == 0 {
		return &Error{Problem: Shape, Line: a.n, Value: shown(line), Want: "#账号, #起始日期"}
	}
	h, err := newHeader(names, a.n, aliKnown, &a.bill)
	if err != nil {
		return err
	}
	if err := h.need(a.n, aliOrder, aliKind, aliDone, aliTotal, aliReceived); err != nil {
		return err
	}
	if h.first(aliRefund, aliRefundOld) == "" {
		return &Error{Problem: NoColumn, Line: a.n, Want: aliRefund}
	}
	a.header = h
	return nil
}

func (a *alipay) readRow(line string) error {
	if a.rows++; a.rows > rowsMax {
		return &Error{Problem: TooLarge, Line: a.n, Want: fmt.Sprintf("≤ %d", rowsMax)}
	}
	fields := split(line)
	if len(fields) != len(a.names) {
		return &Error{Problem: Fields, Line: a.n, Value: strconv.Itoa(len(fields)), Want: strconv.Itoa(len(a.names))}
	}
	r := &row{header: a.header, line: a.n, fields: fields}
	l := Line{
		Line: a.n, Order: r.number(aliOrder), Reference: r.number(aliReference), State: r.text(aliKind), At: r.when(aliDone),
		Fee: magnitude(rounded(r.money(aliFee))),
	}
	total, received, side := r.fen(aliTotal), r.fen(aliReceived), 0
	switch l.State {
	case "交易":
		if total < 0 {
			r.wrong(aliTotal, r.text(aliTotal), "≥ 0.00")
		}
	case "退款":
		side = 1
		l.Fate, l.Fee, l.Refund = Returned, -l.Fee, r.number(a.first(aliRefund, aliRefundOld))
	default:
		r.wrong(aliKind, l.State, "交易, 退款")
	}
	if l.Order == "" {
		r.wrong(aliOrder, "", "7K2QXM4NHD8P0000000001")
	}
	if r.err != nil {
		return r.err
	}
	l.Amount = magnitude(total)
	a.totals[side].add(total)
	a.received[side].add(received)
	a.bill.add(l)
	return nil
}

func magnitude(v int64) int64 {
	if v < 0 {
		return -v
	}
	return v
}

// summary holds the rows of one side against a line such as
//
//	交易合计：6笔，商家实收共0.06元，商家优惠共0.00元
//	退款合计：4笔，交易退款金额共-0.04元，优惠退款金额共0.00元
//
// Signs are not compared: samples differ in them.
func (a *alipay) summary(side int, text string) error {
	label, rest, _ := strings.Cut(text, "：")
	parts := strings.Split(rest, "，")
	count, ok := strings.CutSuffix(parts[0], "笔")
	if !ok || a.summed[side] {
		return &Error{Problem: Shape, Line: a.n, Value: shown(text), Want: label + "：4笔"}
	}
	a.summed[side] = true
	if want := strconv.Itoa(a.totals[side].Count); count != want {
		return &Error{Problem: Differs, Line: a.n, Column: label, Value: shown(count), Want: want}
	}
	checked := false
	for _, p := range parts[1:] {
		name, value, ok := strings.Cut(strings.TrimSuffix(p, "元"), "共")
		var have int64
		switch {
		case !ok:
			continue
		case name == "商家实收" || name == "商家实收退款":
			have = a.received[side].Fen
		case name == "交易金额" || name == "交易退款金额":
			have = a.totals[side].Fen
		default:
			continue
		}
		v, ok := decimal(value, 13)
		if !ok {
			return &Error{Problem: BadValue, Line: a.n, Column: name, Value: shown(value), Want: "12.50"}
		}
		if magnitude(v) != magnitude(have*milli) {
			return &Error{Problem: Differs, Line: a.n, Column: name, Value: plain(v), Want: plain(have * milli)}
		}
		checked = true
	}
	if !checked {
		return &Error{Problem: Shape, Line: a.n, Value: shown(text), Want: "商家实收共0.06元"}
	}
	return nil
}
