package alipay

import (
	"slices"

	"till/txn"
	"till/txn/rail"
)

var (
	acting  = verdict{outcome: txn.Pending, cause: txn.CausePayerActing, again: true}
	waiting = verdict{outcome: txn.Pending, cause: txn.CausePayerActing}
	over    = verdict{outcome: txn.Undone, cause: txn.CauseElsewhere}
	undone  = verdict{outcome: txn.Undone, cause: txn.CauseConfirmed}
	noOrder = verdict{cause: txn.CauseNoSuchOrder}
	ill     = verdict{cause: txn.CauseGatewayDown}
)

// no is a refusal that charges nothing.
func no(cause txn.Cause) verdict { return verdict{outcome: txn.Declined, cause: cause} }

// wrong is a refusal that a technician has to mend.
func wrong(cause txn.Cause) verdict {
	return verdict{outcome: txn.Declined, cause: cause, fault: rail.FaultRefused}
}

// ask decides nothing; a payment that is answered so is asked for at once.
func ask(cause txn.Cause) verdict { return verdict{cause: cause, again: true} }

// states is every trade_status of rails.md 2.2. TRADE_SUCCESS stays so after a
// partial refund; TRADE_CLOSED is an order that timed out, was cancelled, or was
// refunded in full.
var states = []code[verdict]{
	{"WAIT_BUYER_PAY", ClassState, waiting},
	{"TRADE_SUCCESS", ClassState, verdict{outcome: txn.Approved}},
	{"TRADE_FINISHED", ClassState, verdict{outcome: txn.Approved}},
	{"TRADE_CLOSED", ClassState, over},
}

