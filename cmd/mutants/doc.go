// Mutants is a developer's tool that asks whether the tests of till can fail. It
// is no part of the terminal and is built by nothing but make.
//
//	go run ./cmd/mutants planted          # realistic bugs, one by one
//	go run ./cmd/mutants run              # every operator of a few packages
//	go run ./cmd/mutants run -packages txn/rail -sample 100 -seed 7
//
// Both run at the root of the module, end with 0 when all is well, with 1 when too
// much survived, and with 2 when it could not be tried.
//
// # Planted bugs
//
// bugs_sale.go, bugs_refund.go and bugs_edge.go hold mistakes that a tired engineer
// could make in a change that passes review: a reversal that is dropped after some
// tries, a new refund key on a repeat, an effect before its entry is durable. A bug
// is a name, a sentence, a file, a text that occurs in it once, and what stands
// there instead. It is planted by go build -overlay: never in the tree. When its
// text is not there exactly once the list is stale, and the tool ends with 2.
//
// Who must notice is the seeded world, within so many seeds, or, for what is below
// the world (drivers, the disk, paper, signatures), a package's tests that the bug
// names. What the world does not notice within its seeds is shown to the tests of the
// bug's own package, and the table says so; with -strict it has survived. The table
// says who noticed: the invariant and the seed, or the test. With -tests the package's
// own tests are asked alone, which is quick.
//
// How the world is asked is a template (planted.go, theWorld, and flags): a command
// that builds it with {overlay} into {binary}, one that runs {seeds} worlds from seed
// {from}, and patterns that find the invariant and the seed in what it says.
//
// # The mutation run
//
// A mutant is one small change: a condition or a part of it negated, && for || and
// the reverse, a comparison that takes its boundary in or not, one arithmetic
// operator for another, a number one more, a wait doubled, true for false, a
// statement left out (assignment, call, count, break, continue), a return of nothing,
// a case that does nothing. Package variables are left alone: they are tables with
// their sources, and a test that repeats a table proves nothing. So are panics
// (what cannot happen), room made in advance, the words of an error, and what is
// returned beside one.
//
// All mutants of a package are compiled at once (mutant schemata: Untch, Offutt,
// Harrold 1993): each operator becomes a call that asks whether its mutant is the
// chosen one, by an environment variable that is read once. So a mutant costs a run
// of some tests and no build. Every test is first run alone, which tells how long it
// takes and which mutants it reaches. A mutant is then tried against the tests that
// reach it, quick ones first, until one fails. One that no test reaches has survived
// without a run. What does not type-check beside the others is left out and counted
// (seldom more than a handful).
//
// The score is killed / (killed + survived + unreached). Mutants that are the same
// program in other words stand in equivalent.txt with a reason each; a line whose
// mutant is gone is an error, so that the reason is thought about again.
//
// # Decisions
//
// A tool of our own. gremlins v0.5.1 could not be fetched with its checksum verified
// where this was written, calls itself unfit for large modules, and builds the tests
// anew for every mutant: 5,000 of txn would take half a day. (A well-kept tool with
// schemata would change this.)
//
// A test that does not end in five times its time and ten seconds has failed: a
// terminal that hangs is noticed. The tests run with -short: the long ones are the
// same with more seeds. -slowest leaves out more, by the clock: on a busy machine that
// may be the test that matters most, so it says which, and nothing here uses it.
//
// txn/rail is tested by the networks' packages too, which are its users; txn by
// itself alone. txn/rail/railtest is a kit of tests and is not mutated: its own
// tests plant mutants in rails.
//
// The overlay's key of a bug is the text, not the line: lines move with every
// change, and a text that has changed must be looked at.
package main
