package screen

import (
	"fmt"
	"strings"
	"time"

	"till/txn"
	"till/txn/money"
)

// zh is the Chinese catalogue.
type zh struct{}

func (zh) Language() string  { return "中文" }
func (zh) Simulated() string { return "模拟" }
func (zh) Training() string  { return "培训" }

func (zh) Rail(r txn.RailName) string {
	switch r {
	case txn.WeChatPay:
		return "微信支付"
	case txn.Alipay:
		return "支付宝"
	case txn.UnionPay:
		return "云闪付"
	case txn.Cash:
		return "现金"
	case "lakala":
		return "拉卡拉"
	}
	return string(r)
}

func (zh) Device(name string) string {
	switch name {
	case "scanner":
		return "扫码枪"
	case "printer":
		return "打印机"
	case "keypad":
		return "键盘"
	case "display":
		return "显示屏"
	case "store":
		return "存储卡"
	case "link":
		return "网络"
	case "clock":
		return "时钟"
	case "gateway":
		return "支付平台"
	}
	return "设备"
}

func (zh) PendingChip(n int) string   { return fmt.Sprintf("待处理 %d", n) }
func (zh) Number(tail string) string  { return "流水号 " + tail }
func (zh) NetCode(code string) string { return "代码 " + code }
func (zh) Clock(t time.Time) string   { return t.Format("15:04") }

func (zh) KeyInAmount() string { return "输入金额，开始收款" }
func (zh) PressDigits() string { return "直接按数字键，再按绿色键" }
func (z zh) LastSale(at time.Time, rail string) string {
	return "上一笔 " + z.Clock(at) + " · " + rail
}
func (zh) SalesOn(date int) string { return zhDay(date) + "笔数" }
func (zh) NetOn(date int) string   { return zhDay(date) + "净额" }
func (zh) PendingNow() string      { return "待处理" }
func (zh) PaidPrinted() string     { return "交易成功，小票已打印" }
func (zh) PaidPrinting() string    { return "交易成功，正在打印小票" }
func (zh) PaidNotPrinted() string  { return "交易成功，小票还没打" }
func (zh) PaidLookAtPaper() string { return "交易成功，请看小票是否打出" }
func (zh) NotCharged() string      { return "未收款" }
func (zh) More(n int) string       { return fmt.Sprintf("（另有 %d 项）", n) }

func (zh) Sale() string          { return "收款" }
func (zh) Step(n, of int) string { return fmt.Sprintf("第 %d 步，共 %d 步", n, of) }
func (zh) LastTwoAreCents(digits string) string {
	return spaced(digits) + "：末两位是角和分"
}
func (zh) WholeYuan(digits string) string  { return spaced(digits) + "：小数点前是元" }
func (zh) Limit(a money.Amount) string     { return "单笔上限 " + a.String() }
func (zh) OverLimit(a money.Amount) string { return "超过单笔上限 " + a.String() }
func (zh) ScanCode() string                { return "请扫顾客的付款码" }
func (zh) CodeWait() Ticking               { return Ticking{After: " 秒后自动取消，未扣款"} }

func (zh) Verdict(g Goods) string {
	switch g {
	case GoodsGive:
		return "可以交付商品"
	case GoodsHold:
		return "先不要交付商品"
	case GoodsKeep:
		return "不要交付商品"
	}
	return ""
}

func (zh) PleaseWait() string         { return "请稍候" }
func (zh) WaitingForCustomer() string { return "等待顾客确认" }
func (zh) AskingForMoney(rail string) string {
	return "正在通过" + rail + "收款"
}
func (zh) EnterPassword() string   { return "请顾客在手机上输入支付密码" }
func (zh) UpdatesByItself() string { return "无需重新扫码，结果会自动出现" }
func (zh) GivesUp() Ticking        { return Ticking{After: " 秒内未确认：自动撤销"} }
func (zh) StepScanned() string     { return "已扫码" }
func (zh) StepAnswer() string      { return "平台处理" }
func (zh) StepConfirms() string    { return "顾客确认" }
func (zh) StepResult() string      { return "出结果" }

