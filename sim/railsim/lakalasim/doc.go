// Package lakalasim is a twin of the acquirer Lakala (拉卡拉): code payments of
// WeChat Pay, Alipay and UnionPay, shown codes, queries, revocations, closes,
// refunds and their queries, on the shared books of package railsim. It has its
// own decoders and its own check of signatures, and can be told to misbehave
// (Behaviours is the manual).
//
//	g := lakalasim.New(lakalasim.Keys().Config())
//	answer, err := g.Do(ctx, request)        // or serve it over a socket
//	code := g.Customer("").CodeOf(railsim.WeChatPay)
//	err = g.SetText("pay next password 8s")
//	err = g.CheckBooks()                     // the last line of every test
//
// # What it simulates
//
//   - POST /api/v3/labs/trans/micropay and preorder (trans_type 41, Alipay's and
//     UnionPay's links; WeChat Pay's is refused as the field report S9 has it),
//     query/tradequery, relation/revoked and close, rfd/refund_front/refund and
//     refund_query.
//   - The signature of requests (five lines, five minutes of skew, a nonce once)
//     and of answers; the checks of every mandatory member, location_info among
//     them.
//   - Numbers that are spent for ever; codes that pay once and expire; the
//     password screen; customers who are short; links that close after their
//     minutes; revocations of paid, unpaid and unknown sales; refunds that arrive,
//     wait, hang, fail, and fail for want of money and work later.
//
// # What the real acquirer does that this one does not
//
//   - Notices, the ..._encry calls (SM4), merged orders, profit sharing, coupons
//     (payer_amount is always the amount), the older refunds, limits, its balance
//     call, and the two hours for which it goes on asking a wallet (S3).
//   - Its list of errors is not public (rails.md 9): the codes with 90 in them are
//     made up (answer.go), and a behaviour can send any code (answer-error CODE).
//
// # Sources
//
// rails.md 4, and the public copies that are listed in the documentation of
// package till/txn/rail/lakala as S1 to S15, read in November 2026: S1 the official
// Java SDK's signatures, S4 to S7 and S12 to S14 copied pages and requests of the
// SDK, S2, S3, S9, S10 clients and a field report.
//
// # Decisions
//
//   - A payment that is refused leaves a trade that is FAIL, with the reason in
//     trade_state_desc, and answers a code; decline CODE chooses it. Whether the
//     acquirer books a payment with a bad code is not public. not-found on a query
//     plays the other case.
//   - A refund that fails (merchant short, over the remainder) is 000000 with FAIL
//     and the reason in channel_ret_desc, is remembered for the query, and its
//     number is taken anew (K): rails.md 0.3 keeps the key when money is short.
//   - The same preorder again, while nobody has scanned, answers the same link (K):
//     a terminal that lost the answer shows it all the same. A payment's number is
//     refused (S2).
//   - A refund number that was booked answers its state, and refuses another amount.
//   - A revocation under a number that was used before is refused; one of a sale
//     that is over too, so that a repeat must be followed by a query.
//   - A request whose signature is wrong is answered 401, unsigned: there is nobody
//     to sign for.
package lakalasim
