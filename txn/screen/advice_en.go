package screen

import "till/txn"

func (en) Cause(c txn.Cause) Advice {
	switch c {
	case txn.CausePayerActing:
		return Advice{"the customer is confirming", "Ask the customer to finish on the phone",
			"Please confirm on your phone"}
	case txn.CausePayerFunds:
		return Advice{"not enough funds", "Ask for another card or wallet, then just scan again",
			"Not enough money: please choose another card"}
	case txn.CausePayerCard:
		return Advice{"card cannot be used", "Ask for another card in the wallet, then scan again",
			"Please choose another card in your wallet"}
	case txn.CausePayerAccount:
		return Advice{"wallet is restricted", "The wallet app says why. Take another wallet, or cash",
			"Please look at the notice in your wallet app"}
	case txn.CausePayerRefused:
		return Advice{"customer did not pay", "Ask whether to try again, then scan the new code",
			"You did not confirm the payment"}
	case txn.CauseCodeExpired:
		return Advice{"the code is too old", "Ask the customer to refresh the code, then scan again",
			"Please refresh your payment code"}
	case txn.CauseCodeUsed:
		return Advice{"code was used before", "Ask the customer to refresh the code, then scan again",
			"Please refresh your payment code"}
	case txn.CauseCodeInvalid:
		return Advice{"code is not known", "Ask for the pay code in the wallet app, then scan it",
			"Please open the payment code in your wallet"}
	case txn.CauseOtherPayer:
		return Advice{"another customer's sale", "Ask the customer to refresh the code, then scan again",
			"Please refresh your payment code"}
	case txn.CauseRisk:
		return Advice{"stopped for safety", "Take another wallet, or cash. Do not try this one again",
			"Please look at the notice in your wallet app"}
	}
	return enCauseOfShop(c)
}

// enCauseOfShop is what the shop, the terminal or the network has to mend.
func enCauseOfShop(c txn.Cause) Advice {
	const other = "Please pay in another way"
	switch c {
	case txn.CauseNumberUsed:
		return Advice{"number was used before", "Scan again: it takes a new number", other}
	case txn.CauseOrderClosed:
		return Advice{"the sale is closed", "Ask for a new code and scan it", other}
	case txn.CauseMerchantSetup:
		return Advice{"not set up for this shop", "Take another wallet, and tell service the code below", other}
	case txn.CauseMerchantLimit:
		return Advice{"the shop's limit is reached", "Take another wallet, or cash", other}
	case txn.CauseMerchantFunds:
		return Advice{"shop's balance is too low", "Fill up the shop's account, then try again", other}
	case txn.CauseRequestWrong:
		return Advice{"request not understood", "Do not try again. Tell service the code below", other}
	case txn.CauseKeyWrong:
		return Advice{"terminal's key refused", "Call service: this terminal needs a new key", other}
	case txn.CauseClockWrong:
		return Advice{"terminal's clock is wrong", "Set the clock of this terminal, then scan again", other}
	case txn.CauseBusy:
		return Advice{"network is busy", "Wait half a minute, then scan again", "Please wait a moment"}
	case txn.CauseGatewayDown:
		return Advice{"network has a fault", "Take another wallet, or wait a minute and scan again", other}
	case txn.CauseBankDown:
		return Advice{"customer's bank has a fault", "Ask for another card in the wallet, then scan again",
			"Please choose another card in your wallet"}
	}
	return enCauseOfWire(c)
}

// enCauseOfWire is what went wrong between here and there, and why the
// terminal took a sale back.
func enCauseOfWire(c txn.Cause) Advice {
	const again = "Please show your payment code again"
	switch c {
	case txn.CauseNoAnswer:
		return Advice{"no answer came", "Check the network, then scan again", again}
	case txn.CauseNotSent:
		return Advice{"no connection", "Check the cable or Wi-Fi, then scan again", again}
	case txn.CauseUntrusted:
		return Advice{"an answer was not genuine", "Stop selling with this wallet and call service", again}
	case txn.CauseForeign:
		return Advice{"answer to another sale", "Stop selling with this wallet and call service", again}
	case txn.CauseNoSuchOrder:
		return Advice{"it never got there", "Scan the customer's code again", again}
	case txn.CauseTooLate:
		return Advice{"too late to take back", "Call service: the money must be returned by hand",
			"Please ask the shop for your money"}
	case txn.CauseOperator:
		return Advice{"cancelled here", "Scan again if the customer still wants to pay", again}
	case txn.CausePaidLate:
		return Advice{"it was paid too late", "Tell the customer that the money came back",
			"The late payment came back to you"}
	case txn.CauseElsewhere:
		return Advice{"somebody else did it", "Ask the office before you charge again", again}
	case txn.CauseGaveUp:
		return Advice{"not confirmed in time", "Ask whether the customer still wants to pay, then scan again",
			"You did not confirm in time"}
	case txn.CauseConfirmed:
		return Advice{"the network confirmed", "Scan again if the customer still wants to pay", again}
	}
	return enCauseOfRefund(c)
}

