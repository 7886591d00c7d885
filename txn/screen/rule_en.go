package screen

import (
	"till/txn"
	"till/txn/money"
)

// Rule says what speaks against a refund, and what to do.
func (en) Rule(r txn.Rule, a money.Amount) Advice {
	switch r {
	case txn.RuleOpen:
		return Advice{What: "This sale is not finished", Do: "Look at it first: it may end by itself."}
	case txn.RuleNotPaid:
		return Advice{What: "This sale was never paid", Do: "Nothing to refund. Look at the number once more."}
	case txn.RuleGone:
		return Advice{What: "This sale was taken back", Do: "The money is back already: see the customer's bill."}
	case txn.RuleNothing:
		return Advice{What: "All of it was refunded", Do: "Nothing is left. Show the customer the bill or the slip."}
	case txn.RuleWindow:
		return Advice{What: "Too old for the network", Do: "Pay the customer in another way, with the manager."}
	case txn.RuleShop:
		return Advice{What: "Too old for the shop's own rule", Do: "Ask the manager whether to make an exception."}
	case txn.RuleParts:
		return Advice{What: "No further part is possible", Do: "Pay the rest in another way, with the manager."}
	case txn.RuleUnknown:
		return Advice{What: "Nobody knows this sale", Do: "Check the shop's name in the customer's bill, scan its number."}
	case txn.RuleElsewhere:
		return Advice{What: "Another terminal sold it", Do: "The network must be asked, and cannot be now. Try again."}
	case txn.RuleNoRail:
		return Advice{What: "This network is not set up here", Do: "Refund it on the terminal that sold it."}
	case txn.RuleAsking:
		return Advice{What: "Asking the network about it", Do: "One moment: the answer comes by itself."}
	}
	return enRuleOfShop(r, a)
}

// enRuleOfShop is what the shop allows, and what does not fit the amount.
func enRuleOfShop(r txn.Rule, a money.Amount) Advice {
	switch r {
	case txn.RuleLeft:
		return Advice{What: "Only " + a.String() + " is left", Do: "Key in at most that, or press F1."}
	case txn.RuleZero:
		return Advice{What: "Key in an amount", Do: "Or press F1 for all of it."}
	case txn.RuleMax:
		return Advice{What: "Largest refund: " + a.String(), Do: "Key in less, or ask the manager."}
	case txn.RuleShift:
		return Advice{What: "Shift limit: " + a.String(), Do: "Ask the manager to go on."}
	case txn.RuleDay:
		return Advice{What: "Day limit: " + a.String(), Do: "Go on tomorrow, or ask the manager."}
	case txn.RuleTempo:
		return Advice{What: "Too many refunds for now", Do: "Wait a while, or ask the manager."}
	case txn.RuleNobody:
		return Advice{What: "No supervisor is set up here", Do: "Key in less, or have one set up."}
	case txn.RulePerson:
		return Advice{What: "You may not refund", Do: "Ask a supervisor to sign in."}
	case txn.RuleFrozen:
		return Advice{What: "The money is in dispute", Do: "The network holds it. Call service."}
	case txn.RuleFull:
		return Advice{What: "Only all of it can go back", Do: "Press F1 for all of it, then charge anew."}
	}
	return Advice{What: "This sale cannot be refunded", Do: "Call service."}
}

// RefundDo says who acts on a refund that was refused, and how.
func (en) RefundDo(c txn.Cause) string {
	switch c {
	case txn.CauseMerchantFunds:
		return "Top up the shop's account: it goes again by itself."
	case txn.CauseMerchantSetup, txn.CauseKeyWrong:
		return "Tell service the code. It goes again by itself."
	case txn.CauseMerchantLimit:
		return "The manager raises the limit; it goes again by itself."
	case txn.CauseBusy, txn.CauseGatewayDown, txn.CauseBankDown, txn.CauseNoAnswer:
		return "Nothing to do: it goes again by itself."
	case txn.CauseNotSent:
		return "Check the network: it goes again by itself."
	case txn.CauseClockWrong:
		return "Set the clock: it goes again by itself."
	case txn.CauseUntrusted, txn.CauseForeign:
		return "Call service. Nothing is believed that is not signed."
	case txn.CauseWindowOver, txn.CauseTooLate, txn.CauseTooManyParts:
		return "Pay the customer in cash, with the manager."
	case txn.CausePayerAccount, txn.CausePayerCard:
		return "The customer's account cannot take it: pay in cash."
	case txn.CauseFullOnly:
		return "Refund all of it, or pay this part in cash."
	case txn.CauseNotPaid, txn.CauseNoSuchOrder:
		return "Look at the number in the customer's bill once more."
	case txn.CauseRefundedUp:
		return "Show the customer the refund in the wallet."
	case txn.CauseOverRemainder:
		return "Open the sale again and key in what is left."
	case txn.CauseFrozen:
		return "Call service: the network holds the money."
	case txn.CauseKeyReused:
		return "Do not refund again. Call service with the code."
	case txn.CauseDead:
		return "Refund again under a new number, or pay in cash."
	case txn.CauseRisk, txn.CausePayerRefused:
		return "The manager asks the network, or pays in cash."
	}
	return "Call service with the code, or pay in cash."
}
