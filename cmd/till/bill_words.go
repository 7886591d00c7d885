package main

import (
	"fmt"
	"strings"

	"till/txn"
	"till/txn/bill"
	"till/txn/money"
)

// billText is what the command bill says in one language. A word that is missing
// is found by TestEveryWordOfTheBillIsThere.
type billText struct {
	rails    map[txn.RailName]string
	kinds    map[bill.Kind]string
	states   map[bill.State]string
	verdicts map[bill.Verdict]string
	actions  map[bill.Action]string // with the day of Item.Other, where %s stands
	problems map[bill.Problem]string

	head               string // rail, merchant, day
	columns            [2]string
	rows               [8]string // payments, refunds; not ours; given back; matched, differences
	count              string    // number, amount
	items              string    // number
	nothing            string    // no amount on this side
	of, line, todo     string
	otherDay           string // day
	unchecked, strange string
	line2, column      string // of a refusal: line, column
	found, expected    string // of a refusal: value, want
	noDay              string // day, payments, refunds
	fees               string // basis points, booked, expected
	feeLine            string // order, line, amount, booked, expected
	feeRate            string // rate
	feeDo              string
	drift              string
	suspect            string
}

var billWords = map[txn.Lang]billText{
	txn.English: {
		rails: map[txn.RailName]string{txn.WeChatPay: "WeChat Pay", txn.Alipay: "Alipay"},
		kinds: map[bill.Kind]string{bill.Sale: "payment", bill.Refund: "refund"},
		states: map[bill.State]string{
			bill.Paid: "paid", bill.Reversed: "reversed", bill.Refused: "refused", bill.GivenUp: "written off",
			bill.Open: "open", bill.Refunded: "refunded", bill.Accepted: "accepted", bill.Stuck: "not paid out",
		},
		verdicts: map[bill.Verdict]string{
			bill.Matched: "agrees", bill.OnlyHere: "only in the journal", bill.OnlyThere: "only in the file",
			bill.Foreign: "not of this terminal", bill.AmountDiffers: "amount differs", bill.StatusDiffers: "status differs",
			bill.StillOpen: "open here", bill.OtherFile: "near midnight", bill.Twice: "twice in the file",
			bill.NotCovered: "not in this type of file",
		},
		actions: map[bill.Action]string{
			bill.AskSale: "Ask the network for this order. If it knows no payment, the shop was not paid: " +
				"tell the manager, with the receipt.",
			bill.AskRefund: "Ask the network for this refund. If it knows none, the customer has no money back yet.",
			bill.GiveBack:  "The customer was charged for a sale that did not happen. Refund it in full and tell the customer.",
			bill.FindRecord: "This terminal gave out the number, and its journal has no record of it. " +
				"Run till journal verify and call the technician. Do not charge again.",
			bill.CheckOthers: "Look whether another terminal, a web shop or this terminal before a repair took it. " +
				"If others use the merchant number, run again with --shared.",
			bill.CheckUndone: "The network gave the money back, and the goods were given. " +
				"Find out who did it before you ask the customer to pay again.",
			bill.CheckRefund: "Somebody refunded outside this terminal, for example in the merchant portal. " +
				"Find out who; less is left to refund than the terminal thinks.",
			bill.CheckAmount:  "Make no refund on it before the amounts are explained. Call the network with both numbers.",
			bill.CheckPayout:  "Query the refund on the terminal, and tell the customer only what the answer says.",
			bill.Settle:       "Let the terminal finish it: keep it on and connected until nothing is pending.",
			bill.SeeOtherFile: "It may be in the file of %s. Run again with that file too.",
			bill.CallNetwork:  "The network booked the number twice. Call the network; if both were paid, refund one.",
		},
		problems: map[bill.Problem]string{
			bill.Empty:     "the file is empty; download it again",
			bill.TooLarge:  "the file is too large for one shop's day",
			bill.Packed:    "the file is packed and cannot be unpacked; download it again",
			bill.NotText:   "the file holds characters that are no text; download it again",
			bill.Refusal:   "this is the network's answer that there is no file, not the file",
			bill.OtherRail: "this is not a day file of the network that was named with --rail",
			bill.OtherBill: "this is another kind of file; download the trade bill (Alipay: bill type trade)",
			bill.Shape:     "this line is not what belongs there; use the file as it was downloaded",
			bill.NoColumn:  "a column is missing",
			bill.Fields:    "the row has another number of fields than the header",
			bill.BadValue:  "this value cannot be right",
			bill.Truncated: "the end of the file is missing; download it again",
			bill.Differs:   "the file's own summary is not the sum of its rows; download it again",
			bill.Merchants: "the file is of another merchant",
			bill.Days:      "the file is of another day",
		},
		head: "%s, merchant %s, %s\n", columns: [2]string{"journal", "file"},
		rows: [8]string{"payments", "refunds", "  of others: payments", "  of others: refunds",
			"  reversed: charged", "  reversed: given back", "agree", "differ"},
		count: "%d, %s", items: "%d", nothing: "nothing", of: " of sale ", line: "  line %d", todo: "    To do: ",
		otherDay:  "  (in the other day: %s)",
		unchecked: "The merchant number was not checked; name yours with --merchant.\n",
		strange:   "Line %d: the column %q is new and was not read.\n",
		line2:     ", line %d", column: ", %s", found: ": found %q", expected: ", expected %s",
		noDay:   "the journal has nothing of %s on this network; in the file: payments %d, refunds %d",
		fees:    "fees at %s %%: booked %s, expected %s\n",
		feeLine: "fee differs  payment %s  line %d  %s: booked %s, expected %s%s\n",
		feeRate: "; rate in the file %s %%",
		feeDo:   "    To do: Hold the fee against the contract. If it is higher, call the network with these payments.\n",
		drift: "The fees are right one by one within rounding, and their sum is not. " +
			"To do: ask the network for the rate of the contract.\n",
		suspect: "No number in the file is in the journal. To do: check that it is this shop's file.\n",
	},
	txn.Chinese: {
		rails: map[txn.RailName]string{txn.WeChatPay: "微信支付", txn.Alipay: "支付宝"},
		kinds: map[bill.Kind]string{bill.Sale: "收款", bill.Refund: "退款"},
		states: map[bill.State]string{
			bill.Paid: "已收款", bill.Reversed: "已撤销", bill.Refused: "未成交", bill.GivenUp: "已核销",
			bill.Open: "未确定", bill.Refunded: "已退到账", bill.Accepted: "退款已受理", bill.Stuck: "未退到账",
		},
		verdicts: map[bill.Verdict]string{
			bill.Matched: "一致", bill.OnlyHere: "仅日志有", bill.OnlyThere: "仅账单有", bill.Foreign: "非本机",
			bill.AmountDiffers: "金额不符", bill.StatusDiffers: "状态不符", bill.StillOpen: "本机未确定",
			bill.OtherFile: "临近零点", bill.Twice: "账单重复", bill.NotCovered: "此类账单不含",
		},
		actions: map[bill.Action]string{
			bill.AskSale:      "向支付机构查询此订单。若查无付款，则本店未收到钱：持小票报告店长。",
			bill.AskRefund:    "向支付机构查询此退款。若查无此退款，则顾客尚未收到退款。",
			bill.GiveBack:     "交易未成而顾客已被扣款。请全额退款并告知顾客。",
			bill.FindRecord:   "单号由本机发出，但日志无记录。运行 till journal verify 并联系技术员。不要再次收款。",
			bill.CheckOthers:  "查是否为其他终端、网店或本机维修前所收。若商户号与他人共用，请加 --shared 再运行。",
			bill.CheckUndone:  "支付机构已把钱退回顾客，而商品已交付。先查清是谁操作的，再请顾客付款。",
			bill.CheckRefund:  "有人在本机之外退过款（如商户平台）。查清是谁；可退余额比本机所记的少。",
			bill.CheckAmount:  "查清金额之前不要对此单退款。持两个金额联系支付机构。",
			bill.CheckPayout:  "在终端上查询此退款，只按查询结果答复顾客。",
			bill.Settle:       "由终端自行处理完：保持开机联网，直到没有待处理的项目。",
			bill.SeeOtherFile: "可能在 %s 的账单里。请加上那天的账单再运行。",
			bill.CallNetwork:  "支付机构对同一单号记了两次。请联系支付机构；若两次都已扣款，退还一次。",
		},
		problems: map[bill.Problem]string{
			bill.Empty:     "文件是空的，请重新下载",
			bill.TooLarge:  "文件过大，不像一家店一天的账单",
			bill.Packed:    "压缩文件无法解开，请重新下载",
			bill.NotText:   "文件中有不是文字的内容，请重新下载",
			bill.Refusal:   "这是支付机构答复没有账单的内容，不是账单",
			bill.OtherRail: "这不是 --rail 所指支付机构的账单",
			bill.OtherBill: "这是另一种账单；请下载交易账单（支付宝：账单类型 trade，业务明细）",
			bill.Shape:     "此行内容不对；请使用下载的原文件",
			bill.NoColumn:  "缺少一列",
			bill.Fields:    "此行的字段数与表头不同",
			bill.BadValue:  "此值不对",
			bill.Truncated: "文件不完整，缺少结尾；请重新下载",
			bill.Differs:   "文件的汇总与明细不符；请重新下载",
			bill.Merchants: "这是别的商户的账单",
			bill.Days:      "这是别的日期的账单",
		},
		head: "%s  商户号 %s  %s\n", columns: [2]string{"日志", "账单"},
		rows: [8]string{"收款", "退款", "  其中非本机收款", "  其中非本机退款",
			"  其中已撤销：扣款", "  其中已撤销：退回", "一致", "不一致"},
		count: "%d 笔 %s", items: "%d 项", nothing: "无", of: " 原单 ", line: "  第 %d 行", todo: "    处理：",
		otherDay:  "  （在另一天：%s）",
		unchecked: "未核对商户号；请用 --merchant 指明本店的商户号。\n",
		strange:   "第 %d 行：新的列 %q 未读取。\n",
		line2:     "，第 %d 行", column: "，%s", found: "：文件中为 %q", expected: "，应为 %s",
		noDay:   "日志中没有 %s 此支付机构的交易；账单有 %d 笔收款、%d 笔退款",
		fees:    "手续费 %s %%：账单 %s，应为 %s\n",
		feeLine: "手续费不符  收款 %s  第 %d 行  %s：账单 %s，应为 %s%s\n",
		feeRate: "；账单费率 %s %%",
		feeDo:   "    处理：与合同费率核对；若高于合同，持这些收款联系支付机构。\n",
		drift:   "逐笔手续费都在舍入范围内，而合计不符。处理：向支付机构核对合同费率。\n",
		suspect: "账单中没有一个单号在日志里。处理：请核对这是不是本店的账单。\n",
	},
}

