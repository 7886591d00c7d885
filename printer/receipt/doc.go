// Package receipt lays the truth of a sale, a refund or a day out on paper:
// txn.Receipt to typed operations, for any width. Of chooses the slip by
// Receipt.Kind. Words are bilingual by template, not by the language of the
// screen: the paper outlives the moment.
//
// # Decisions
//
// The amount, the numbers and the mark of a second print are always there; the
// merchant gives name, address, telephone and the lines at the foot. (A
// merchant's own template, which cannot remove these, comes with the devices
// issue.)
//
// The code on a slip names the sale and proves itself by a check made with the
// shop's key; the amount is not in it (causes.md C10). A refund's slip carries
// the code of the sale: scanning either slip opens the sale with all its
// refunds. The same code stands below as text, in groups. (A refund that can be
// found without its sale would change this.)
//
// The slip for the payer to scan has one QR code and no other: a phone that
// takes the wrong one of two would say "not a payment". Its receipt code is
// there as text only.
//
// Only a sale's receipt says 流水号; what else is printed about a sale says 查询号,
// so that nobody takes a pending slip for a receipt, nor books it as one.
//
// The English name of a field stands at the end of its line where there is
// room. On 58 mm a date and an order number fill the line and go without it:
// an extra line for each would be a fifth more paper; nor has 流水号, which
// package sim/bench reads off the paper. Titles, states, reasons and instructions
// are always in both languages.
//
// When a refund arrives is said as the networks say it, "minutes" and "1 to 3
// working days" (rails.md 1.7, causes.md C50), and not as a date: nothing here
// knows the public holidays. (A calendar would change this.)
//
// A sale that was taken back is "not charged; anything paid is back" unless the
// machine knows more: a reversal does not tell which of the two it was.
//
// What a refund leaves is told as paid, less the other refunds, less this one:
// what txn.Receipt.Left says. Copies are numbered where the journal counts them;
// a print that no entry answers for says "a copy".
//
// Staff stand on paper by number, not by name (causes.md C63), but where the
// paper stays in the shop: reports.
package receipt