func (zh) DoNotChargeAgain() string { return "不要再次收款" }
func (zh) Checking() string         { return "结果未知，正在查询…" }
func (zh) NextCheck(done int) Ticking {
	if done == 0 {
		return Ticking{After: " 秒后第一次查询"}
	}
	return Ticking{Before: fmt.Sprintf("已查 %d 次，", done), After: " 秒后再查"}
}
func (zh) CheckUnderWay(n int) Ticking {
	return Ticking{Before: fmt.Sprintf("正在第 %d 次查询，", n), After: " 秒后再查"}
}
func (zh) LastCheck() Ticking {
	return Ticking{Before: "正在最后一次查询，", After: " 秒后撤销"}
}
func (z zh) GiveUpAt(at time.Time) string {
	return z.Clock(at) + " 仍无结果：自动撤销，款项会退回"
}
func (zh) GiveUp() string { return "查不到结果：自动撤销，款项会退回" }

func (zh) TakingBack() string { return "正在撤销这笔收款" }
func (zh) Cancelling() string { return "正在取消这笔收款" }
func (zh) AskedToReturn(rail string) string {
	return "已请" + rail + "退回款项"
}
func (zh) AskedLast(rail string) string { return "正在向" + rail + "做最后一次查询" }
func (zh) NextReversal(sent int) Ticking {
	return Ticking{Before: fmt.Sprintf("已请求 %d 次，", sent), After: " 秒后再请求"}
}
func (zh) ConfirmingReturn() Ticking {
	return Ticking{Before: "已受理，正在核实，", After: " 秒后再请求"}
}
func (zh) GoesOnByItself() string     { return "会自动继续，直到办完" }
func (zh) Because(what string) string { return "原因：" + what }

func (zh) Approved() string            { return "交易成功" }
func (zh) CustomerPaid() string        { return "顾客已付款" }
func (zh) Printing() string            { return "正在打印小票…" }
func (zh) ReceiptPrinted() string      { return "小票已打印" }
func (zh) LookAtPaper() string         { return "请看小票是否打出；没有就按 F3" }
func (zh) NetworkDisagrees() string    { return "平台前后回答不一致：请告诉财务" }
func (zh) Closes() Ticking             { return Ticking{After: " 秒后返回"} }
func (zh) Declined(what string) string { return "未成交：" + what }
func (zh) TakenBack(what string) string {
	if what == "" {
		return "已撤销"
	}
	return "已撤销：" + what
}
func (zh) CustomerNotCharged() string { return "顾客没有被扣款" }
func (zh) CustomerRepaid() string     { return "款项已退回给顾客" }
func (zh) NotChargedOrBack() string   { return "没有收款；如已扣款，款项已退回" }
func (zh) NextStep() string           { return "下一步" }

func (zh) NotPrintedYet(what string) string { return what + "，小票还没打" }
func (zh) SaleIsSafe() string               { return "交易已存好，不用重新收款" }
func (zh) PaperSteps(fault txn.FaultCode, do string) []string {
	switch fault {
	case "P02":
		return []string{"打开盖子，取出纸芯", "放入新纸卷，纸头朝上，拉出 3 厘米", "合上盖子，小票会自动接着打印"}
	case "P04":
		return []string{"关掉打印机，打开盖子", "取出卡住的纸", "合上盖子再开机，小票会自动接着打印"}
	}
	return []string{do, "小票会自动接着打印"}
}
func (zh) PrinterRetry() Ticking { return Ticking{After: " 秒后再试着打印"} }

