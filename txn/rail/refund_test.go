package rail

import (
	"testing"

	"till/txn"
)

func TestSilenceDecidesNoRefund(t *testing.T) {
	a := txn.RefundAsk{Refund: "TESTINSTALL1R0000000043", Order: "TESTINSTALL10000000042"}
	for _, call := range []txn.RefundCall{txn.CallRefund, txn.CallRefundQuery} {
		for sent, cause := range map[bool]txn.Cause{true: txn.CauseNoAnswer, false: txn.CauseNotSent} {
			got := SilentRefund(call, a, Silence{Fault: "L04", Sent: sent})
			want := txn.RefundAnswered{Refund: a.Refund, Order: a.Order, Call: call,
				Outcome: txn.RefundUnknown, Cause: cause, Fault: "L04"}
			if got != want {
				t.Errorf("%s, sent %v: %+v, want %+v", call, sent, got, want)
			}
		}
	}
}
