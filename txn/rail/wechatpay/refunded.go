package wechatpay

import (
	"encoding/json"
	"strings"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

// refundAnswer is every field of a refund that this package looks at. Amounts are
// fen.
type refundAnswer struct {
	RefundID    string `json:"refund_id"`
	OutRefundNo string `json:"out_refund_no"`
	OutTradeNo  string `json:"out_trade_no"`
	Account     string `json:"user_received_account"`
	Status      string `json:"status"`
	Amount      struct {
		Refund   *int64 `json:"refund"`
		Total    *int64 `json:"total"`
		Payer    *int64 `json:"payer_refund"`
		Discount *int64 `json:"discount_refund"`
		Currency string `json:"currency"`
	} `json:"amount"`
}

// ReadRefund implements rail.Refunder, and reads what is answered to Repair. What
// it makes of an answer stands in the package's Decisions.
func (w *Rail) ReadRefund(
	call txn.RefundCall, a txn.RefundAsk, r rail.Response, at txn.Wall,
) txn.RefundAnswered {
	ans, said, how := w.admit(r, at)
	out := txn.RefundAnswered{Refund: a.Refund, Order: a.Order, Call: call,
		Cause: said.Cause, Code: said.Code, Text: said.Text, Fault: said.Fault}
	if how == failed {
		setRefund(&out, judgeRefund(call, r.Status, ans))
	}
	if how != good {
		return out
	}
	var body refundAnswer
	switch {
	case json.Unmarshal(r.Body, &body) != nil:
		setRefund(&out, refundVerdict{cause: txn.CauseOther, fault: rail.FaultBroken})
	case !body.about(a):
		setRefund(&out, refundVerdict{cause: txn.CauseForeign, fault: rail.FaultForeign})
	default:
		body.fold(&out)
	}
	return out
}

// about reports whether a refund is this one: both numbers and both amounts must
// be there. The network's own number, once known, may not change.
func (b refundAnswer) about(a txn.RefundAsk) bool {
	m := b.Amount
	return b.OutRefundNo == string(a.Refund) && b.OutTradeNo == string(a.Order) &&
		m.Refund != nil && *m.Refund == a.Amount.Minor() &&
		m.Total != nil && *m.Total == a.Total.Minor() &&
		(m.Currency == "" || money.Currency(m.Currency) == a.Amount.Currency()) &&
		(a.Reference == "" || b.RefundID == "" || b.RefundID == string(a.Reference))
}

// refundStates is every status of a refund (rails.md 1.7).
var refundStates = []struct {
	status string
	v      refundVerdict
}{
	{"PROCESSING", refundVerdict{outcome: txn.RefundAccepted}},
	{"SUCCESS", refundVerdict{outcome: txn.RefundPaidOut}},
	{"CLOSED", refundVerdict{outcome: txn.RefundClosed, cause: txn.CauseDead}},
	{"ABNORMAL", refundVerdict{outcome: txn.RefundAbnormal, cause: txn.CausePayerAccount}},
}

// shopAccounts is how user_received_account begins when a refund went to the shop
// instead of the payer: after a repair (wechatpay-go, refunddomestic/models.go:
// "退还商户:商户基本账户商户结算银行账户").
var shopAccounts = []string{"商户", "退还商户"}

// fold notes what became of a refund that is ours. The split is told when it is
// whole: its parts are not negative, and their sum is the refund.
func (b refundAnswer) fold(out *txn.RefundAnswered) {
	v := refundVerdict{cause: txn.CauseOther}
	for _, s := range refundStates {
		if s.status == b.Status {
			v = s.v
		}
	}
	out.Code, out.Text = clip(b.Status), ""
	setRefund(out, v)
	if rail.Token(b.RefundID, idMax) {
		out.Reference = txn.Reference(b.RefundID)
	}
	out.Account = rail.Clean(b.Account)
	if m := b.Amount; m.Payer != nil && m.Discount != nil &&
		*m.Payer >= 0 && *m.Discount >= 0 && *m.Payer <= *m.Refund && *m.Refund-*m.Payer == *m.Discount {
		out.Payer, out.Discount = *m.Payer, *m.Discount
	}
	for _, shop := range shopAccounts {
		if strings.HasPrefix(b.Account, shop) {
			out.Payer = 0
		}
	}
}

func setRefund(out *txn.RefundAnswered, v refundVerdict) {
	out.Outcome, out.Cause, out.Fault = v.outcome, v.cause, v.fault
}
