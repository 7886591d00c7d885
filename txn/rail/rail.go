package rail

import (
	"fmt"
	"log/slog"
	"strings"

	"till/txn"
)

// Request is to be exchanged once and as it is: its body is signed.
type Request struct {
	Method string // "GET", "POST"
	URL    string // absolute
	Header [][2]string
	Body   []byte // nil when there is none
}

// String names the request without its body and header: they hold the payer's
// code and our signature. Every other way to print a Request prints this too.
func (r Request) String() string {
	return fmt.Sprintf("%s %s [body of %d bytes]", r.Method, r.URL, len(r.Body))
}

// Format implements fmt.Formatter for every verb.
func (r Request) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte(r.String())) // a fmt.State keeps its own errors
}

func (r Request) LogValue() slog.Value         { return slog.StringValue(r.String()) }
func (r Request) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Response is an HTTP answer. Its body is complete: an answer that broke off,
// or that is longer than the link takes, is a Silence.
type Response struct {
	Status int
	Header [][2]string
	Body   []byte
}

// Value returns the first value of a header field, "" when there is none. The
// case of name does not matter (RFC 9110 section 5.1).
func (r Response) Value(name string) string {
	for _, h := range r.Header {
		if strings.EqualFold(h[0], name) {
			return h[1]
		}
	}
	return ""
}

// Silence is how the link failed to bring an answer.
type Silence struct {
	Fault txn.FaultCode // an L code of package device
	Sent  bool          // false: not a byte of the request left the machine
}

// Rail is one payment network: its messages and its manners. The nonce of a
// request is 1 to 32 random letters and digits, new for each request; at is the
// wall clock when it is sent, or when its answer came.
type Rail interface {
	Name() txn.RailName
	Policy() txn.Policy

	// Pay, Query and Reverse return a signed request, or an error when there is
	// none to be made: no payer's code, nothing to pay, an order number that the
	// network does not take, a key that does not sign. Then nothing was sent.
	Pay(e txn.SendPay, nonce string, at txn.Wall) (Request, error)
	Query(a txn.Ask, nonce string, at txn.Wall) (Request, error)
	Reverse(a txn.Ask, nonce string, at txn.Wall) (Request, error)

	// Read says what an answer to call means. It folds every answer: what
	// cannot be read or believed is Unknown.
	//
	// To CallReverse, Undone means that the network has taken the payment back
	// and Declined that it will not; the payment itself is untouched by that.
	Read(call txn.Call, a txn.Ask, r Response, at txn.Wall) txn.Answered
}

// The faults that rails and links report; they are codes of package device,
// which nothing below txn imports.
const (
	FaultUntrusted txn.FaultCode = "R01" // an answer is not signed by the network
	FaultRefused   txn.FaultCode = "R02" // the network refuses this merchant, its keys or its rights
	FaultForeign   txn.FaultCode = "R03" // an answer is about another order, amount or merchant
	FaultBroken    txn.FaultCode = "L05" // the answer broke off, or is not what it says
)

// Silent says what it means that no answer came. Only a payment of which not a
// byte left is decided by it: nothing can have been charged. Everything else is
// Unknown, never declined (rails.md 0.1).
func Silent(call txn.Call, a txn.Ask, s Silence) txn.Answered {
	out := txn.Answered{
		Order: a.Order, Call: call, Fault: s.Fault,
		Outcome: txn.Unknown, Cause: txn.CauseNoAnswer,
	}
	switch {
	case s.Sent:
	case call == txn.CallPay:
		out.Outcome, out.Cause = txn.Declined, txn.CauseNotSent
	default:
		out.Cause = txn.CauseNotSent
	}
	return out
}
