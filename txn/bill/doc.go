// Package bill reads the day files of the payment networks and compares them
// with what the journal says of the same day. It is pure: it is given bytes and
// entries, and says what agrees, what does not, and what to do about it. The
// words for people are in cmd/till.
//
// # WeChat Pay: the trade bill
//
// GET /v3/bill/tradebill (v2: /pay/downloadbill) leads to the same text
// (rails.md 1.1 [W11]; capabilities.md section 3: built from 09:00 of the next
// day, to be fetched after 10:00). UTF-8, by the portal perhaps GBK, perhaps
// with a byte order mark. A header line; rows, a backquote before each field; a
// summary header; one summary row. The bill types ALL, SUCCESS and REFUND have
// different columns.
//
// Sources: pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html
// (2024-11-25) for columns, backquotes, time and what is in the file: payments
// by the time of success, refunds by the time of acceptance, whose state is not
// updated later, and payments that were paid and then reversed, under the same
// order number. Confidence: high. That the row of a reversal has the state
// REVOKED and the amount in the columns of a refund, mostly without a number of
// its own, is from copies of older documents and from parsers of others:
// medium. That the fee is rounded half up to a fen and padded to five decimals,
// and negative in a refund: medium. That the REFUND type of old files has the
// time of the payment as 交易时间, and the refund's as 退款申请时间, is from one
// published sample: low; where the second column is there, it is the one read.
//
// # Alipay: the trade bill (业务明细)
//
// alipay.data.dataservice.bill.downloadurl.query with bill_type=trade leads to
// a zip with two CSV files: details, which are read here, and a summary by
// shop. GBK, or UTF-8 when somebody saved it again. Lines that begin with # at
// the head (account, period) and foot (count and sum of payments and refunds).
// Numbers end in a tab, so that a spreadsheet leaves them alone.
//
// Sources: developer.aliyun.com/article/707638 (Alipay support) for the zip, the
// encoding, the two bill types and the account, which is the merchant's number
// with 0156 behind it: high. Columns and foot: four independent published
// samples of 2019 to 2026: high. The sign of 服务费 differs between samples: its
// magnitude is read; low. bill_type=signcustomer leads to another file, movements of
// the account (账务明细), which has no order by order status; it is refused by name.
//
// # Decisions
//
// All or nothing: a file is used when every row was understood and the counts
// and sums at its end are those of its rows. Half a day that "agrees" is worse
// than none. (A network that signs its files would change the second half.)
//
// A column that nobody knows is a note, because networks add columns; a row of
// an unknown kind or state is an error, because it may be money that moved.
//
// A row with more fields than the header has columns is an error and is not
// repaired: a comma in a name of goods could be told from a shifted amount only
// by guessing. WeChat Pay's backquotes make the question moot there.
//
// A payment around midnight may be in the file of the neighbouring day: ten
// minutes cover the longest chase of a sale and the worst clock that a network
// still accepts (five minutes, rails.md 1.9). It is never called missing on the
// strength of one file; but it is not called matched either before the other
// file was seen.
//
// What is in the file and not in the journal is a difference also when its
// number was not given out by a start of the terminal that the journal knows:
// a restored store does not know what it lost. A shop with several terminals
// says so, and then these rows are counted apart.
//
// Fees do not enter the comparison of amounts (causes.md C04): what was charged
// and what was returned is gross on both sides. They are checked apart against
// the contract (C03, A55), a fen a row allowed for rounding, half a fen a row on
// the sum.
package bill
