package lakala

import (
	"fmt"
	"slices"
	"strings"

	"till/txn"
	"till/txn/rail"
)

// Code is what one code of the acquirer means as the answer to one call. An
// answer whose code says that the call was done is folded by its fields instead.
type Code struct {
	Call    txn.Call
	Name    string
	Outcome txn.Outcome
	Cause   txn.Cause
}

// RefundCode is the same for a call about a refund.
type RefundCode struct {
	Call    txn.RefundCall
	Name    string
	Outcome txn.RefundOutcome
	Cause   txn.Cause
}

// done are the codes that say that a call was done (rails.md 4). To a query it
// says that the trade was found and nothing more (S6).
var done = []string{"BBS00000", "000000"}

// codes is every code that is known from public material and means something
// before its answer is looked into. BBS10000 is "the payer is entering his
// password" in the page of a call like micropay (S3), and "the trade is being
// paid" in the official PHP SDK (S8); in one field report it stood beside another
// call and other words (S9), so it is believed of payments only. BBS11105 and
// BBS11112 are "unknown, ask" in public code (S10) and in a copied page of the
// refunds that names them as the reason of its own "in progress" (S11).
var codes = []Code{
	{txn.CallPay, "BBS10000", txn.Pending, txn.CausePayerActing},
	{txn.CallPay, "BBS11105", txn.Unknown, txn.CauseGatewayDown},
	{txn.CallPay, "BBS11112", txn.Unknown, txn.CauseGatewayDown},
}

// refundCodes: rails.md 4; "any other code may be taken for a refusal" says the
// page (S12), and this package does not: its query decides.
var refundCodes = []RefundCode{
	{txn.CallRefund, "RFD11105", txn.RefundUnknown, txn.CauseGatewayDown},
	{txn.CallRefund, "RFD11112", txn.RefundUnknown, txn.CauseGatewayDown},
	{txn.CallRefundQuery, "RFD11105", txn.RefundUnknown, txn.CauseGatewayDown},
	{txn.CallRefundQuery, "RFD11112", txn.RefundUnknown, txn.CauseGatewayDown},
}

// verdict is what an answer to one call about an order means.
type verdict struct {
	outcome txn.Outcome
	cause   txn.Cause
	fault   txn.FaultCode
	again   bool // ask now; the Policy's wait otherwise
	undo    bool // refused; take it back all the same
}

// refundVerdict is the same for a call about a refund.
type refundVerdict struct {
	outcome txn.RefundOutcome
	cause   txn.Cause
	fault   txn.FaultCode
}

var (
	approved = verdict{outcome: txn.Approved}
	acting   = verdict{outcome: txn.Pending, cause: txn.CausePayerActing}
	over     = verdict{outcome: txn.Undone, cause: txn.CauseElsewhere}
	undone   = verdict{outcome: txn.Undone, cause: txn.CauseConfirmed}
	ill      = verdict{cause: txn.CauseGatewayDown}
	failed   = verdict{outcome: txn.Declined, cause: txn.CausePayerRefused}
)

// states is every trade_state of a sale (rails.md 4; S6, S13). PART_REFUND was
// paid; REFUND is also what was revoked.
var states = []struct {
	name string
	v    verdict
	find txn.Finding
}{
	{"INIT", acting, txn.FindUnpaid},
	{"CREATE", acting, txn.FindUnpaid},
	{"DEAL", acting, txn.FindUnpaid},
	{"UNKNOWN", ill, txn.FindUnknown},
	{"SUCCESS", approved, txn.FindPaid},
	{"PART_REFUND", approved, txn.FindPaid},
	{"FAIL", failed, txn.FindUnpaid},
	{"CLOSE", over, txn.FindUnpaid},
	{"REFUND", over, txn.FindGone},
}

// refundStates is every trade_state of a refund (rails.md 4; S12, S14). INIT,
// PROCESSING and DEAL are at work: the acquirer has the refund, and a query has
// no other state for one that it has passed on. TIMEOUT is "timed out, unknown".
// EXCEPTION is explained nowhere.
var refundStates = []struct {
	name string
	v    refundVerdict
}{
	{"INIT", refundVerdict{outcome: txn.RefundAccepted}},
	{"PROCESSING", refundVerdict{outcome: txn.RefundAccepted}},
	{"DEAL", refundVerdict{outcome: txn.RefundAccepted}},
	{"SUCCESS", refundVerdict{outcome: txn.RefundPaidOut}},
	{"FAIL", refundVerdict{outcome: txn.RefundRefused, cause: txn.CauseOther}},
	{"TIMEOUT", refundVerdict{cause: txn.CauseGatewayDown}},
	{"EXCEPTION", refundVerdict{cause: txn.CauseOther}},
}

// hint is what the words beside a state FAIL add to it: a cause, never an
// outcome. The words are those of the wallets' own messages (K).
type hint struct {
	phrase string
	cause  txn.Cause
}

var payHints = []hint{
	{"余额不足", txn.CausePayerFunds},
	{"已使用", txn.CauseCodeUsed},
	{"已被使用", txn.CauseCodeUsed},
	{"过期", txn.CauseCodeExpired},
	{"失效", txn.CauseCodeExpired},
}

