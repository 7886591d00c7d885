// Package alipay is Alipay face-to-face payment (当面付) over the gateway: the
// requests to pay, show a code, query, cancel, refund, ask about a refund, find a
// sale and tell the balance, signed; and every answer checked and folded into an outcome with a
// cause. It is pure: keys and the time are arguments.
//
// Sources: rails.md section 2, 0.1 to 0.5 and 5.2; the sub_codes and fields of
// the OpenAPI of 2026-09-23 (alipay-sdk-java-all v3, rails.md A1); signatures as
// smartwalle/alipay v3.2.23 makes and checks them, which the tests run beside
// this package.
//
// # Decisions
//
// A request is a form with everything in its body, as smartwalle sends it; the
// official SDK has all but biz_content in the URL, and the gateway takes both.
// The URL of a request may be logged, so it tells nothing. A gateway that wants
// charset in the URL would change our mind.
//
// An answer is believed when the member of our method is signed by Alipay's key
// over its raw bytes. An answer with one of these members twice is not looked
// into. What is not believed decides nothing: Unknown, R01, and a payment is
// asked for at once. There is no list of exceptions (decisions.md 4): the gateway
// signs even its complaint about our signature, which then declines at once. It
// cannot sign for an app_id that it does not know; such a terminal asks for a
// minute in vain and should have been stopped by the self-test. A merchant who
// meets that every day would change our mind. Nothing but status 200 is looked
// into, since the gateway answers errors with it too.
//
// There is no time in a signature, so an old answer cannot be told from a new
// one. Answers that decide echo our numbers, which are used once. A refusal often
// echoes none; it is believed because it came over TLS to our own request. If it
// names a number, the number must be ours.
//
// A payment that is answered 10000 is Pending and asked for at once, never
// Approved: the code says that the call worked (rails.md 0.1), smartwalle takes
// 10003 for the same, and only trade_status says what the trade is. It costs one
// more exchange, for whose length the screen says that the payer is acting. It is
// not Unknown, because an alarm would sound at every good sale. Acceptance of 10000 as final in Alipay's certification,
// together with a gateway too slow for the second exchange, would change our mind.
//
// A payment carries timeout_express 2m and closes by itself if this terminal
// burns (closing the loop, rails.md 2.3): longer than the Policy asks, and not
// longer than needed.
//
// The network has no earliest moment for a cancellation. We wait 5 s from the
// payment, because a trade that is cancelled before it exists can be made
// afterwards by a request that lingered, and because "no such trade" in the first
// seconds may be a replica that is late.
//
// A cancellation that was done without an action is "no such order" rather than
// Undone: the page says that action is missing when no trade was found. The
// machine then keeps reversing for half a minute before it believes that there
// is nothing. With action close or refund it is Undone, and ConfirmReversal makes
// a query say so too: the answer has no amount, and the one more exchange comes
// where nobody is waiting.
//
// TRADE_HAS_FINISHED and CANCEL_NOT_ALLOWED to a cancellation are "too late" like
// TRADE_CANCEL_TIME_OUT: what is left is a refund.
//
// TRADE_CLOSED to a query is Undone, although a refund in full looks the same; a
// sale whose outcome is open is a minute old.
//
// CONTEXT_INCONSISTENT and TRADE_BUYER_NOT_MATCH are Unknown though rails.md 2.5
// says "new number": an order under our number with other data is something to
// ask about before anybody is told "not charged".
//
// A code of the gateway (20001, 40001 to 40006) declines a payment, which is sent
// once, and decides nothing about a refund, whose number may have been booked by
// an earlier copy. Beside it, a sub_code that is not the gateway's own counts as
// if it stood beside 40004.
//
// fund_change Y is RefundPaidOut: the money has left the shop for good, and banks
// take days that no query shortens. Anything else is RefundUnknown: ask.
// refund_fee is the sum of all refunds of a sale; it must lie between this refund
// and the sale, and is never taken for this refund. A refund query needs
// REFUND_SUCCESS and our amount; without data the refund is absent and is sent
// again under its number.
//
// Three codes differ from rails.md 2.5 by the sentence that the network gives
// beside them: REFUND_CHARGE_ERROR ("try again after a while") is open, not a
// wrong amount; REFUND_ACCOUNT_NOT_EXIST is the account that pays the refund, so
// it is the shop's set-up, not the customer; and what cannot be refunded at all
// is CauseOther with the network's words.
// DISCORDANT_REPEAT_REQUEST says that money did move under this number, with
// another amount: RefundUnknown, and the query will say R03.
//
// An order that is shown is closed by a cancellation, not by alipay.trade.close:
// before the scan there is no trade, and to close what is none is an error that
// leaves the code alive (S: the page of trade.close; "the order is made by the
// scan"). The cancellation spends the number (rails.md 0.3), with a trade or
// without; so, unlike after a payment, a cancellation that found no trade is
// Undone: a code that was never shown harms nobody. If the payer was faster, his
// money goes back, which is Undone too; the caller asks once more right before, so
// that this is rare. An observed payment by a code after its cancellation would
// change our mind; until then qr_code_timeout_express ends the code a minute later.
//
// Since no trade exists before the scan, "no such trade" to a query about a shown
// order is Pending, also after its closing: closing is not confirmed by a query.
//
// TRADE_CLOSED, when a sale is looked for, was paid and is gone if it has
// send_pay_date, and was never paid otherwise. TRADE_FINISHED is paid, and its
// window is over.
//
// That a shop has no right to ask for its balance raises no fault.
//
// Text picks a cause among those of an invalid payment code and nothing else.
//
// Alipay's certificates are never fetched: a serial number that the Verifier does
// not know is a wrong signature. Keys change by configuration.
package alipay
