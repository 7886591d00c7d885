// Package lakala is the acquirer Lakala (拉卡拉), an aggregator: WeChat Pay, Alipay
// and UnionPay codes over one gateway. It makes the requests to pay, show a code,
// query, close, revoke, refund and ask about a refund, signed; and checks every
// answer and folds it into an outcome with a cause. It is pure: keys and the time
// are arguments. It is not Lakala Japan (rails.md 4).
//
// # Sources
//
// rails.md 4 and 0.1 to 0.5; beyond it, public copies that were read in November
// 2026. The official pages (o.lakala.com) could not be read themselves.
//
//	S1  official Java SDK com.lkl.laop.sdk, LklApiCredentials, LklApiValidator (github zkmio/lakala-sdk): good
//	S2  black1552/lkl_sdk, six plug-ins of public cashier systems: what micropay answers: fair
//	S3  hlakala.com/post/5309, copied page of merge/micropay: how often to ask, BBS10000: fair
//	S4  hlakala.com/post/5261, copied page of close: good
//	S5  SDK of S1, V3LabsTransMicropayRequest, -PreorderRequest, ...PreorderAlipayBus: good
//	S6  m.warvq.cn/post/5251, copied page of tradequery: good
//	S7  hlakala.com/post/5263 and /5354, copied pages of both refunds: good
//	S8  nice-yu/lakala-pay-sdk, ModelResponse: codes: fair
//	S9  a field report of the test gateway (May 2026): an Alipay code came, a WeChat one was refused: fair
//	S10 a payment plug-in in C# (AGooday.AgPay): BBS11105, BBS11112, BBS10000 mean "ask": weak
//	S11 a copied page of an older refund (E710039): the same two mean "in progress": fair
//	S12 lkl_sdk, unifiedReturn/refund, of page 892: codes and states of a refund: good
//	S13 three public copies of the notice and of tradequery's fields: good
//	S14 lkl_sdk, unifiedReturn/refundquery, of page 893; an adapter that cites /open/document/1827: good
//	S15 a test of another Go client: acc_resp_fields.code: fair
//
// # Decisions
//
// The signature of an answer covers five lines, "appid\nserial\ntimestamp\nnonce\n
// body\n", as that of a request does. rails.md 4 says three; the SDK (S1) and seven
// independent copies have five for answers and three for notices, which a terminal
// does not take. An answer of three lines does not verify. A test against the
// acquirer's own gateway would change our mind.
//
// What is not believed decides nothing: Unknown, R01, and a payment is asked for
// at once. There is no list of exceptions (decisions.md 4). The time stamp of an
// answer must be within five minutes of ours, so that yesterday's answer is none.
//
// A payment that is done (BBS00000) with our number and our amount is Approved:
// the acquirer's page has "being paid" as a code of its own, unlike Alipay. A
// query that is done only says that the trade was found; trade_state says what it
// is (S6).
//
// The acquirer's list of errors is not public (rails.md 9), so a payment that is
// refused is Unknown for one more exchange: it is asked for at once, and the state
// FAIL of the query declines. A trade that was never made cannot be told from
// other errors by its code; Config.Codes takes the list that comes with the
// contract. No code, configured or not, approves.
//
// The words beside FAIL choose a cause and nothing else, because they come from
// wallets and change.
//
// Each attempt to revoke has a number of its own, the sale's and the second of
// the attempt: revoked wants one (S5), and an attempt that came too early and was
// refused must not spend the number of the next. Two that both arrive do no harm:
// a revocation is whole, and a trade is revoked once. A page that promises that a
// repeat under one number is answered like the first would change our mind.
//
// revoked is for code payments; a shown code is closed, or refunded when the payer
// was faster. FAIL of a shown code asks to be closed all the same (Undo): another
// payer may scan it.
//
// The terminal shows the code of one wallet, Config.Wallet: trans_type 41 makes
// codes of Alipay and UnionPay; WeChat Pay needs its mini program (S5: "41: ALIPAY
// and UnionPay"; S9).
//
// Refunds go by refund_front/refund: the older relation/refund has no query of its
// own, and its page sends new terminals here (S7). A refund that is FAIL is
// RefundRefused under the same number: rails.md 0.3 keeps the key when the shop's
// balance is short. Whether the acquirer takes a number again that it failed is
// not public; if it does not, the answer is Unknown, the query says FAIL, and a
// person decides. What the pages say of a certification would change our mind.
//
// location_info is on every call, also where the copied pages do not ask for it
// (tradequery): capabilities.md 3 says mandatory on every call.
//
// The balance call (rails.md 0.5) is not made: its permission and its account
// numbers are those of another product of the acquirer.
package lakala