func (zh) NotPaymentCode() string { return "这不是付款码" }
func (zh) AmountFirst() string    { return "请先输入金额" }
func (zh) WalletNotTaken(rail string) string {
	return "本店不收" + rail
}
func (zh) CodeUsedBefore() string { return "这个付款码已经用过" }
func (zh) HalfCode(rail string) string {
	return "只读到半个" + rail + "付款码"
}
func (zh) ItIs(kind txn.ScanKind, shown string) string {
	switch kind {
	case txn.ScanGoods:
		return "扫到的是商品条码 " + shown
	case txn.ScanMerchant:
		return "扫到的是商家收款码，应由顾客来扫"
	case txn.ScanReceipt:
		return "扫到的是本店小票 " + shown
	case txn.ScanForged:
		return "像是本店小票，但不是真的"
	}
	if shown != "" {
		return "扫到的是 " + shown
	}
	return "扫到的是别的码"
}
func (zh) ItIsPayerCode(rail string) string { return "扫到的是" + rail + "付款码" }
func (zh) AskForPayCode() string            { return "请顾客打开“付款码”再扫" }
func (zh) WhereIsPayCode() string {
	return "微信：我 › 服务 › 收付款　支付宝：首页 › 收付款"
}
func (zh) AskNewCode() string { return "请顾客刷新付款码再扫" }
func (zh) TakeOtherWallet(rails string) string {
	return "请顾客改用：" + rails
}
func (zh) AmountThenScan() string { return "按数字键，再按绿色键，然后扫码" }
func (zh) RejectCloses(canScan bool) Ticking {
	if canScan {
		return Ticking{After: " 秒后取消；还没有扣款，可以直接再扫"}
	}
	return Ticking{After: " 秒后返回；没有扣款"}
}
func (zh) SameAmountOpen() string { return "有一笔同样金额还没结果" }
func (zh) SameAmountPaid() string { return "刚收过一笔同样金额" }
func (zh) ReallyAgain() string    { return "确实是另一位顾客，才再收一次" }
func (z zh) SaleBegunAt(at time.Time, rail, number string) string {
	return z.Clock(at) + " · " + rail + " · " + number
}
func (zh) StillUnknown() string   { return "结果未知，正在查询" }
func (zh) BeingTakenBack() string { return "正在撤销" }
func (zh) NothingCharged() string { return "没有扣款" }
func (zh) CannotBegin(b txn.Blocked, limit money.Amount) Advice {
	switch b {
	case txn.BlockedLimit:
		return Advice{What: "金额超过单笔上限", Do: "单笔最多 " + limit.String() + "，请改小金额"}
	case txn.BlockedDisk:
		return Advice{What: "存储已满", Do: "请联系服务商清理；之前的交易会办完"}
	case txn.BlockedDamaged:
		return Advice{What: "交易记录已损坏", Do: "请停止收款，联系服务商；之前的交易会办完"}
	case txn.BlockedClock:
		return Advice{What: "时钟没有校准", Do: "请设置时间，或接通网络等一分钟"}
	case txn.BlockedOpen:
		return Advice{What: "没结果的交易太多", Do: "请检查网络；办完后可以继续收款"}
	}
	return zhCannotBegin(b)
}

// zhCannotBegin is what a person or the network must mend first.
func zhCannotBegin(b txn.Blocked) Advice {
	switch b {
	case txn.BlockedRail:
		return Advice{What: "本店不收这个钱包", Do: "请顾客换一个钱包"}
	case txn.BlockedCode:
		return Advice{What: "这个付款码已经用过", Do: "请顾客刷新付款码再扫"}
	case txn.BlockedOffline:
		return Advice{What: "网络不通，暂不能扫码收款", Do: "请检查网线或无线网络；退款可以先答应"}
	case txn.BlockedSilent:
		return Advice{What: "这个平台没有回答", Do: "请顾客换一个钱包，或半分钟后再试"}
	case txn.BlockedShift:
		return Advice{What: "本班收款到了上限", Do: "请交班，或请店长提高上限"}
	case txn.BlockedNoQR:
		return Advice{What: "这里没有可出示的收款码", Do: "请改扫顾客的付款码"}
	case txn.BlockedPerson:
		return Advice{What: "这件事要店长来办", Do: "这里没有设店长，请先设好"}
	case txn.BlockedPending:
		return Advice{What: "还有没办完的事", Do: "请看待处理（菜单，F1），办完再来"}
	}
	return Advice{What: "现在不能收款", Do: "请联系服务商"}
}

