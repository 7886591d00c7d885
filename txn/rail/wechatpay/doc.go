// Package wechatpay is WeChat Pay over API v3, by the payer's code (付款码支付) and by
// a code that the payer scans (Native): the requests to pay, show, query, reverse,
// close, refund, ask about a refund, repair one, find a sale and tell the balance,
// signed; and every answer checked and folded into an outcome with a cause. It is
// pure: keys, nonces and the time are arguments.
//
// Sources: rails.md section 1 and 5.2; the official pages of the API,
// pay.weixin.qq.com/docs/merchant/apis/code-payment-v3/direct (code-pay of
// 2025-02-17, reverse of 2024-12-03) and doc/v3/merchant/4012556352 (query);
// signatures as wechatpay-go v0.2.20 makes and checks them, which the tests run
// beside this package.
//
// # Decisions
//
// An answer is believed when its signature is a known platform key's over
// "timestamp\nnonce\nbody\n" and the time stamp is less than 5 minutes off,
// whatever its status is. The official library returns error answers before it
// looks at the signature (rails.md 5.2). Nothing would change our mind.
//
// What is not believed decides nothing: Unknown, and a payment is asked for at
// once. There is one exception, the list of codes that cannot hide a charge
// (decisions.md 4), and it has one row: status 401 with SIGN_ERROR to a payment
// is Declined even when it is unsigned. The signature of the request is what is
// checked first, before the order number or the payer's code are looked at; a
// gateway that does not know who is calling cannot answer for a merchant's
// order, and often cannot sign; and each payment is sent once, so no earlier
// copy of it can have been accepted. Without this row a terminal with a wrong
// key would tell every customer to wait for 45 seconds. PARAM_ERROR, NO_AUTH and
// the like are not on it: they are found out after authentication, so they come
// signed. One observed charge behind an unsigned 401 would change our mind.
//
// An unsigned 5xx or 429 is coloured gateway-down or busy and raises no R01: the
// machine in front of the gateway answers so on any bad day, and an alarm that
// rings every day is not heard on the day that counts. The outcome is the same
// Unknown. With a signature that is there and wrong it is R01.
//
// A valid signature with a wrong time is our clock rather than fraud: C02. It
// is not believed all the same, since it can be a repeat of an old answer.
//
// The answer must echo order number, merchant and amount. The application id
// and the currency are optional in the answer: absent is accepted, different is
// not. An approval without amount.total is not accepted.
//
// NOTPAY is Pending. The order exists and nobody has paid it yet; a code
// payment can still be on its way from there to USERPAYING or SUCCESS.
//
// REFUND is Undone, as rails.md 0.1 has it, although a partial refund made in
// the merchant's portal looks the same; a sale whose outcome is open is minutes
// old, and nobody refunds a part of it. A machine that asks about old sales
// would have to look at the refunds first.
//
// A reversal answered 200 with our order and without "recall" is Undone. The
// official page of API v3 names no such field (2024-12-03); v2 and rails.md 1.6
// do. "Y" means again now, "N" done. A signed 204, which is what the
// cross-border product answers, is done too. Each is safe only because the
// Policy demands that a query confirms it.
//
// Text can make an outcome less certain, never more: "商户订单号重复" turns a
// refusal into Unknown. Otherwise text only picks the cause.
//
// BUYER_MISMATCH is Unknown though rails.md 1.5 says "new number": numbers are
// never reused, so an order under our number with another payer is something to
// ask about before anybody is told "not charged".
//
// The answer to Show names neither order nor amount nor merchant, and the
// signature covers no request: that it is the code of our order is vouched for by
// TLS and by five minutes. Likewise a closing (204) and a balance. A query confirms
// a closing; the payer sees shop and amount before he pays; the balance decides
// nothing. What would change our mind: an answer that names its order.
//
// A payment that failed at the wallet (PAYERROR) is Pending for an order that is
// shown: its code can still be paid, until it is closed.
//
// A refund is believed like a payment, and must echo both numbers and both
// amounts; nothing of these is optional. The signed answer means "taken", and only
// status SUCCESS paid out.
//
// RefundRefused is for codes of which the page says "this state means that the
// application failed" or "not accepted". It is about this request: an earlier copy
// under the same number may have been booked, and what a second copy is told then
// (that it was refunded before, or is over the remainder) looks the same. Whoever
// has sent a number before asks about it before he tells anybody that it was
// refused. What the gateway finds out before it looks at the number (keys, ids,
// form) is RefundUnknown: it is asked for, found absent and sent again.
//
// INVALID_REQUEST, PARAM_ERROR and ERROR say nothing but what their words say
// (rails.md 1.7). With words that are known the refund is refused with a cause;
// otherwise it is open, with R02 and the words on the screen. "Differs from the
// earlier request" and REFUND_FEE_MISMATCH say that money may have moved under this
// number with another amount: open, and a query tells.
//
// FREQUENCY_LIMITED is refused and busy even with status 429, because its page says
// "not accepted"; any other 429 is open.
//
// A repair that is refused leaves the refund as it was, so it is never
// RefundRefused: open, and the query says ABNORMAL again. After a repair SUCCESS
// means that the money is with the shop: Account says so and Payer is 0, whatever
// payer_refund is.
//
// CLOSED, when a sale is looked for, is an order that was not paid; REVOKED is one
// that was taken back, REFUND one that was paid and refunded in part or in full:
// the answer does not say how much.
//
// That a shop has no right to ask for its balance raises no fault: most have not,
// and everything else works.
package wechatpay