// payCodes is every sub_code of alipay.trade.pay: all of the OpenAPI of
// 2026-09-23, AlipayTradePayErrorResponseModel (rails.md A1), which spells out
// the groups of rails.md 2.5; those that it leaves ungrouped are sorted by the
// sentence that the network gives beside them.
var payCodes = slices.Concat(
	// query
	codes(ClassUnknown, ask(txn.CauseGatewayDown), `SYSTEM_ERROR`),
	codes(ClassResend, ask(txn.CauseNumberUsed), `TRADE_HAS_SUCCESS TRADE_STATUS_ERROR`),
	// new order number. An order of our number with other data or of another
	// payer is something to ask about before anybody is told "not charged"
	codes(ClassResend, ask(txn.CauseNumberUsed), `CONTEXT_INCONSISTENT`),
	codes(ClassResend, ask(txn.CauseOtherPayer), `TRADE_BUYER_NOT_MATCH`),
	codes(ClassDead, no(txn.CauseOrderClosed), `TRADE_HAS_CLOSE NOW_TIME_AFTER_EXPIRE_TIME_ERROR`),
	// rescan
	codes(ClassRescan, no(txn.CauseCodeInvalid), `PAYMENT_AUTH_CODE_INVALID AUTH_TOKEN_IS_NOT_EXIST`),
	codes(ClassRescan, no(txn.CauseCodeExpired), `CERT_EXPIRED`),
	codes(ClassRescan, no(txn.CausePayerRefused), `PULL_MOBILE_CASHIER_FAIL PAYMENT_FAIL`),
	// customer money or limit
	codes(ClassFunds, no(txn.CausePayerFunds), `BUYER_BALANCE_NOT_ENOUGH
		BUYER_BANKCARD_BALANCE_NOT_ENOUGH BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR
		BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR BUYER_LIMIT_EXCEEDED`),
	codes(ClassFunds, no(txn.CausePayerCard), `BUYER_BANKCARD_DECLINED BUYER_BANKCARD_INVALID
		NO_PAYMENT_INSTRUMENTS_AVAILABLE ERROR_BALANCE_PAYMENT_DISABLE NOT_SUPPORT_PAYMENT_INST
		CARD_TYPE_ERROR`),
	// customer account
	codes(ClassAccount, no(txn.CausePayerAccount), `BUYER_ENABLE_STATUS_FORBID BUYER_NOT_EXIST
		ERROR_BUYER_CERTIFY_LEVEL_LIMIT NOT_CERTIFIED_USER BUYER_NOT_MAINLAND_CERT
		USER_FACE_PAYMENT_SWITCH_OFF MOBILE_PAYMENT_SWITCH_OFF BUYER_SELLER_EQUAL USER_LOGONID_DUP`),
	codes(ClassAccount, no(txn.CauseOtherPayer), `PAYER_UNMATCHED CARD_USER_NOT_MATCH`),
	codes(ClassRisk, no(txn.CauseRisk), `PAYMENT_REQUEST_HAS_RISK`),
	// merchant limit or status
	codes(ClassMerchant, no(txn.CauseMerchantLimit), `TOTAL_FEE_EXCEED PRODUCT_AMOUNT_LIMIT_ERROR
		REQUEST_AMOUNT_EXCEED RESTRICTED_MERCHANT_INDUSTRY BEYOND_PAY_RESTRICTION
		BEYOND_PER_RECEIPT_RESTRICTION BEYOND_PER_RECEIPT_SINGLE_RESTRICTION
		BEYOND_PER_RECEIPT_DAY_RESTRICTION MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT
		MERCHANT_PERM_RECEIPT_SINGLE_LIMIT MERCHANT_PERM_RECEIPT_DAY_LIMIT`),
	codes(ClassMerchant, wrong(txn.CauseMerchantSetup), `SELLER_BEEN_BLOCKED SELLER_NOT_EXIST
		MERCHANT_STATUS_NOT_NORMAL INVALID_RECEIVE_ACCOUNT SECONDARY_MERCHANT_STATUS_ERROR
		SECONDARY_MERCHANT_ALIPAY_ACCOUNT_INVALID SECONDARY_MERCHANT_ID_INVALID
		SECONDARY_MERCHANT_ID_BLANK SECONDARY_MERCHANT_NOT_MATCH
		SECONDARY_MERCHANT_ISV_PUNISH_INDIRECT`),
	// set-up
	codes(ClassSetup, wrong(txn.CauseMerchantSetup), `ACCESS_FORBIDDEN PARTNER_ERROR INVALID_STORE_ID
		MERCHANT_AGREEMENT_NOT_EXIST MERCHANT_AGREEMENT_INVALID SUB_MERCHANT_CREATE_FAIL
		SUB_MERCHANT_TYPE_INVALID UN_SUPPORT_TRADE_SCENE TRADE_SETTLE_ERROR
		ROYALTY_ACCOUNT_NOT_EXIST PLATFORM_BUSINESS_ACQUIRE_MODE_MUST_MERCHANT_ID`),
	codes(ClassRequest, wrong(txn.CauseRequestWrong), `INVALID_PARAMETER EXIST_FORBIDDEN_WORD
		AMOUNT_OR_CURRENCY_ERROR CURRENCY_NOT_SUPPORT SUB_GOODS_SIZE_MAX_COUNT
		RISK_MERCHANT_IP_NOT_EXIST`),
	// agreements, pre-authorisations, credit and instalments
	codes(ClassSpecial, no(txn.CauseMerchantSetup), `AGREEMENT_NOT_EXIST AGREEMENT_INVALID
		AGREEMENT_STATUS_NOT_NORMAL AGREEMENT_ERROR CYCLE_PAY_DATE_NOT_MATCH
		CYCLE_PAY_SINGLE_FEE_EXCEED CYCLE_PAY_TOTAL_FEE_EXCEED CYCLE_PAY_TOTAL_TIMES_EXCEED
		AUTH_NO_ERROR AUTH_AMOUNT_NOT_ENOUGH AUTH_ORDER_NOT_PAID AUTH_ORDER_HAS_FINISHED
		AUTH_ORDER_HAS_CLOSED PRE_AUTH_PROD_CODE_INCONSISTENT MERCHANT_UNSUPPORT_ADVANCE
		BUYER_UNSUPPORT_ADVANCE ORDER_UNSUPPORT_ADVANCE ZM_AUTH_AMOUNT_EXCEED ZM_CREDIT_AUTH_FAIL
		ZM_AUTH_RULE_LIMIT OVER_MAX_DEDUCT_COUNT OVER_MAX_UNDER_WAY_DEDUCT_COUNT
		OVER_DEDUCT_PERIOD OVER_MERCHANT_DAILY_DEDUCT_AMOUNT SMILE_PAY_MERCHANT_NOT_MATCH`),
)

var badRequest = verdict{cause: txn.CauseRequestWrong, fault: rail.FaultRefused}

// queryCodes: AlipayTradeQueryErrorResponseModel (A1).
var queryCodes = slices.Concat(
	codes(ClassUnknown, ill, `SYSTEM_ERROR ENTERPRISE_PAY_BIZ_ERROR`),
	codes(ClassRequest, badRequest, `INVALID_PARAMETER`),
	codes(ClassUndo, noOrder, `TRADE_NOT_EXIST`),
)

// cancelCodes: rails.md 2.4. Declined means that it will not be cancelled: what
// is left is a refund. A shop without money may have some tomorrow.
var cancelCodes = slices.Concat(
	codes(ClassUnknown, ill, `SYSTEM_ERROR`),
	codes(ClassRequest, badRequest, `INVALID_PARAMETER`),
	codes(ClassUndo, noOrder, `TRADE_NOT_EXIST`),
	codes(ClassUndo, undone, `TRADE_HAS_CLOSE`),
	codes(ClassUndo, verdict{cause: txn.CauseMerchantFunds}, `SELLER_BALANCE_NOT_ENOUGH`),
	codes(ClassUndo, no(txn.CauseFrozen), `REASON_TRADE_BEEN_FREEZEN`), // sic
	codes(ClassUndo, no(txn.CauseTooLate), `TRADE_HAS_FINISHED TRADE_CANCEL_TIME_OUT CANCEL_NOT_ALLOWED`),
	codes(ClassUndo, no(txn.CauseOverRemainder), `REASON_TRADE_REFUND_FEE_ERR`),
)

