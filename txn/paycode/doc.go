// Package paycode says what a scanned string means: a payer's code and of which
// network, our own receipt, a number out of the customer's bill, goods, a code
// that is for customers to scan, or none of these. It is asked before anything is sent, so that a wrong scan costs a
// sentence and not a query (causes.md C27). It also makes the code that stands on
// our receipts.
//
// Sources of the shapes: rails.md 1.2 (WeChat Pay: 18 digits, 10 to 15), 2
// (Alipay: 16 to 24 digits, 25 to 30), 3.1 (UnionPay: 19 digits, 62), 6 (EMVCo
// QR); check digits: GS1 General Specifications 7.9; receipts: decisions.md 8.
//
// # Decisions
//
// Length decides between networks and goods. 16 to 24 digits that begin with 25
// to 30 are Alipay's, also 16, which is as long as a bank card; no card begins
// with 25 to 29, and the network refuses what is not its own. 8, 12 or 13
// digits with a right check digit are goods whatever they begin with: 10 to 13
// are prefixes of GS1 US, 20 to 29 the shop's own scales, 30 France, and a
// payer's code that broke off just there has a right check digit one time in
// ten. Both are refused; only the sentence differs. A network with codes of 13
// digits or fewer would change our mind.
//
// A half code is digits with a network's first two and any other length, shorter
// or longer (two codes run into each other), or at least eight digits of one
// and then something else. A member's card or a telephone number can look so
// (138...); "scan again" is then the wrong advice and no harm.
//
// Shown is empty for whatever may be a payer's code or a card number: payers'
// codes whole and half, wallets' face codes ("fp..."), EMVCo consumer codes, and
// any text with 16 digits or more in it, however they are spaced.
//
// A receipt that is damaged is called forged: the check cannot tell the two
// apart, and neither may be trusted. So is one of another shop, of another
// version ("TILL2"), in small letters, and one as long as ours with a character of
// its mark misread: the sentence "scan it again, or key in its number" helps with
// all of them.
//
// The number of a bill is no secret and is shown: it names a payment and moves
// nothing. It has no check of ours either, so it finds a sale and proves nothing;
// whoever asks for a refund sees the sale before the amount. 28 digits of the two
// networks' forms cannot be a payer's code, which has 24 at most; two codes run
// into each other that lost their head look so once in two thousand times, and
// they are spent or expired within a minute. An order number of ours needs a
// letter in its Install (all but one in a million have one): 22 digits are a piece
// of such a pair far more often. What begins like a payer's code and goes on with
// eight digits stays half a code, though one Install in a hundred thousand does
// too. (Networks that print a check on their numbers would change this.)
//
// A receipt code is keyed by its last six digits, which the journal looks up; no
// function takes its text from the keys.
package paycode
