package screen

import "till/txn"

func (zh) Cause(c txn.Cause) Advice {
	switch c {
	case txn.CausePayerActing:
		return Advice{"顾客正在确认", "请顾客在手机上完成付款", "请在手机上确认付款"}
	case txn.CausePayerFunds:
		return Advice{"余额不足", "请顾客换一张卡或换一个钱包，直接再扫一次即可", "余额不足，请换一张卡"}
	case txn.CausePayerCard:
		return Advice{"这张卡不能用", "请顾客在钱包里换一张卡，再扫一次", "请在钱包里换一张卡"}
	case txn.CausePayerAccount:
		return Advice{"顾客的钱包受限", "原因在钱包里可以看到；请换一个钱包或收现金", "请查看钱包里的提示"}
	case txn.CausePayerRefused:
		return Advice{"顾客没有付款", "问顾客是否再试，再扫新的付款码", "您没有确认付款"}
	case txn.CauseCodeExpired:
		return Advice{"付款码已过期", "请顾客刷新付款码，再扫一次", "请刷新付款码"}
	case txn.CauseCodeUsed:
		return Advice{"付款码已用过", "请顾客刷新付款码，再扫一次", "请刷新付款码"}
	case txn.CauseCodeInvalid:
		return Advice{"付款码无效", "请顾客打开钱包里的付款码，再扫一次", "请打开钱包里的付款码"}
	case txn.CauseOtherPayer:
		return Advice{"这是别人的交易", "请顾客刷新付款码，再扫一次", "请刷新付款码"}
	case txn.CauseRisk:
		return Advice{"为安全被拦下", "请换一个钱包或收现金，不要反复尝试", "请查看钱包里的提示"}
	}
	return zhCauseOfShop(c)
}

// zhCauseOfShop is what the shop, the terminal or the network has to mend.
func zhCauseOfShop(c txn.Cause) Advice {
	const other = "请换一种付款方式"
	switch c {
	case txn.CauseNumberUsed:
		return Advice{"流水号已用过", "请再扫一次，会自动换新号", other}
	case txn.CauseOrderClosed:
		return Advice{"这笔交易已关闭", "请顾客出示新的付款码，再扫一次", other}
	case txn.CauseMerchantSetup:
		return Advice{"本店没有开通", "请换一个钱包，并把下面的代码告诉服务商", other}
	case txn.CauseMerchantLimit:
		return Advice{"本店收款到了限额", "请换一个钱包或收现金", other}
	case txn.CauseMerchantFunds:
		return Advice{"本店账户余额不足", "请先给本店账户充值，再试一次", other}
	case txn.CauseRequestWrong:
		return Advice{"平台看不懂请求", "不要再试，请把下面的代码告诉服务商", other}
	case txn.CauseKeyWrong:
		return Advice{"终端的密钥不对", "请联系服务商更换密钥", other}
	case txn.CauseClockWrong:
		return Advice{"终端的时间不对", "请校准本机时间，再扫一次", other}
	case txn.CauseBusy:
		return Advice{"平台太忙", "请等半分钟，再扫一次", "请稍候"}
	case txn.CauseGatewayDown:
		return Advice{"平台出故障", "请换一个钱包，或等一分钟再扫", other}
	case txn.CauseBankDown:
		return Advice{"顾客的银行出故障", "请顾客在钱包里换一张卡，再扫一次", "请在钱包里换一张卡"}
	}
	return zhCauseOfWire(c)
}

// zhCauseOfWire is what went wrong between here and there, and why the
// terminal took a sale back.
func zhCauseOfWire(c txn.Cause) Advice {
	const again = "请再出示一次付款码"
	switch c {
	case txn.CauseNoAnswer:
		return Advice{"没有等到回答", "请检查网络，再扫一次", again}
	case txn.CauseNotSent:
		return Advice{"网络不通", "请检查网线或无线网络，再扫一次", again}
	case txn.CauseUntrusted:
		return Advice{"收到的回答不可信", "请停用这个钱包，并联系服务商", again}
	case txn.CauseForeign:
		return Advice{"收到别的交易的回答", "请停用这个钱包，并联系服务商", again}
	case txn.CauseNoSuchOrder:
		return Advice{"平台没有收到", "请再扫一次顾客的付款码", again}
	case txn.CauseTooLate:
		return Advice{"已过撤销时间", "请联系服务商人工退款", "请向商户要求退款"}
	case txn.CauseOperator:
		return Advice{"收银员取消", "顾客还要付款，就再扫一次", again}
	case txn.CausePaidLate:
		return Advice{"付款来得太晚", "请告诉顾客款项已退回", "晚到的付款已退给您"}
	case txn.CauseElsewhere:
		return Advice{"在别处被撤销", "请先问清楚，再重新收款", again}
	case txn.CauseGaveUp:
		return Advice{"顾客没有及时确认", "问顾客是否还要付款，再扫一次", "您没有及时确认付款"}
	case txn.CauseConfirmed:
		return Advice{"平台已确认", "顾客还要付款，就再扫一次", again}
	}
	return zhCauseOfRefund(c)
}