func (zh) PowerCut() string { return "断电后恢复" }
func (z zh) CutAndBack(cut, back time.Time) string {
	return z.Clock(cut) + " 断电 · " + z.Clock(back) + " 恢复"
}
func (zh) InProgress(n int) string { return fmt.Sprintf("断电时有 %d 笔正在办理", n) }
func (zh) FoundPaid() string       { return "已查到：交易成功" }
func (zh) FoundRefused() string    { return "已查到：没有成交" }
func (zh) FoundReturned() string   { return "已查到：已经撤销" }
func (zh) FoundUnknown() string    { return "结果未知，正在查询…" }
func (zh) FoundReversing() string  { return "正在撤销，款项会退回" }
func (zh) PaidAndPaper(p txn.PaperState) string {
	switch p {
	case txn.PaperDue, txn.PaperSending:
		return "顾客已付款，正在补打小票"
	case txn.PaperPrinted:
		return "顾客已付款，小票已打印"
	}
	return "顾客已付款，请看小票是否打出"
}
func (zh) AskAgain() Ticking { return Ticking{After: " 秒后再查"} }
func (zh) OtherSales(paid, notCharged, open int) string {
	var parts []string
	for _, p := range []struct {
		n    int
		text string
	}{{paid, "成功"}, {notCharged, "未收款"}, {open, "没结果"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d 笔%s", p.n, p.text))
		}
	}
	return "其余：" + strings.Join(parts, "，")
}
func (zh) Records(n uint64) string { return fmt.Sprintf("日志已恢复，共 %d 条记录", n) }

func (zh) KeyReprint() string    { return "重打印" }
func (zh) KeyCancel() string     { return "取消" }
func (zh) KeyDelete() string     { return "删一位" }
func (zh) KeyCharge() string     { return "收款" }
func (zh) KeyCancelSale() string { return "撤销本笔" }
func (zh) KeyCancelSaleIn() Ticking {
	return Ticking{Before: "撤销本笔（", After: " 秒后可用）"}
}
func (zh) KeyCheckNow() string     { return "立即查询" }
func (zh) KeyReturnNow() string    { return "立即请求" }
func (zh) KeyNextPending() string  { return "先收下一位" }
func (zh) KeyNext() string         { return "下一位" }
func (zh) KeyPrintAgain() string   { return "再打一张" }
func (zh) KeyNewAmount() string    { return "直接输新金额" }
func (zh) KeyEnd() string          { return "结束" }
func (zh) KeyChangeAmount() string { return "改金额" }
func (zh) KeySameAmount() string   { return "同金额重扫" }
func (zh) KeyPrintLater() string   { return "稍后打印，先收下一位" }
func (zh) KeyPrintNow() string     { return "马上再试" }
func (zh) KeyChargeAgain() string  { return "再收一次" }
func (zh) KeyLookAtIt() string     { return "看那一笔" }
func (zh) KeyGoOn() string         { return "继续收款" }

func (zh) Welcome() string             { return "欢迎光临" }
func (zh) AmountToPay() string         { return "应付金额" }
func (zh) CheckAmount() string         { return "请核对金额" }
func (zh) ShowYourCode() string        { return "请出示付款码" }
func (zh) CheckShop() string           { return "请核对商户名与金额" }
func (zh) CheckYourPhone() string      { return "请在手机上输入密码" }
func (zh) PayOnce() string             { return "请不要重复付款" }
func (zh) OneMoment() string           { return "请稍候" }
func (zh) Paid() string                { return "付款成功" }
func (zh) TakeReceipt() string         { return "请取走小票" }
func (zh) YouWereNotCharged() string   { return "您没有被扣款" }
func (zh) WaitChecking() string        { return "请稍候，正在查询" }
func (zh) WillNotPayTwice() string     { return "请不要再付，不会重复扣款" }
func (zh) SaleCancelled() string       { return "这笔交易已取消" }
func (zh) MoneyComesBack() string      { return "如已付款，款项会退回" }
func (zh) AnythingPaidIsBack() string  { return "如已付款，款项已退回" }
func (zh) MoneyIsBack() string         { return "款项已退回给您" }
func (zh) ShowPayCode() string         { return "刚才不是付款码，请重新出示" }
func (zh) ShowFreshCode() string       { return "请刷新付款码后再出示" }
func (zh) PayWith(rails string) string { return "请改用：" + rails }

// zhDay is "11月22日" of the number 20261122.
func zhDay(date int) string {
	if date <= 0 {
		return ""
	}
	return fmt.Sprintf("%d月%d日", date/100%100, date%100)
}