// refusal says why a file is not used: what is wrong, where, what was found and
// what was expected.
func (t billText) refusal(e *bill.Error) string {
	s := t.problems[e.Problem]
	if e.Line > 0 {
		s += fmt.Sprintf(t.line2, e.Line)
	}
	if e.Column != "" {
		s += fmt.Sprintf(t.column, e.Column)
	}
	if e.Value != "" {
		s += fmt.Sprintf(t.found, e.Value)
	}
	if e.Want != "" {
		s += fmt.Sprintf(t.expected, e.Want)
	}
	return s
}

// dayText writes yyyymmdd as people do.
func dayText(day int) string { return fmt.Sprintf("%04d-%02d-%02d", day/10000, day/100%100, day%100) }

// percent writes millionths, such as 6000, as 0.60.
func percent(millionths int64) string {
	return fmt.Sprintf("%d.%02d", millionths/10_000, millionths%10_000/100)
}

// fenText writes fen, which may be below 0: a fee that was given back.
func fenText(fen int64) string {
	if fen < 0 {
		return "-" + money.Fen(-fen).String()
	}
	return money.Fen(fen).String()
}

// fill pads to a width in columns of a console: Chinese takes two.
func fill(s string, width int) string {
	for _, r := range s {
		width--
		if r >= 0x2e80 { // the first of the characters that are wide
			width--
		}
	}
	return s + strings.Repeat(" ", max(1, width))
}

