// Package railtest is what every rail must pass: outcomes, silences, repeats,
// answers that prove nothing, requests that tell nothing, and a sentence for each
// code. It drives a rail.Rail, and each of the optional interfaces that it has,
// against a gateway, and looks into the gateway's books to see where the money is.
//
// A rail's package joins the two in an external test (package NAME_test), because
// nothing here knows a gateway, a key or a catalogue:
//
//	func TestTheRailConforms(t *testing.T) {
//		railtest.Run(t, railtest.Subject{
//			Rail:   theRail(t),
//			Open:   func(t testing.TB) railtest.Gateway { return newTwin(t) },
//			Codes:  codes(),
//			Advice: func(c txn.Cause, l txn.Lang) (string, string) { ... },
//		})
//	}
//
// # Decisions
//
// A gateway that cannot do what the kit tells it is a failure, unless Subject.Lacks
// says so with a reason; one that can after all is a failure too. So nothing is left
// out in silence, and no excuse outlives its reason.
//
// Spoilt answers are made in two ways: by the gateway, which can sign what is wrong
// (an answer about another order, half of one), and by the kit, which changes what
// was right, byte by byte. The first needs the twin's help and finds what the rail
// does not look at; the second needs none and finds what is not signed.
package railtest
