package screen

import (
	"fmt"
	"time"

	"till/txn"
	"till/txn/money"
)

func (zh) When(at time.Time) string {
	return fmt.Sprintf("%d月%d日 %s", at.Month(), at.Day(), at.Format("15:04"))
}
func (zh) Date(day int) string {
	return fmt.Sprintf("%d年%d月%d日", day/10000, day/100%100, day%100)
}
func (zh) RefundNumber(tail string) string { return "退款 " + tail }
func (zh) RefundOfSale(refund, sale string) string {
	return "退款 " + refund + "（原流水号 " + sale + "）"
}

func (zh) FindSale() string                { return "退款：找原来的收款" }
func (zh) FindBy() string                  { return "流水号或金额" }
func (zh) FindHow() string                 { return "流水号末六位，或者金额" }
func (zh) Searching() string               { return "正在查找…" }
func (zh) NothingFound() string            { return "没有找到；请试金额，或扫小票" }
func (zh) SoldAbout(a money.Amount) string { return a.String() + "：大约几点付的？" }
func (zh) SoldAboutHow() string            { return "时分四位；一周前的再加月日四位" }
func (zh) NoSuchTime() string              { return "没有这个时间；先时分，再月日" }
func (zh) NothingAbout() string            { return "前后半小时没有；请改时间，或只按金额" }
func (zh) KeyTime() string                 { return "按时间" }
func (zh) KeyNoTime() string               { return "不用时间" }
func (zh) FoundTimes(n int) string         { return fmt.Sprintf("找到 %d 笔", n) }
func (zh) Page(n, of int) string           { return fmt.Sprintf("第 %d 页，共 %d 页", n, of) }
func (zh) PressNumber() string             { return "按数字选择" }
func (zh) StatePaid() string               { return "已付" }
func (zh) StateNotCharged() string         { return "未收款" }
func (zh) StateRefunded() string           { return "已退" }
func (zh) StatePartly() string             { return "退过" }
func (zh) StateOpen() string               { return "没结果" }
func (zh) RefundedOf(back money.Amount, rail, number string) string {
	return rail + " " + number + "：已退 " + back.String()
}
func (zh) LeavesIn() Ticking { return Ticking{After: " 秒后返回", Minutes: " 分钟后返回"} }

func (zh) Refund() string                    { return "退款" }
func (zh) PaidAt(when, wallet string) string { return "付款 " + when + " · " + wallet }
func (zh) NotOurs() string                   { return "别的终端收款" }
func (zh) GivenBack(part, of int) string {
	if of > 0 {
		return fmt.Sprintf("已退（%d 次，最多 %d 次）", part, of)
	}
	return fmt.Sprintf("已退（%d 次）", part)
}
func (zh) OnItsWay() string         { return "退款途中" }
func (zh) PromisedBack() string     { return "已答应，还没发出" }
func (zh) AtMostRefundable() string { return "最多可退，须减去别处已退的" }
func (zh) StillRefundable(until string) string {
	if until == "" {
		return "还可退"
	}
	return "还可退（至" + until + "）"
}
func (zh) RefundNow() string           { return "本次退款" }
func (zh) BackTo(rail string) string   { return "退回原" + rail + "账户" }
func (zh) BackInCash() string          { return "从钱箱退现金" }
func (zh) KeptForNow() string          { return "已记下，等平台回答后再确认" }
func (zh) AskedAt(at time.Time) string { return at.Format("15:04") + " 核实" }
func (zh) NoteOffline() string         { return "网络不通：先答应，网络恢复后自动退" }
func (zh) NoteSilent(rail string) string {
	return rail + "没有回答：先答应，稍后自动退"
}
func (zh) NoteShort(rail string, by money.Amount) string {
	return "本店" + rail + "账户还差 " + by.String() + "：会排队等待"
}
func (zh) NoteElsewise() string { return "平台显示在别处也退过" }
func (zh) NoteApproval(above money.Amount) string {
	return "超过 " + above.String() + " 要店长授权"
}
func (zh) NoteVoid(why txn.Cause) string {
	if why == txn.CauseFeeBack {
		return "当天全退按撤销办理，手续费也退"
	}
	return "当天全退按撤销办理"
}
func (zh) NoteSpaced(rail string, pause time.Duration) string {
	return "刚退过一次：" + rail + "要求隔" + zhPause(pause)
}
func (zh) NoteNotAsked(what string) string {
	return "没能问到平台（" + what + "），按本机记录"
}

func (zh) WhyBack() string { return "为什么退款？" }
func (zh) Reason(r txn.Reason) string {
	switch r {
	case txn.ReasonCustomer:
		return "顾客改变主意"
	case txn.ReasonGoods:
		return "退货或有瑕疵"
	case txn.ReasonAmount:
		return "金额收错"
	case txn.ReasonTwice:
		return "重复付款"
	case txn.ReasonMissing:
		return "缺货或没给"
	case txn.ReasonTerminal:
		return "撤销来不及"
	case txn.ReasonBooks:
		return "平台账单已核对"
	case txn.ReasonSettled:
		return "已与顾客另行结清"
	case txn.ReasonGone:
		return "平台不再答复"
	}
	return "其他原因"
}