// table writes the comparison: totals of both sides, then each difference and
// what to do about it.
func (t billText) table(r billReport, shared, every bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, t.head, t.rails[r.Rail], r.Merchant, dayText(r.Day))
	b.WriteString(fill("", 32) + fill(t.columns[0], 22) + t.columns[1] + "\n")
	sum := func(s bill.Sum) string { return fmt.Sprintf(t.count, s.Count, fenText(s.Fen)) }
	both := func(name string, here, there bill.Sum) {
		b.WriteString(fill(name, 32) + fill(sum(here), 22) + sum(there) + "\n")
	}
	both(t.rows[0], r.Here.Payments, r.There.Payments)
	both(t.rows[1], r.Here.Refunds, r.There.Refunds)
	for n, s := range []bill.Sum{r.Foreign.Payments, r.Foreign.Refunds, r.Undone.Payments, r.Undone.Refunds} {
		if s.Count > 0 {
			b.WriteString(fill(t.rows[2+n], 54) + sum(s) + "\n")
		}
	}
	differ := 0
	for _, i := range r.Items {
		if i.Differs(shared) {
			differ++
		}
	}
	b.WriteString(fill(t.rows[6], 32) + fmt.Sprintf(t.items, r.Count(bill.Matched)) + "\n")
	b.WriteString(fill(t.rows[7], 32) + fmt.Sprintf(t.items, differ) + "\n")
	for _, i := range r.Items {
		if i.Differs(shared) || every {
			t.item(&b, i, shared)
		}
	}
	t.feeTable(&b, r.Fees)
	if r.Count(bill.Matched) == 0 && r.Count(bill.OnlyHere) > 0 && r.Count(bill.Foreign) > 0 {
		b.WriteString(t.suspect)
	}
	if !r.Checked {
		b.WriteString(t.unchecked)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, t.strange, n.Line, n.Text)
	}
	return b.String()
}

