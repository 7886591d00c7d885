// Package railsim is a twin of the WeChat Pay gateway, API v3, code payment
// (付款码支付): what stands at the other end of the terminal's link in
// simulations, in training and on the bench. It has its own decoder, its own
// check of signatures and a double-entry ledger, and it can be told to
// misbehave in every way that section 8 of rails.md lists for payments and
// reversals.
//
//	g := railsim.New(railsim.Keys().Config())
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
//     .../out-trade-no/{no}/close, POST .../native (with Wallet.Scan for the
//     customer), and a signed 404 for every other address.
//   - The signature of requests (parties, 5 minutes of skew, a nonce once) and
//     of answers, and the checks of every mandatory member.
//   - Orders that are spent for ever; codes that pay once and expire; the
//     password screen; customers who are short of money; reversals of paid,
//     unpaid, waiting, unknown and old orders.
//   - Behaviours (Behaviours is the manual, Parse the language), for ever or
//     for the next n requests of a kind, over sockets and without.
//
// # What a real gateway does that this one does not
//
//   - Refunds, bills, notifications, certificates for download, partner mode,
//     the v2 interface (XML), coupons and discounts (payer_total is always the
//     total), profit sharing, time_expire, limits of amount and frequency of
//     its own accord (behaviours give their codes), rotation of the platform's
//     key, and risk control that asks for a password now and then.
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
//   - What happens by itself happens when somebody looks (Settle), at its own
//     time: no goroutine, no timer, and a virtual clock decides everything.
//   - Payment codes are kept as SHA-256, so that nothing can print them.
package railsim