// closeCodes is the same for an order that was shown: what cannot be taken back
// any more, or not for want of money, was paid.
var closeCodes = slices.Concat(
	codes(ClassUnknown, ill, `SYSTEM_ERROR`),
	codes(ClassRequest, badRequest, `INVALID_PARAMETER`),
	codes(ClassUndo, noOrder, `TRADE_NOT_EXIST`),
	codes(ClassUndo, undone, `TRADE_HAS_CLOSE`),
	codes(ClassUndo, no(txn.CauseFrozen), `REASON_TRADE_BEEN_FREEZEN`), // sic
	codes(ClassUndo, no(txn.CauseAlreadyPaid), `SELLER_BALANCE_NOT_ENOUGH TRADE_HAS_FINISHED
		TRADE_CANCEL_TIME_OUT CANCEL_NOT_ALLOWED REASON_TRADE_REFUND_FEE_ERR`),
)

var absent = refundVerdict{outcome: txn.RefundAbsent, cause: txn.CauseNoSuchOrder}

func refuse(cause txn.Cause) refundVerdict {
	return refundVerdict{outcome: txn.RefundRefused, cause: cause}
}

func mend(cause txn.Cause) refundVerdict {
	return refundVerdict{txn.RefundRefused, cause, rail.FaultRefused}
}

// refundCodes is every sub_code of alipay.trade.refund: rails.md 2.5, complete
// by AlipayTradeRefundErrorResponseModel (A1).
var refundCodes = slices.Concat(
	codes(ClassUnknown, refundVerdict{cause: txn.CauseGatewayDown}, `SYSTEM_ERROR REFUND_CHARGE_ERROR
		ENTERPRISE_PAY_BIZ_ERROR`),
	codes(ClassResend, refundVerdict{cause: txn.CauseNumberUsed}, `DISCORDANT_REPEAT_REQUEST`),
	codes(ClassRefund, refuse(txn.CauseMerchantFunds), `SELLER_BALANCE_NOT_ENOUGH`),
	codes(ClassRefund, refuse(txn.CauseOverRemainder),
		`REFUND_AMT_NOT_EQUAL_TOTAL REASON_TRADE_REFUND_FEE_ERR REFUND_FEE_ERROR`),
	codes(ClassRefund, refuse(txn.CauseFullOnly), `NOT_ALLOW_PARTIAL_REFUND`),
	codes(ClassRefund, refuse(txn.CauseNotPaid),
		`TRADE_NOT_EXIST TRADE_STATUS_ERROR REASON_TRADE_STATUS_INVALID`),
	codes(ClassRefund, refuse(txn.CauseRefundedUp), `TRADE_HAS_CLOSE`),
	codes(ClassRefund, refuse(txn.CauseWindowOver), `TRADE_HAS_FINISHED`),
	codes(ClassRefund, refuse(txn.CauseFrozen), `REASON_TRADE_BEEN_FREEZEN`), // sic
	// no cause says "not refundable at all": the network's words do
	codes(ClassRefund, refuse(txn.CauseOther), `TRADE_NOT_ALLOW_REFUND
		ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND`),
	codes(ClassAccount, refuse(txn.CausePayerAccount), `BUYER_NOT_EXIST BUYER_ERROR
		BUYER_ENABLE_STATUS_FORBID USER_NOT_MATCH_ERR CUSTOMER_VALIDATE_ERROR`),
	codes(ClassSetup, mend(txn.CauseMerchantSetup), `REFUND_ACCOUNT_NOT_EXIST
		ALLOC_AMOUNT_VALIDATE_ERROR REFUND_ROYALTY_PAYEE_ACCOUNT_NOT_EXIST REFUNDALLOC_UNAUTH_LIMIT
		TRADE_SETTLE_ERROR OVERDRAFT_ASSIGN_ACCOUNT_INVALID OVERDRAFT_AGREEMENT_NOT_MATCH`),
	codes(ClassRequest, mend(txn.CauseRequestWrong), `CURRENCY_NOT_SUPPORT INVALID_PARAMETER`),
)

// refundQueryCodes: AlipayTradeFastpayRefundQueryErrorResponseModel (A1). Of a
// trade that is not there nothing was refunded; sent again, the refund is told
// so.
var refundQueryCodes = slices.Concat(
	codes(ClassUnknown, refundVerdict{cause: txn.CauseGatewayDown},
		`SYSTEM_ERROR ENTERPRISE_PAY_BIZ_ERROR`),
	codes(ClassRequest, refundVerdict{cause: txn.CauseRequestWrong, fault: rail.FaultRefused},
		`INVALID_PARAMETER`),
	codes(ClassUndo, absent, `TRADE_NOT_EXIST`),
)