// zhCauseOfRefund is why money cannot go back through the network.
func zhCauseOfRefund(c txn.Cause) Advice {
	switch c {
	case txn.CauseOverRemainder:
		return Advice{"超过可退金额", "请输入不超过可退金额的数", "超过了您付的金额"}
	case txn.CauseWindowOver:
		return Advice{"已过退款期限", "请用别的方式退款", "这笔付款太久，不能在这里退"}
	case txn.CauseTooManyParts:
		return Advice{"部分退款次数已满", "余下的请用别的方式退", "余下的用别的方式退"}
	case txn.CauseFullOnly:
		return Advice{"只能全额退款", "请全额退款，再重新收款", "这笔付款只能全额退"}
	case txn.CauseNotPaid:
		return Advice{"没有找到付款", "请再核对小票上的流水号", "没有找到付款"}
	case txn.CauseRefundedUp:
		return Advice{"已经全部退过", "请顾客在钱包里查看退款", "款项之前已全部退给您"}
	case txn.CauseFrozen:
		return Advice{"款项有争议", "请联系服务商：款项被平台冻结", "款项由平台暂时保管"}
	case txn.CauseAlreadyPaid:
		return Advice{"顾客先付了款", "已付款：请交付商品，或办理退款", "您已付款，谢谢"}
	case txn.CauseDead:
		return Advice{"平台放弃退款", "请用新号再退，或退现金", "店员会用别的方式为您办理"}
	case txn.CauseKeyReused:
		return Advice{"退款号对不上", "不要再退，请把代码告诉服务商", "正在核实您的退款"}
	case txn.CauseHanded:
		return Advice{"已移交另一台终端", "请到接收的终端查询", "由本店另一台终端办理"}
	case txn.CauseFeeBack:
		return Advice{"手续费也退回", "不用操作：按撤销办理", "款项会全部退给您"}
	}
	return Advice{"平台拒绝", "请换一个钱包；仍不行，请把代码告诉服务商", "请换一种付款方式"}
}

func (z zh) Fault(device string, code txn.FaultCode) Advice {
	it := z.Device(device)
	const service = "请停止收款，联系服务商"
	switch code {
	case "C01":
		return Advice{What: "时钟没有校准", Do: "请先设置时间再收款"}
	case "C02":
		return Advice{What: "时钟不准", Do: "请校准时间，或等网络自动校准"}
	case "D01":
		return Advice{What: it + "没有连接", Do: "请插好它的线"}
	case "D02":
		return Advice{What: it + "被别的程序占用", Do: "请关机再开机"}
	case "D03":
		return Advice{What: it + "打不开", Do: "请拔下来重新插上"}
	case "J01":
		return Advice{What: "交易记录写不进去", Do: service}
	case "J02":
		return Advice{What: "交易记录已损坏", Do: service}
	case "J07":
		return Advice{What: "终端自行停止", Do: "请稍候，会自动重启；仍不行，请联系服务商"}
	case "J03":
		return Advice{What: "存储已满", Do: "请联系服务商清理"}
	case "J04":
		return Advice{What: "存储卡里是别的内容", Do: service}
	case "J05":
		return Advice{What: "本机程序太旧", Do: "请联系服务商升级"}
	case "J06":
		return Advice{What: "程序重复启动", Do: "请关机再开机"}
	case "L01":
		return Advice{What: "网络不通", Do: "请检查网线或无线网络"}
	case "L02":
		return Advice{What: "网络找不到支付平台", Do: "请把路由器关掉再打开"}
	case "L03":
		return Advice{What: "网络连接不安全", Do: service}
	case "L04":
		return Advice{What: "网络太慢", Do: "请稍等，或检查无线网络"}
	case "L05":
		return Advice{What: "网络时断时续", Do: "请检查网线或无线网络"}
	}
	return zhPrinterFault(code)
}

func zhPrinterFault(code txn.FaultCode) Advice {
	switch code {
	case "P01":
		return Advice{What: "打印机盖子没合上", Do: "请合上打印机盖子"}
	case "P02":
		return Advice{What: "打印机缺纸", Do: "请换上新纸卷"}
	case "P03":
		return Advice{What: "纸快用完了", Do: "请准备新纸卷"}
	case "P04":
		return Advice{What: "切刀卡住", Do: "请关掉打印机，取出卡住的纸"}
	case "P05":
		return Advice{What: "打印机没有回答", Do: "请检查打印机的线和开关"}
	case "P06":
		return Advice{What: "打印机坏了", Do: "请联系服务商；收款不受影响"}
	case "P07":
		return Advice{What: "打印机太热", Do: "请等它凉下来"}
	case "P08":
		return Advice{What: "打印机暂停", Do: "请松开走纸键，或关掉再打开"}
	case "R01":
		return Advice{What: "收到不可信的回答", Do: "请联系服务商"}
	case "R02":
		return Advice{What: "支付平台拒绝本店", Do: "请联系服务商"}
	case "R03":
		return Advice{What: "收到别的交易的回答", Do: "请联系服务商"}
	case "S01":
		return Advice{What: "扫码枪传来乱码", Do: "请拔下来重新插上"}
	case "S02":
		return Advice{What: "有一次没扫完整", Do: "请再扫一次"}
	case "S03":
		return Advice{What: "扫到的码太长", Do: "请扫付款码"}
	}
	return Advice{What: "终端有故障", Do: "请联系服务商，并报出代码"}
}
