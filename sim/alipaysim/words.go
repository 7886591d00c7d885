package alipaysim

import (
	"slices"
	"strings"
)

// argKind is what a word takes behind it.
type argKind int

const (
	argDuration argKind = iota // 0s to 720h
	argCode                    // a sub_code
	argBytes                   // 1 to 16777216
	argDone                    // charged or uncharged
	argCount                   // 1 to 1000000: sets how many requests
)

// expected says an argument in words, for errors and help.
var expected = map[argKind]string{
	argDuration: "a duration such as 20s",
	argCode:     "a sub_code such as ACQ.BUYER_BALANCE_NOT_ENOUGH",
	argBytes:    "a number of bytes up to 16777216",
	argDone:     "charged or uncharged",
	argCount:    "a number of requests",
}

type arg struct {
	kind     argKind
	optional bool
}

// place is what a word is about: only one word of a behaviour may be about the
// order, any number about the answer and the wire.
type place int

const (
	onOrder place = iota
	onAnswer
	onWire
)

type wordInfo struct {
	word  Word
	place place
	calls []Call // the calls it can be said of; the first is the default
	args  []arg
	help  string
}

var (
	duration   = arg{kind: argDuration}
	maybeTime  = arg{kind: argDuration, optional: true}
	maybeDone  = arg{kind: argDone, optional: true}
	payOnly    = []Call{Pay}
	refundOnly = []Call{Refund}
	everyCall  = calls
)

// vocabulary is every word, in the order of Behaviours.
var vocabulary = []wordInfo{
	{Approve, onOrder, everyCall, nil, "do what was asked, properly"},
	{Decline, onOrder, append([]Call{Pay}, calls...), []arg{{kind: argCode}},
		"refuse with 40004 and this sub_code; nothing happens to the money"},
	{Password, onOrder, payOnly, []arg{maybeTime},
		"10003 until the customer confirms, after this time or when the wallet says so"},
	{PasswordThenFail, onOrder, payOnly, []arg{duration},
		"10003, then TRADE_CLOSED after this time"},
	{SystemError, onOrder, append([]Call{Pay}, calls...), []arg{maybeDone},
		"answer 20000; charged: and do it all the same"},
	{SlowCharge, onOrder, payOnly, []arg{duration},
		"cut the connection at once and charge after this time, unless cancelled before"},
	{ArrivesLate, onOrder, payOnly, []arg{duration},
		"cut the connection at once; the request reaches the gateway after this time"},
	{PayAfterLast, onOrder, payOnly, nil,
		"10003 until the cancel arrives, which finds the order just paid"},
	{NotFound, onOrder, []Call{Query, RefundQuery}, nil,
		"answer that there is no such order, or no such refund, whatever the books say"},
	{RetryAgain, onOrder, []Call{Cancel}, []arg{{kind: argCount, optional: true}},
		"answer retry_flag Y, not cancelled, so many times"},
	{MerchantShort, onOrder, []Call{Refund, Cancel}, nil,
		"40004 ACQ.SELLER_BALANCE_NOT_ENOUGH, nothing moved"},
	{RefundLost, onOrder, refundOnly, nil,
		"10000 with fund_change N, and the request is forgotten: the same key does it later"},
	{RefundLate, onOrder, refundOnly, []arg{duration},
		"10000 with fund_change N; the money moves after this time, if the merchant has it then"},
	{HTML502, onOrder, everyCall, []arg{maybeDone},
		"a page of HTML with status 502; charged: and do it all the same"},

	{AnswerError, onAnswer, everyCall, []arg{{kind: argCode}},
		"whatever happened, answer this sub_code"},
	{WrongOrder, onAnswer, everyCall, nil, "echo another out_trade_no"},
	{WrongAmount, onAnswer, everyCall, nil, "echo other amounts"},
	{Huge, onAnswer, everyCall, []arg{{kind: argBytes, optional: true}},
		"a well-formed, signed answer of at least so many bytes (1 MiB)"},
	{DuplicateMember, onAnswer, everyCall, nil,
		"the response member twice: the true one, which the signature covers, then a forged success"},
	{DuplicateInside, onAnswer, everyCall, nil,
		"a second code, trade_status and fund_change inside the signed response"},
	{WrongSignature, onAnswer, everyCall, nil, "a signature over something else"},
	{Unsigned, onAnswer, everyCall, nil, "no sign"},
	{UnsignedErrors, onAnswer, everyCall, nil, "no sign on errors"},

	{Down, onWire, everyCall, nil, "nobody listens"},
	{LoseRequest, onWire, everyCall, nil, "cut before the request is seen"},
	{LoseAnswer, onWire, everyCall, nil, "handle it, then cut without a byte"},
	{ChargeLose, onWire, payOnly, nil, "the same, as it is called for payments"},
	{CutMidAnswer, onWire, everyCall, nil, "cut after half of the body"},
	{Late, onWire, everyCall, []arg{duration}, "handle it at once, answer after this time"},
}

// infoOf returns the entry of a word; the zero entry if there is none.
func infoOf(w Word) wordInfo {
	i := slices.IndexFunc(vocabulary, func(info wordInfo) bool { return info.word == w })
	if i < 0 {
		return wordInfo{}
	}
	return vocabulary[i]
}

// Help is one line of the language's manual.
type Help struct {
	Word  Word
	Usage string // "password [DURATION]"
	Calls []Call // what it can be said of; Any means all
	Text  string
}

// Behaviours is the manual: every word with what it takes.
func Behaviours() []Help {
	names := map[argKind]string{
		argDuration: "DURATION", argCode: "CODE", argBytes: "BYTES", argDone: "charged",
		argCount: "N",
	}
	list := make([]Help, 0, len(vocabulary))
	for _, info := range vocabulary {
		var usage strings.Builder
		usage.WriteString(string(info.word))
		for _, a := range info.args {
			if a.optional {
				usage.WriteString(" [" + names[a.kind] + "]")
			} else {
				usage.WriteString(" " + names[a.kind])
			}
		}
		where := slices.Clone(info.calls)
		if slices.Contains(where, Any) {
			where = []Call{Any}
		}
		list = append(list, Help{info.word, usage.String(), where, info.help})
	}
	return list
}

// wordList joins every word, for an error that says what was expected.
func wordList() string {
	words := make([]string, len(vocabulary))
	for i, info := range vocabulary {
		words[i] = string(info.word)
	}
	return strings.Join(words, ", ")
}
