package railtest

import "till/txn"

// Brief is an answer in a line of a golden file: outcome, cause, fault, and what
// it asks for.
func Brief(a txn.Answered) string {
	s := brief(a.Outcome.String(), a.Cause, a.Fault)
	if a.Again {
		s += " again"
	}
	if a.Undo {
		s += " undo"
	}
	return s
}

// BriefRefund is the answer about a refund in such a line.
func BriefRefund(a txn.RefundAnswered) string { return brief(a.Outcome.String(), a.Cause, a.Fault) }

// BriefFound is the answer to a look-up in such a line.
func BriefFound(f txn.Found) string { return brief(f.Finding.String(), f.Cause, f.Fault) }

func brief(what string, why txn.Cause, f txn.FaultCode) string {
	s := what + " " + string(why)
	if f != "" {
		s += " " + string(f)
	}
	return s
}
