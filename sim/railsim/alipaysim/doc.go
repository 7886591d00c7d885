// Package alipaysim is a twin of the Alipay open gateway for face-to-face
// payment (当面付): what stands at the other end of the terminal's link in
// simulations, in training and on the bench. It has its own decoder and its own
// check of RSA2 signatures, keeps its books in railsim, and can be told to
// misbehave in every way that section 8 of rails.md lists for payments,
// cancels and refunds.
//
//	g := alipaysim.New(alipaysim.Keys().Config())
//	server := httptest.NewTLSServer(g)          // over a socket, or
//	answer, err := g.Do(ctx, request)           // without one
//	code := g.Wallet("").Code()                 // what the customer shows
//	err = g.SetText("pay next system-error charged + late 8s")
//	err = g.CheckBooks()                        // the last line of every test
//
// # What it simulates
//
//   - alipay.trade.pay (bar_code), query, cancel, refund, fastpay.refund.query,
//     precreate (with Wallet.Scan and Wallet.Open for the customer) and close on
//     /gateway.do, and 40002 isv.invalid-method for every other method.
//   - The signature of requests over the sorted parameters, and of answers over
//     the raw bytes of the response member; every slash in them is escaped, so a
//     client that marshals again before it verifies is found out.
//   - Orders that are spent for ever; codes that pay once and expire; trades
//     that close at timeout_express; refunds in parts, repeated, late and lost;
//     takings that were paid out (PayOut, SetAvailable) and topped up again
//     (TopUp).
//   - Behaviours (Behaviours is the manual, Parse the language), for ever or
//     for the next n requests of a kind, over sockets and without.
//
// # What a real gateway does that this one does not
//
//   - Bills, balances, notifications, REST v3, encrypted content, GBK, RSA (1),
//     face and sound payment, coupons and discounts (the customer always pays
//     the total), profit sharing, authorised applications (app_auth_token is
//     signed and ignored), a check of app_cert_sn, limits of its own accord.
//   - The pause of 3 s between refunds of one trade, and a limit on the age of
//     timestamp: both are not enforced.
//
// # Sources
//
// rails.md is /work/shared/rails.md.
//
//   - S1 smartwalle/alipay v3.2.23, trade_type.go, whose comments quote the
//     OpenAPI text: members of requests and answers; out_request_no defaults to
//     the order number; trade_no has precedence.
//   - S2 the table of public return codes, as open.alitrip.com docs 105806 has
//     it: 10000, 20000 isp.unknow-error, 20001, 40001 isv.missing-*, 40002
//     isv.invalid-*, 40004.
//   - S3 the documentation of the refund query (docs.rs/labrador quotes it):
//     "no refund_status means not received or failed"; some members only if
//     query_options asks for them.
//
// # Decisions
//
//   - Under a declined payment no trade exists: a query says
//     ACQ.TRADE_NOT_EXIST. The number is spent all the same (rails.md 0.3).
//   - After precreate no trade exists until the customer scans: a query says
//     ACQ.TRADE_NOT_EXIST (K). A cancel kills the QR code with action close; a
//     close is refused.
//   - A cancel of a number never seen answers close and spends the number,
//     because [A1] lists no TRADE_NOT_EXIST for cancel; Config.Unknown has the
//     other way.
//   - A cancel of a waiting trade closes it at once, password screen or not.
//   - A cancel after a partial refund is ACQ.REASON_TRADE_REFUND_FEE_ERR, after
//     24 h ACQ.TRADE_CANCEL_TIME_OUT (rails.md 2.4).
//   - A refund over the remainder, or a part without out_request_no, is
//     ACQ.REFUND_AMT_NOT_EQUAL_TOTAL, whose official text is "amount exceeded".
//   - Declines, the 10003 answer and errors of the gateway itself are signed; an
//     answer for an unknown app_id cannot be. Unsigned errors are a behaviour.
//   - An error about the method comes under error_response, signed, with
//     40002 as in S2 and not 40004.
//   - What happens by itself happens when somebody looks (Settle), at its own
//     time: no goroutine, no timer, and a virtual clock decides everything.
//     Deadlines of trades are not in NextDue: they are worked out when the trade
//     is looked at.
//   - Payment codes are kept as SHA-256, so that nothing can print them.
package alipaysim