func (zh) BackPromised() string            { return "已答应，还没发出" }
func (zh) BackSpaced(rail string) string   { return "正在排队" }
func (zh) BackWaitsLink() string           { return "正在等网络" }
func (zh) BackUnderway(rail string) string { return "已发出，等" + rail + "回答" }
func (zh) BackDoubt() string               { return "不要再次退款" }
func (zh) BackHeld(what string) string     { return "排队等待：" + what }
func (zh) BackTaken() string               { return "已受理，还没到账" }
func (zh) BackPaid() string                { return "退款成功" }
func (zh) BackVoided() string              { return "撤销成功" }
func (zh) BackFailed(what string) string   { return "没有退款：" + what }
func (zh) BackDead(rail string) string     { return rail + "放弃了这次退款" }
func (zh) BackStranded() string            { return "顾客的账户收不了退款" }
func (zh) BackRepairing() string           { return "正在退到本店账户" }
func (zh) BackDropped() string             { return "已取消退款" }
func (zh) BackCashed() string              { return "已退现金" }
func (zh) BackHanded() string              { return "已移交另一台终端" }
func (zh) BackReplaced() string            { return "已换新号办理" }

func (zh) NotBackYet() string                 { return "款项还没有退回" }
func (zh) NotKnownWhetherBack() string        { return "还不知道款项是否已退回" }
func (zh) IsOnItsWay(rail string) string      { return rail + "正在退给顾客" }
func (zh) WentBack() string                   { return "款项已退回给顾客" }
func (zh) NothingWentBack() string            { return "款项没有退回" }
func (zh) WaitsAtNetwork(rail string) string  { return "款项停在" + rail }
func (zh) HandOverCash(a money.Amount) string { return "请从钱箱付给顾客 " + a.String() }
func (zh) GoesByItself() string               { return "网络恢复后会自动退" }
func (zh) SameNumber() string                 { return "会用同一个号一直查，直到有结果" }
func (zh) KeepNumber(tail string) string      { return "顾客可以凭退款号 " + tail + " 查询" }
func (zh) ShortBy(a money.Amount) string      { return "还差 " + a.String() }
func (zh) Arrival() string                    { return "退到钱包要几分钟，退到银行卡要一到三天" }
func (zh) BackToAccount(a string) string      { return "退到：" + a }
func (zh) FeeBack() string                    { return "按撤销办理，手续费也退了" }
func (zh) VoidTooLate() string                { return "撤销来不及，改为退款" }
func (zh) DeadDo() string                     { return "请用新号再退，或退现金" }
func (zh) ReplacedBy(number string) string    { return "新号：" + number }
func (zh) ReplacesOld(number string) string   { return "代替 " + number }
func (zh) Split(m, coupons money.Amount) string {
	return "现金 " + m.String() + "，优惠券 " + coupons.String()
}
func (zh) PayCashNow() string { return "请付现金给顾客" }
func (zh) RepairedByHand(a money.Amount) string {
	return "已退到本店账户，请付给顾客现金 " + a.String()
}
func (zh) NothingThroughNetwork(r string) string { return r + "不再退款" }
func (zh) StrandedDo(repair bool) string {
	if repair {
		return "请退到本店账户，再付现金给顾客"
	}
	return "请顾客恢复账户；之后会自动继续"
}
func (zh) AskedBefore(p txn.Permit) string {
	if p == txn.PermitCash {
		return "正在最后问一次平台，然后退现金"
	}
	return "正在最后问一次平台，然后取消"
}
func (zh) ToldOtherwise() string  { return "之前说没有退成：请告诉财务" }
func (zh) SlipNotPrinted() string { return "退款单还没打" }
func (zh) StepDecided() string    { return "已决定" }
func (zh) StepMoneyBack() string  { return "款项退回" }
func (zh) NextSend() Ticking {
	return Ticking{After: " 秒后用同一个号再发", Minutes: " 分钟后用同一个号再发"}
}
func (zh) NextAsk(asked int) Ticking {
	return Ticking{After: " 秒后再问平台", Minutes: " 分钟后再问平台"}
}
func (zh) NextDoubt() Ticking {
	return Ticking{After: " 秒后用同一个号再查", Minutes: " 分钟后用同一个号再查"}
}
func (zh) RefundedInstead(n string) string { return "撤销来不及，改为" + n }
func (zh) RefundInsteadState(p txn.RefundPhase) string {
	switch p {
	case txn.PaidBack:
		return "已全部退给顾客"
	case txn.Cashed:
		return "已全部退现金"
	case txn.Failed, txn.Dead, txn.Stranded, txn.Dropped, txn.Replaced, txn.GivenUp:
		return "这次退款要人工处理，请看待处理"
	}
	return "正在全部退款，会自动办完"
}
func (zh) GaveUpAsking() string      { return "已放弃查询" }
func (zh) OutcomeNeverKnown() string { return "不知道顾客是否付了款" }
func (zh) WrittenOffDo() string      { return "请财务在平台账单里核对" }
func (zh) KeyNoSale() string         { return "无原单" }
func (zh) PayoutTitle() string       { return "无原单退款" }
func (zh) PayoutCashOnly() string    { return "只能退现金：没有原单，平台不能退款" }
func (zh) PayoutSecond() string      { return "要写原因，并由另一位店长授权" }
func (zh) WithoutSale() string       { return "无原单" }

