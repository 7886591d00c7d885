// Package rail is what all payment networks have in common: a request that can
// be exchanged as it is, an answer folded into an Outcome, the signatures that
// make it believable, and what silence means. It does no I/O and knows no time
// but what it is given.
//
// # Decisions
//
// One exchange for each Request, and at most one. A payment request that were
// sent twice would be answered "code already used" the second time although the
// first was charged (rails.md 0.3, W8). Whoever exchanges it must not repeat it
// on his own, not even when a kept connection turns out to be dead, unless he
// knows that not a byte had left. What would change our mind: nothing.
//
// Silence.Sent is the link's word for that knowledge. A payment of which not a
// byte left is declined at once, with CauseNotSent; every other silence is
// Unknown. What would change our mind: a link that cannot tell; it must say
// Sent.
//
// A rail folds every answer and never fails: what cannot be read is Unknown.
// An error would be one more outcome, and callers would treat it as a refusal.
package rail
