package screen

import (
	"fmt"
	"time"

	"till/txn"
	"till/txn/money"
)

func (zh) SignIn() string             { return "签到" }
func (zh) YourNumber() string         { return "您的工号" }
func (zh) NumberHow() string          { return "两位数字，再按绿色键" }
func (zh) YourPIN(name string) string { return name + "的密码" }
func (zh) TriesLeft(n int) string     { return fmt.Sprintf("还可试 %d 次", n) }
func (zh) CheckingPIN() string        { return "正在核对…" }
func (zh) PINWait() Ticking {
	return Ticking{Before: "密码错得太多，", After: " 秒后再试", Minutes: " 分钟后再试"}
}
func (zh) SecondPerson() string { return "请店长授权" }
func (zh) AsksTo(name string) string {
	if name == "" {
		return "收银台申请"
	}
	return name + "申请"
}
func (zh) PermitTo(p txn.Permit, rail, number string) string {
	switch p {
	case txn.PermitRefund:
		return "退回" + rail + " · " + number
	case txn.PermitDayClose:
		return "日结"
	case txn.PermitWriteOff:
		return "放弃查询" + rail + " · " + number
	case txn.PermitCash:
		return "退现金 · " + number
	case txn.PermitRepair:
		return "退到本店账户 · " + number
	case txn.PermitDrop:
		return "取消退款 · " + number
	case txn.PermitPayout:
		return "退现金，无原单"
	}
	return "继续"
}
func (zh) OtherPIN() string   { return "店长密码" }
func (zh) NotOneself() string { return "须由另一人输入" }
func (zh) CancelsIn() Ticking { return Ticking{After: " 秒后取消"} }

func (zh) Menu() string                     { return "菜单" }
func (zh) TileSale() string                 { return "收款" }
func (zh) TileRefund() string               { return "退款" }
func (zh) TileDay() string                  { return "日结" }
func (zh) TileReprint() string              { return "重打印" }
func (zh) TileShift() string                { return "交班" }
func (zh) TileRules() string                { return "本店规则" }
func (zh) TileLanguage(other string) string { return "语言 " + other }

func (zh) WhoseCode() string                { return "出示哪个平台的码？" }
func (zh) AskingForCode(rail string) string { return "正在向" + rail + "要收款码" }
func (zh) CustomerScans(rail string) string { return "请顾客用" + rail + "扫码" }
func (zh) ShownCloses() Ticking {
	return Ticking{After: " 秒后关闭，未扣款", Minutes: " 分钟后关闭，未扣款"}
}
func (zh) ClosingCode() string          { return "正在关闭收款码" }
func (zh) StepCode() string             { return "收款码" }
func (zh) StepScans() string            { return "顾客扫码" }
func (zh) ScanToPay(rail string) string { return "请用" + rail + "扫码付款" }

func (zh) PendingWork() string    { return "待处理" }
func (zh) NothingPending() string { return "没有待处理的事" }
func (zh) StillToPrint(n int) string {
	return fmt.Sprintf("还有 %d 张小票没打，请看打印机", n)
}
func (zh) OpenSum(n int, sum money.Amount) string { return fmt.Sprintf("%d 笔 %s", n, sum) }
func (zh) OpenSince(n int, sum money.Amount, since string) string {
	return fmt.Sprintf("%d 笔待处理，共 %s，最早 %s", n, sum, since)
}
func (zh) OpenFor(alarm int) string {
	switch alarm {
	case 1:
		return "待处理超过一分钟"
	case 2:
		return "待处理超过十分钟"
	case 3:
		return "待处理超过一小时"
	}
	return "待处理过了日结"
}
func (zh) ItemReversal() string { return "撤销中" }
func (zh) ItemSale() string     { return "结果未知" }
func (zh) ItemRefund(p txn.RefundPhase) string {
	switch p {
	case txn.Promised:
		return "退款待发"
	case txn.Underway:
		return "退款待查"
	case txn.Held:
		return "退款排队"
	case txn.Taken:
		return "退款已受理"
	case txn.Dead, txn.Stranded:
		return "退款待决定"
	case txn.Failed:
		return "退款被拒"
	}
	return "退款"
}
func (zh) Since(when string) string { return when + " 起" }
func (zh) MoreStored(n int) string {
	return fmt.Sprintf("另有 %d 笔退款存在本机，断电不丢", n)
}
func (zh) TryingAll(seen, ended int) string {
	return fmt.Sprintf("正在全部再试：已问 %d，办完 %d", seen, ended)
}
func (zh) NextRound() string    { return "每一笔都会自动再试" }
func (zh) WaitsForLink() string { return "网络恢复后全部自动办理" }
func (zh) SafeHere() string     { return "都存在本机，断电不丢；请不要换机器" }

func (z zh) DayTotals(day int) string { return z.Date(day) + " 日结" }
func (zh) AddingUp() string           { return "正在合计…" }
func (zh) HeadChannel() string        { return "渠道" }
func (zh) HeadCount() string          { return "笔数" }
func (zh) HeadRefunds() string        { return "退款" }
func (zh) HeadNet() string            { return "净额" }
func (zh) TotalSales(n int) string    { return fmt.Sprintf("合计 %d 笔", n) }
func (zh) NoSaleRefunds(n int, sum money.Amount) string {
	return fmt.Sprintf("无原单退款 %d 笔 %s", n, sum)
}
func (zh) TakenBackSales(n int) string {
	return fmt.Sprintf("撤销 %d 笔，不计入", n)
}
func (zh) NothingOpen() string { return "没有未了结的事" }
func (zh) CarriedForward(n int, sum money.Amount) string {
	return fmt.Sprintf("结转 %d 笔未了结，共 %s", n, sum)
}
func (zh) DayClosed() string { return "已日结" }
func (zh) SlipState(s txn.SlipState) string {
	switch s {
	case txn.SlipPrinting:
		return "正在打印…"
	case txn.SlipPrinted:
		return "已打印"
	case txn.SlipFailed:
		return "没打出来：请看打印机"
	}
	return ""
}
func (zh) ShiftOf(name string) string    { return name + "的班次" }
func (zh) ShiftSince(when string) string { return when + " 起" }
func (zh) ShiftSales(n int) string       { return fmt.Sprintf("收款（%d 笔）", n) }
func (zh) ShiftRefunds(n int) string     { return fmt.Sprintf("退款（%d 笔）", n) }
func (zh) ShiftReversed(n int) string    { return "撤销的收款" }
func (zh) ShiftCash() string             { return "钱箱现金" }
func (zh) ShiftNet() string              { return "收款减退款" }
func (zh) NoShift() string               { return "没有开班" }