// enCauseOfRefund is why money cannot go back through the network.
func enCauseOfRefund(c txn.Cause) Advice {
	switch c {
	case txn.CauseOverRemainder:
		return Advice{"more than is left", "Key in at most what is left of the sale",
			"That is more than you paid"}
	case txn.CauseWindowOver:
		return Advice{"the sale is too old", "Give the money back in another way",
			"The payment is too old to be returned here"}
	case txn.CauseTooManyParts:
		return Advice{"too many part refunds", "Give the rest back in another way",
			"The rest is returned in another way"}
	case txn.CauseFullOnly:
		return Advice{"only all of it can go back", "Refund the whole sale, then charge anew",
			"Only the whole payment can be returned"}
	case txn.CauseNotPaid:
		return Advice{"it was never paid", "Look at the number on the receipt once more",
			"No payment was found"}
	case txn.CauseRefundedUp:
		return Advice{"all went back before", "Show the customer the refund in the wallet app",
			"It was all returned to you before"}
	case txn.CauseFrozen:
		return Advice{"the money is in dispute", "Call service: the network holds the money",
			"The payment network holds the money"}
	case txn.CauseAlreadyPaid:
		return Advice{"the customer was faster", "It is paid: hand over the goods, or refund it",
			"You have paid: thank you"}
	case txn.CauseDead:
		return Advice{"the network gave it up", "Refund again under a new number, or pay in cash",
			"The shop will help you in another way"}
	case txn.CauseKeyReused:
		return Advice{"number stands for another", "Do not refund again. Call service with the code",
			"Your refund is being looked into"}
	case txn.CauseHanded:
		return Advice{"another terminal has it", "Ask at the terminal that took the file over",
			"Another till of the shop sees to it"}
	case txn.CauseFeeBack:
		return Advice{"the fee comes back too", "Nothing to do: it is cancelled, not refunded",
			"All of it comes back to you"}
	}
	return Advice{"the network said no", "Take another wallet. If it stays, tell service the code",
		"Please pay in another way"}
}

func (e en) Fault(device string, code txn.FaultCode) Advice {
	it := e.Device(device)
	const service = "Stop selling and call service"
	switch code {
	case "C01":
		return Advice{What: "The clock is not set", Do: "Set the time before you sell"}
	case "C02":
		return Advice{What: "The clock is wrong", Do: "Set the time, or wait for the network"}
	case "D01":
		return Advice{What: it + " is not connected", Do: "Plug in its cable"}
	case "D02":
		return Advice{What: it + " is in use elsewhere", Do: "Switch the terminal off and on"}
	case "D03":
		return Advice{What: it + " does not open", Do: "Unplug it, plug it in again"}
	case "J01":
		return Advice{What: "Sales cannot be recorded", Do: service}
	case "J02":
		return Advice{What: "The record of sales is damaged", Do: service}
	case "J07":
		return Advice{What: "The terminal stopped itself", Do: "Wait: it starts again. If it stays, call service"}
	case "J03":
		return Advice{What: "The memory is full", Do: "Call service to make room"}
	case "J04":
		return Advice{What: "The memory holds something else", Do: service}
	case "J05":
		return Advice{What: "This program is too old", Do: "Call service to update it"}
	case "J06":
		return Advice{What: "The program runs twice", Do: "Switch the terminal off and on"}
	case "L01":
		return Advice{What: "No network", Do: "Check the cable or Wi-Fi"}
	case "L02":
		return Advice{What: "The network does not find the way", Do: "Switch the router off and on"}
	case "L03":
		return Advice{What: "The connection is not safe", Do: "Stop selling and call service"}
	case "L04":
		return Advice{What: "The network is slow", Do: "Wait, or check the Wi-Fi"}
	case "L05":
		return Advice{What: "The connection breaks off", Do: "Check the cable or Wi-Fi"}
	}
	return enPrinterFault(code)
}

func enPrinterFault(code txn.FaultCode) Advice {
	switch code {
	case "P01":
		return Advice{What: "The cover is open", Do: "Close the printer's cover"}
	case "P02":
		return Advice{What: "No paper", Do: "Put in a new roll"}
	case "P03":
		return Advice{What: "The paper is nearly used up", Do: "Have a new roll ready"}
	case "P04":
		return Advice{What: "The cutter is stuck", Do: "Switch the printer off, take out the paper"}
	case "P05":
		return Advice{What: "The printer does not answer", Do: "Check its cable and its switch"}
	case "P06":
		return Advice{What: "The printer is broken", Do: "Call service. Sales go on without paper"}
	case "P07":
		return Advice{What: "The printer is too hot", Do: "Wait until it has cooled down"}
	case "P08":
		return Advice{What: "The printer is paused", Do: "Let go of its button, or switch it off and on"}
	case "R01":
		return Advice{What: "An answer was not genuine", Do: "Call service"}
	case "R02":
		return Advice{What: "The network refuses this shop", Do: "Call service"}
	case "R03":
		return Advice{What: "An answer was for another sale", Do: "Call service"}
	case "S01":
		return Advice{What: "The scanner sends nonsense", Do: "Unplug it, plug it in again"}
	case "S02":
		return Advice{What: "A scan broke off", Do: "Scan once more"}
	case "S03":
		return Advice{What: "A code was too long", Do: "Scan a payment code"}
	}
	return Advice{What: "A part of the terminal has a fault", Do: "Call service and read out the code"}
}
