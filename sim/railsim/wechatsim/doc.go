// Package wechatsim is a twin of the WeChat Pay gateway, API v3, code payment
// (付款码支付), dynamic QR codes (Native), refunds and the daily bill: what
// stands at the other end of the terminal's link in simulations, in training
// and on the bench. It has its own decoder and its own check of signatures,
// keeps its books in railsim, and can be told to misbehave in every way that
// section 8 of rails.md lists for payments, reversals, refunds and bills.
//
//	g := wechatsim.New(wechatsim.Keys().Config())
//	server := httptest.NewTLSServer(g)          // over a socket, or
//	answer, err := g.Do(ctx, request)           // without one
//	code := g.Wallet("").Code()                 // what the customer shows
//	err = g.SetText("pay next system-error charged + late 8s")
//	err = g.CheckBooks()                        // the last line of every test
//
// # What it simulates
//
//   - POST /v3/pay/transactions/codepay, GET .../out-trade-no/{no}?mchid=, GET
//     .../id/{transaction id}?mchid=, POST .../out-trade-no/{no}/reverse, POST
//     .../out-trade-no/{no}/close, POST .../native (with Wallet.Scan and
//     Wallet.Open for the customer, and time_expire).
//   - POST /v3/refund/domestic/refunds, GET .../refunds/{out_refund_no}, POST
//     .../refunds/{refund id}/apply-abnormal-refund.
//   - GET /v3/merchant/fund/balance/{account}, GET /v3/bill/tradebill and the
//     file behind its download_url; a signed 404 for every other address.
//   - The signature of requests (parties, 5 minutes of skew, a nonce once) and
//     of answers, and the checks of every mandatory member.
//   - Orders that are spent for ever; codes that pay once and expire; the
//     password screen; customers who are short of money; reversals of paid,
//     unpaid, waiting, unknown and old orders.
//   - Refunds: one key moves money once; parts, 50 of them, a minute apart,
//     within 365 days, no more than the remainder; the merchant's available
//     balance that is short (SetAvailable, PayOut) and topped up (TopUp);
//     PROCESSING, then SUCCESS, CLOSED or ABNORMAL; coupons split; rates.
//   - Behaviours (Behaviours is the manual, Parse the language), for ever or
//     for the next n requests of a kind, over sockets and without.
//
// # What a real gateway does that this one does not
//
//   - Notifications, certificates for download, partner mode, the v2 interface
//     (XML), coupons of several kinds (one coupon that somebody else pays is a
//     behaviour), profit sharing, time_expire of code payments, limits of
//     amount and, but for refunds, of frequency of its own accord (behaviours
//     give their codes), rotation of the platform's key, and risk control that
//     asks for a password now and then.
//   - Fees: they stand in the bill (0.60%), but nobody takes them. Funds that
//     are not settled yet: all takings are available at once, until SetAvailable
//     or PayOut take them away.
//   - Being in two places: api2 is this gateway under another name.
//   - Its error table for code payment in v3 was not to be had in full: the
//     HTTP statuses marked (K) in codes.go are guesses, and a behaviour can
//     send any code with any status (answer-error CODE STATUS).
//
// # Sources
//
// rails.md is /work/shared/rails.md, from which [W..] marks are quoted.
//
//   - S1 wechatpay-go v0.2.20, core/consts, core/auth/credentials,
//     core/auth/validators: the format of Authorization, the message that is
//     signed, the headers of answers, five minutes.
//   - S2 pay.weixin.qq.com/docs/merchant/apis/code-payment-v3/direct/reverse.html
//     (2024-12-03): the 200 answer of a reversal has appid, mchid and
//     out_trade_no, and no recall.
//   - S3 pay.weixin.qq.com/wiki/doc/api_external/en/wechatpay/wechatpay2_1.shtml
//     and S2: HTTP statuses of the common codes.
//   - S4 pay.weixin.qq.com/doc/v3/merchant/4012382150 (2024-12-03): members of
//     codepay and their lengths.
//   - S5 rails.md 1.3 [W7]: scene_info with device_ip and store_info.out_id.
//   - S6 wechatpay-go v0.2.20, services/payments/models.go: members of the
//     answer to payments and queries; S7 services/payments/native.
//   - S8 wechatpay-go v0.2.20, services/refunddomestic/models.go: members of
//     refunds, their lengths and alphabets.
//   - S9 pay.weixin.qq.com/docs/merchant/apis/refund/refunds/create-abnormal-refund.html
//     (2024-12-30): apply-abnormal-refund and its encrypted members. The two
//     members of the balance: the page on fund/balance as public clients have it
//     (K).
//   - S10 pay.weixin.qq.com/docs/merchant/apis/native-payment/get-trade-bill.html
//     (2025-01-10) and .../bill-download/ (2024-12): tradebill's query, 10
//     o'clock, three months, NO_STATEMENT_EXIST and STATEMENT_CREATING with 400,
//     a link of 5 minutes to a file that is not signed, backquotes before every
//     field. The 27 columns and the 7 sums are as files that several public
//     clients keep for their tests have them (2018, 2021); refund rows with
//     应结订单金额 0.00 as the manual's example.
//
// # Decisions
//
//   - Recall: by default a reversal answers recall Y or N as rails.md 1.6 has
//     it from the v2 interface, although the v3 page (S2) shows none.
//     Config.Recall and the behaviour no-recall send the v3 form; a terminal
//     must work with both. A captured v3 answer would decide it.
//   - USERPAYING is an error with status 400, the form in which public clients
//     catch it; "password + answer-error USERPAYING 202" sends it as success.
//   - A reversal of an order on the password screen answers USERPAYING until
//     the screen is gone (Config.PasswordScreen, or the time the customer was
//     going to take); then it closes the order. Otherwise a customer who walks
//     away would keep an order open for ever, which no real gateway does.
//   - A repeated payment is answered like the first, but SYSTEM_ERROR and
//     BANK_ERROR are not remembered once the order is paid.
//   - A code that no wallet has shown belongs to the default wallet and is
//     fresh when first seen, so that a script may simply scan a number;
//     Config.StrictCodes refuses such codes.
//   - A refund leaves the merchant when it is accepted and reaches the customer
//     after Config.RefundTime (3 s); between them it is in the transit account.
//     A short merchant is told NOT_ENOUGH and nothing is booked: the same key
//     works after TopUp. The way that ends CLOSED after seven days is the
//     behaviour refund-unfunded, because the real gateway does not say when it
//     accepts a refund that it cannot pay.
//   - Another order or amount under a known out_refund_no, a wrong total and an
//     amount over the remainder are INVALID_REQUEST with a text (rails.md 1.7
//     says: read the text); a reversed order too. What was never paid is
//     RESOURCE_NOT_EXISTS.
//   - The seventh refused refund of a second is INVALID_REQ_TOO_MUCH; NOT_ENOUGH
//     and FREQUENCY_LIMITED do not count as bad requests.
//   - trade_state is REFUND once a refund was accepted, even if it was closed
//     later (K). An order with refunds cannot be reversed: INVALID_REQUEST (K).
//   - time_expire ends paying, the order stays NOTPAY until it is closed (K): a
//     terminal that relies on closing by itself would be found out. A customer
//     who looks at the amount of a link (Open) still shows as NOTPAY, since
//     USERPAYING is for code payments; closing takes the amount off the phone.
//   - apply-abnormal-refund to the merchant moves the money to its bank, which
//     the books call outside.
package wechatsim