func (zh) RulesHere() string              { return "本店规则" }
func (zh) RuleSaleLimit() string          { return "单笔收款上限" }
func (zh) RuleRefundLimit() string        { return "超过要店长授权的退款" }
func (zh) RuleRefundMax() string          { return "单笔退款上限" }
func (zh) RuleShiftRefunds() string       { return "每班退款上限" }
func (zh) RuleDayRefunds() string         { return "每天退款上限" }
func (zh) RuleShiftSales() string         { return "每班收款上限" }
func (zh) RuleDays() string               { return "本店退款期限" }
func (zh) RuleReasons() string            { return "退款要填原因" }
func (zh) RuleTempo() string              { return "短时间内的退款" }
func (zh) RuleNoSale() string             { return "无原单退现金" }
func (zh) RuleCash() string               { return "现金收款" }
func (zh) RuleStaff() string              { return "签到" }
func (zh) RuleLock() string               { return "无人按键后锁定" }
func (zh) RuleWindow(rail string) string  { return rail + "退款期限" }
func (zh) RuleParts(rail string) string   { return rail + "每笔退款次数" }
func (zh) RuleSpacing(rail string) string { return rail + "两次退款间隔" }
func (zh) RuleVoid(rail string) string    { return rail + "当天全退" }
func (zh) RuleShown(rail string) string   { return rail + "收款码有效" }
func (zh) RuleFunded(rail string) string  { return rail + "退款来自" }
func (zh) None() string                   { return "无" }
func (zh) Yes() string                    { return "是" }
func (zh) No() string                     { return "否" }
func (zh) Days(n int) string              { return fmt.Sprintf("%d 天", n) }
func (zh) Parts(n int) string             { return fmt.Sprintf("最多 %d 次", n) }
func (zh) Staffed(n int) string           { return fmt.Sprintf("%d 人", n) }
func (zh) Lasts(d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%d 小时", d/time.Hour)
	case d >= time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%d 分钟", d/time.Minute)
	}
	return fmt.Sprintf("%d 秒", d/time.Second)
}
func (z zh) TempoOf(n int, d time.Duration) string {
	return fmt.Sprintf("%s内最多 %d 次", z.Lasts(d), n)
}
func (zh) FundedFrom(key string) string {
	switch key {
	case "balance":
		return "本店账户余额"
	case "takings":
		return "当天收款"
	}
	return "不清楚"
}
func (zh) VoidToday(why txn.Cause) string {
	if why == txn.CauseFeeBack {
		return "按撤销，手续费也退"
	}
	return "按撤销"
}
func (zh) Role(r txn.Role) string {
	switch r {
	case txn.Supervisor:
		return "店长"
	case txn.Technician:
		return "技术员"
	}
	return "收银员"
}
func (zh) SwitchedOff() string { return "本店不用" }

func (zh) OfflineNow() string     { return "网络不通，暂不能扫码收款" }
func (zh) OfflineResumes() string { return "没有扣款 · 网络恢复后按绿色键" }
func (zh) StillWorks() string     { return "仍可办理" }
func (zh) WorksCash() string      { return "登记现金收款" }
func (zh) WorksReprint() string   { return "重打印，查找收款" }
func (zh) WorksRefund() string    { return "先答应退款，联网后自动退" }
func (zh) CheckCable() string     { return "请检查：路由器灯亮吗？网线插紧了吗？" }

func (zh) KeyShowCode() string     { return "出示收款码" }
func (zh) KeyCash() string         { return "现金" }
func (zh) KeyPrintCode() string    { return "打印收款码" }
func (zh) KeyPrintPending() string { return "打单" }
func (zh) KeyPending(n int) string { return fmt.Sprintf("待处理 %d", n) }
func (zh) KeyLock() string         { return "锁定" }
func (zh) KeyMenu() string         { return "菜单" }
func (zh) KeyEnterPIN() string     { return "签到" }
func (zh) KeyNextStep() string     { return "下一步" }
func (zh) KeyAuthorise() string    { return "授权" }
func (zh) KeyTryAll() string       { return "全部再试" }
func (zh) KeyPrintList() string    { return "打印" }
func (zh) KeyPrintOnly() string    { return "只打印" }
func (zh) KeyCloseDay() string     { return "日结并打印" }
func (zh) KeyCloseShift() string   { return "交班并打印" }
func (zh) KeyRetry() string        { return "再试" }
func (zh) KeyMore() string         { return "下一页" }

func (zh) ClosingAgain() Ticking {
	return Ticking{After: " 秒后再请求平台关闭", Minutes: " 分钟后再请求平台关闭"}
}

func (zh) ListOnPaper(state string) string { return "清单：" + state }

func (zh) NextRoundIn() Ticking {
	return Ticking{After: " 秒后自动全部再试", Minutes: " 分钟后自动全部再试"}
}
