package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"till/txn"
	"till/txn/rail/lakala"
)

// ContractCodes is the acquirer's own list of answers, which comes with the
// contract and is not public (rails.md 9).
type ContractCodes struct {
	Text    []string // as written
	Sales   []lakala.Code
	Refunds []lakala.RefundCode
}

// codesKind reads "CALL CODE MEANING": "query BBS90404 no-such-order". CALL is
// pay, query, reverse, close, refund or refund-query. MEANING is no-such-order,
// already-paid (close), absent (refund-query), or to pay and refund the cause of a
// refusal after which no money has moved. No code can approve anything.
type codesKind struct{}

var codeCalls = map[string]txn.Call{
	"pay": txn.CallPay, "query": txn.CallQuery, "reverse": txn.CallReverse, "close": txn.CallClose,
}

func (codesKind) read(v configValue, _ *configEnv, to any) *complaint {
	if v.kind != unstable.Array {
		return notThat(v, "a list between brackets")
	}
	var got ContractCodes
	for _, s := range v.list {
		if s.kind != unstable.String {
			return notThat(s, "a text")
		}
		words := strings.Fields(s.text)
		if len(words) != 3 || !got.add(words[0], words[1], txn.Cause(words[2])) {
			return &complaint{text: s.show() + " is no call, code and meaning",
				want: `use such as "query BBS90404 no-such-order" or "refund-query RFD90404 absent"`}
		}
		got.Text = append(got.Text, strings.Join(words, " "))
	}
	*to.(*ContractCodes) = got
	return nil
}

func (c *ContractCodes) add(call, code string, meaning txn.Cause) bool {
	known := slices.Contains(txn.Causes, meaning)
	sale, isSale := codeCalls[call]
	switch {
	case isSale && meaning == txn.CauseNoSuchOrder && sale != txn.CallPay:
		c.Sales = append(c.Sales, lakala.Code{Call: sale, Name: code, Outcome: txn.Unknown, Cause: meaning})
	case isSale && known && (sale == txn.CallPay || sale == txn.CallClose && meaning == txn.CauseAlreadyPaid):
		c.Sales = append(c.Sales, lakala.Code{Call: sale, Name: code, Outcome: txn.Declined, Cause: meaning})
	case call == "refund-query" && meaning == "absent":
		c.Refunds = append(c.Refunds, lakala.RefundCode{Call: txn.CallRefundQuery, Name: code,
			Outcome: txn.RefundAbsent, Cause: txn.CauseNoSuchOrder})
	case call == "refund" && known:
		c.Refunds = append(c.Refunds, lakala.RefundCode{Call: txn.CallRefund, Name: code,
			Outcome: txn.RefundRefused, Cause: meaning})
	default:
		return false
	}
	return true
}

func (codesKind) want() string { return `a list of "CALL CODE MEANING"` }

func (codesKind) show(from any) string {
	var list []string
	for _, t := range from.(*ContractCodes).Text {
		list = append(list, fmt.Sprintf("%q", t))
	}
	return "[" + strings.Join(list, ", ") + "]"
}