func (zh) WhyGiveUp() string       { return "为什么放弃查询？" }
func (zh) BackNeverKnown() string  { return "不知道款项是否已退回" }
func (zh) NoneUnderNumber() string { return "这个号不再退款，金额仍算已退" }
func (zh) GivenUpBefore() string   { return "放弃查询之后平台才答复：请告诉财务" }
func (zh) LostBack() string        { return "结果未知，已放弃查询" }
func (zh) ToldLate(o txn.Outcome) string {
	switch o {
	case txn.Approved:
		return "平台后来说：顾客付了款"
	case txn.Undone:
		return "平台后来说：已撤销"
	}
	return "平台后来说：顾客没有付款"
}

func (zh) CashSale() string       { return "现金收款" }
func (zh) TakeCash() string       { return "请收取现金" }
func (zh) CashInDrawer() string   { return "现金放进钱箱后，按绿色键" }
func (zh) KeyCashTaken() string   { return "已收现金" }
func (zh) KeyWrongAmount() string { return "金额错" }
func (zh) KeyRefund() string      { return "退款" }
func (zh) KeyAllOfIt() string     { return "全退" }
func (zh) KeyNewest() string      { return "最近收款" }
func (zh) KeyFind() string        { return "查找" }
func (zh) KeyOther() string       { return "换一笔" }
func (zh) KeyOpenIt() string      { return "打开" }
func (zh) KeyMove() string        { return "下一行" }
func (zh) KeyLookAtSale() string  { return "看那一笔" }
func (zh) KeyReceipt() string     { return "小票" }
func (zh) KeySlip() string        { return "打单" }
func (zh) KeyCallOff() string     { return "取消退款" }
func (zh) KeyPayCash() string     { return "退现金" }
func (zh) KeyTryNow() string      { return "马上再试" }
func (zh) KeyAskNow() string      { return "马上再问" }
func (zh) KeyNewNumber() string   { return "换号再退" }
func (zh) KeyRepair() string      { return "退到本店" }
func (zh) KeyLater() string       { return "以后再说" }
func (zh) KeyWriteOff() string    { return "放弃" }
func (zh) KeyLeave() string       { return "下一位" }

func (zh) RefundTitle() string    { return "退款" }
func (zh) RefundNoted() string    { return "您的退款已登记" }
func (zh) RefundUnderWay() string { return "您的退款正在办理" }
func (zh) RefundChecking() string { return "正在核实您的退款" }
func (zh) RefundWait() string     { return "请稍候，谢谢您的耐心" }
func (zh) RefundDone() string     { return "退款成功" }
func (zh) RefundNotMade() string  { return "抱歉，这样退不了" }
func (zh) AskTheShop() string     { return "店员会用别的方式为您办理" }
func (zh) CashFromShop() string   { return "请在柜台领取现金" }
func (zh) LookAtWallet() string   { return "请在钱包账单里查看" }
func (zh) KeepYourSlip() string   { return "请保管好退款单和号码" }
func (zh) OfficeChecks() string   { return "我们会核对您是否付款，请保留账单" }

func (zh) ScanToFind() string { return "也可以扫小票，或扫顾客账单里的单号" }
func (zh) CashOnceThere(a money.Amount) string {
	return "到账后请付给顾客现金 " + a.String()
}

func (zh) OfSale(tail string) string { return "原流水号 " + tail }

func (zh) NoteTempo() string { return "刚才退款较多：要店长授权" }

func (zh) HandedOver() string      { return "款项由那台终端办理" }
func (zh) OtherTerminalDo() string { return "在那台终端用同一个号继续" }

func (zh) TakesTurns(rail string, pause time.Duration) string {
	return rail + "要求同一笔的两次退款隔" + zhPause(pause)
}

// zhPause is a pause that a network wants, in a sentence.
func zhPause(d time.Duration) string {
	if d == time.Minute {
		return "一分钟"
	}
	return zh{}.Lasts(d)
}