// item writes one verdict.
func (t billText) item(b *strings.Builder, i bill.Item, shared bool) {
	number := i.Order
	if i.Kind == bill.Refund && i.Refund != "" {
		number = i.Refund + t.of + i.Order
	}
	side := func(name string, fen int64, state string) string {
		if fen < 0 {
			return "  " + name + " " + t.nothing
		}
		return strings.TrimRight("  "+name+" "+fenText(fen)+" "+state, " ")
	}
	fmt.Fprintf(b, "%s  %s %s%s%s", t.verdicts[i.Verdict], t.kinds[i.Kind], number,
		side(t.columns[0], i.Here, t.states[i.StateHere]), side(t.columns[1], i.There, i.State))
	if i.Line > 0 {
		fmt.Fprintf(b, t.line, i.Line)
	}
	if other := max(i.Day, i.Other); other > 0 && i.Verdict == bill.Matched {
		fmt.Fprintf(b, t.otherDay, dayText(other))
	}
	b.WriteByte('\n')
	if i.Action == bill.DoNothing || !i.Differs(shared) {
		return
	}
	do := t.actions[i.Action]
	if i.Action == bill.SeeOtherFile {
		do = fmt.Sprintf(do, dayText(i.Other))
	}
	b.WriteString(t.todo + do + "\n")
}

// feeTable writes the check of the fees, if there was one.
func (t billText) feeTable(b *strings.Builder, f *bill.Fees) {
	if f == nil {
		return
	}
	fmt.Fprintf(b, t.fees, percent(int64(f.BasisPoints)*100), fenText(f.Booked), fenText(f.Expected))
	for _, l := range f.Lines {
		rate := ""
		if l.Rate != 0 && l.Rate != int64(f.BasisPoints)*100 {
			rate = fmt.Sprintf(t.feeRate, percent(l.Rate))
		}
		fmt.Fprintf(b, t.feeLine, l.Order, l.Line, fenText(l.Amount), fenText(l.Booked), fenText(l.Expected), rate)
	}
	if len(f.Lines) > 0 {
		b.WriteString(t.feeDo)
	}
	if f.Drift {
		b.WriteString(t.drift)
	}
}