// refundHints: whose balance is short is the shop's (rails.md 0.5). What may be
// given back comes first: "可退余额不足" is about the sale.
var refundHints = []hint{
	{"可退", txn.CauseOverRemainder},
	{"期限", txn.CauseWindowOver},
	{"余额不足", txn.CauseMerchantFunds},
}

func hinted(hints []hint, text string, otherwise txn.Cause) txn.Cause {
	for _, h := range hints {
		if strings.Contains(text, h.phrase) {
			return h.cause
		}
	}
	return otherwise
}

// judge says what a code other than "done" means as the answer to a call.
func (p *Rail) judge(call txn.Call, name string) verdict {
	for _, list := range [][]Code{codes, p.cfg.Codes} {
		for _, c := range list {
			if c.Call == call && c.Name == name {
				again := call == txn.CallPay && c.Outcome == txn.Unknown
				return verdict{outcome: c.Outcome, cause: c.Cause, again: again}
			}
		}
	}
	return verdict{cause: txn.CauseOther, again: call == txn.CallPay}
}

func (p *Rail) judgeRefund(call txn.RefundCall, name string) refundVerdict {
	for _, list := range [][]RefundCode{refundCodes, p.cfg.RefundCodes} {
		for _, c := range list {
			if c.Call == call && c.Name == name {
				return refundVerdict{outcome: c.Outcome, cause: c.Cause}
			}
		}
	}
	return refundVerdict{cause: txn.CauseOther}
}

// may says which outcomes a configured code may have: a code alone never says
// that money moved.
var may = map[txn.Call][]txn.Outcome{
	txn.CallPay:     {txn.Unknown, txn.Pending, txn.Declined},
	txn.CallQuery:   {txn.Unknown, txn.Pending},
	txn.CallReverse: {txn.Unknown, txn.Pending, txn.Declined, txn.Undone},
	txn.CallShow:    {txn.Unknown, txn.Declined},
	txn.CallClose:   {txn.Unknown, txn.Pending, txn.Declined, txn.Undone},
}

var mayRefund = map[txn.RefundCall][]txn.RefundOutcome{
	txn.CallRefund:      {txn.RefundUnknown, txn.RefundAccepted, txn.RefundRefused},
	txn.CallRefundQuery: {txn.RefundUnknown, txn.RefundAccepted, txn.RefundAbsent},
}

// checkCodes checks the lists of a configuration.
func checkCodes(cfg Config) []error {
	var errs []error
	for i, c := range cfg.Codes {
		same := func(d Code) bool { return d.Call == c.Call && d.Name == c.Name }
		if err := checkCode(c.Name, c.Cause, slices.Contains(may[c.Call], c.Outcome),
			slices.ContainsFunc(codes, same) || slices.ContainsFunc(cfg.Codes[:i], same)); err != nil {
			errs = append(errs, fmt.Errorf("code %q to call %d: %w", c.Name, c.Call, err))
		}
	}
	for i, c := range cfg.RefundCodes {
		same := func(d RefundCode) bool { return d.Call == c.Call && d.Name == c.Name }
		if err := checkCode(c.Name, c.Cause, slices.Contains(mayRefund[c.Call], c.Outcome),
			slices.ContainsFunc(refundCodes, same) || slices.ContainsFunc(cfg.RefundCodes[:i], same)); err != nil {
			errs = append(errs, fmt.Errorf("refund code %q to call %d: %w", c.Name, c.Call, err))
		}
	}
	return errs
}

func checkCode(name string, cause txn.Cause, allowed, twice bool) error {
	switch {
	case !rail.Token(name, codeMax):
		return fmt.Errorf("not 1 to %d letters and digits", codeMax)
	case slices.Contains(done, name):
		return fmt.Errorf("says that the call was done")
	case twice:
		return fmt.Errorf("known already")
	case !allowed:
		return fmt.Errorf("a code alone cannot mean that")
	case !slices.Contains(txn.Causes, cause):
		return fmt.Errorf("no such cause: %q", cause)
	}
	return nil
}

// CodeInfo is one code of the network and what this package makes of it.
type CodeInfo struct {
	Code   string
	Causes []txn.Cause // all that it can become, without repeats
}

// Codes lists every code and trade_state that this package knows of itself, for
// the catalogues of sentences and their tests. An answer without any is named by
// its status: "HTTP 502".
func Codes() []CodeInfo {
	var out []CodeInfo
	add := func(name string, causes ...txn.Cause) {
		at := slices.IndexFunc(out, func(c CodeInfo) bool { return c.Code == name })
		if at < 0 {
			at = len(out)
			out = append(out, CodeInfo{Code: name})
		}
		for _, c := range causes {
			if c != txn.CauseNone && !slices.Contains(out[at].Causes, c) {
				out[at].Causes = append(out[at].Causes, c)
			}
		}
	}
	for _, c := range codes {
		add(c.Name, c.Cause)
	}
	for _, c := range refundCodes {
		add(c.Name, c.Cause)
	}
	for _, s := range states {
		add(s.name, s.v.cause)
	}
	for _, s := range refundStates {
		add(s.name, s.v.cause)
	}
	for _, h := range slices.Concat(payHints, refundHints) {
		add("FAIL", h.cause)
	}
	return out
}
