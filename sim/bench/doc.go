// Package bench is the rig with a face: one web page on loopback that shows
// the terminal, the customer's phone, the paper and the gateways, and lets a
// person do everything to them that a script can.
//
// # What is on the page
//
//   - The terminal: its displays as it draws them, its keys, its lights.
//   - The customer's phone: one wallet at a time of three (WeChat Pay, Alipay,
//     UnionPay), its payment code, the password prompt of whichever gateway
//     asks, the code on the customer's display read by its camera, its own bill.
//   - The printer: every slip since the page began, newest first. A slip that
//     has our code can be held before the scanner.
//   - The gateways: how each answers payments and refunds, what the merchant has
//     there to pay refunds from, and anything else in the language of railsim.
//   - Who says what: a row for every sale and for every refund, with the word
//     of the terminal, the gateway, the wallet and the paper, amber until they
//     agree. A promised refund agrees when nobody has moved anything yet.
//   - Stories, told with one click, and all that was done as a script.
//
// # Decisions
//
// The page is one embedded file without foreign resources, fed by server-sent
// events: pictures as the terminal drew them, and whole values of everything
// else, so that a late or slow page needs no history (shared/screens.md 12).
// Slips that are finished are fetched once each, as pictures by number.
//
// What each party says comes from the party itself: the terminal's word from
// its journal, read beside it and folded as the terminal folds it; the
// gateway's from its orders and refunds; the wallet's from the postings of the
// customer's own account, never from the gateway's books; the paper's from the
// text that was printed. The journal is opened anew for each look and only
// while the program runs, so that a start after a power cut never finds a
// foreign reader that was part of the life before.
//
// A slip is true for the moment at which it was printed: one that says
// "accepted" does not contradict a refund that was paid out since. One that says
// an end does, if the journal says another.
//
// The phone reads the customer's display from its pixels (rig.CodeOnShow): a code
// that is drawn wrongly cannot be paid here either. It was the choice against
// passing the text along with the picture.
//
// Emptying the merchant's account at a gateway is done to its books
// (SetAvailable) and not with a behaviour, so that topping it up is what mends it.
//
// Nobody is signed in at first. Where a demonstration staff is given, the page
// switches it on, which starts the terminal again, and shows its PINs
// (decisions.md 21).
//
// Guards (shared/screens.md 9.3): loopback only, a Host that is loopback, no
// cross-origin POST, a content security policy by hash. Codes are masked in the
// log; the phone shows its own, as a phone does.
//
// Would change our mind: a second page with other needs than a person's.
package bench
