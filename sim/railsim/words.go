package railsim

import (
	"slices"
	"strings"
)

// argKind is what a word takes behind it.
type argKind int

const (
	argDuration argKind = iota // 0s to 720h
	argSkew                    // -720h to 720h
	argCode                    // A-Z, 0-9, _ and .
	argState                   // a trade state
	argStatus                  // 200 to 599
	argFen                     // 0 to 100000000
	argBytes                   // 1 to 16777216
	argDone                    // charged or uncharged
	argCount                   // 1 to 1000000: sets how many requests
)

// expected says an argument in words, for errors and help.
var expected = map[argKind]string{
	argDuration: "a duration such as 20s",
	argSkew:     "a duration such as -10m",
	argCode:     "an error code such as NOT_ENOUGH",
	argState:    "a trade state such as USERPAYING",
	argStatus:   "an HTTP status from 200 to 599",
	argFen:      "an amount in fen",
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
	duration    = arg{kind: argDuration}
	maybeTime   = arg{kind: argDuration, optional: true}
	maybeStatus = arg{kind: argStatus, optional: true}
	maybeDone   = arg{kind: argDone, optional: true}
	payOnly     = []Call{Pay}
	queryOnly   = []Call{Query}
	reverseOnly = []Call{Reverse}
	everyCall   = calls
)

// vocabulary is every word, in the order of Behaviours.
var vocabulary = []wordInfo{
	{Approve, onOrder, everyCall, nil, "do what was asked, properly"},
	{Decline, onOrder, append([]Call{Pay}, calls...), []arg{{kind: argCode}, maybeStatus},
		"refuse with this code; nothing happens to the money"},
	{Password, onOrder, payOnly, []arg{maybeTime},
		"USERPAYING until the customer confirms, after this time or when the wallet says so"},
	{PasswordThenFail, onOrder, payOnly, []arg{duration},
		"USERPAYING, then PAYERROR after this time"},
	{PasswordAbove, onOrder, payOnly, []arg{{kind: argFen}, maybeTime},
		"as password, but only for amounts above this"},
	{ShortWaits, onOrder, payOnly, nil,
		"a wallet that is short of money shows as USERPAYING, not as NOT_ENOUGH"},
	{SystemError, onOrder, append([]Call{Pay}, calls...), []arg{maybeDone},
		"answer SYSTEM_ERROR; charged: and do it all the same"},
	{BankError, onOrder, payOnly, []arg{maybeDone},
		"answer BANK_ERROR; charged: and charge all the same"},
	{SlowCharge, onOrder, payOnly, []arg{duration},
		"cut the connection at once and charge after this time, unless reversed before"},
	{ArrivesLate, onOrder, payOnly, []arg{duration},
		"cut the connection at once; the request reaches the gateway after this time"},
	{PayAfterLast, onOrder, payOnly, nil,
		"USERPAYING until the reversal arrives, which finds the order just paid"},
	{NotFound, onOrder, queryOnly, nil, "answer ORDER_NOT_EXIST whatever the books say"},
	{Contradictory, onOrder, queryOnly, nil,
		"say SUCCESS to the first query of an order and CLOSED to the next, in turns"},
	{Says, onOrder, queryOnly, []arg{{kind: argState}},
		"say this state whatever the books say"},
	{RecallAgain, onOrder, reverseOnly, []arg{{kind: argCount, optional: true}},
		"answer recall Y, not reversed, so many times"},
	{ReversePaying, onOrder, reverseOnly, []arg{{kind: argCount, optional: true}},
		"answer USERPAYING with recall Y, not reversed, so many times"},
	{Tomb, onOrder, reverseOnly, nil,
		"a number never seen is closed for ever and answered with success"},
	{NoSuchOrder, onOrder, reverseOnly, nil,
		"a number never seen is answered ORDER_NOT_EXIST and stays usable"},
	{HTML502, onOrder, everyCall, []arg{maybeDone},
		"a page of HTML with status 502; charged: and do it all the same"},
	{HTTP429, onOrder, everyCall, nil, "status 429 with no body"},
	{Frequency, onOrder, everyCall, nil, "429 FREQUENCY_LIMITED, nothing done"},
	{Maintenance, onOrder, everyCall, nil, "503 SYSTEM_ERROR, unsigned, nothing done"},

	{NoRecall, onAnswer, reverseOnly, nil, "leave recall out, as the v3 page shows it"},
	{AnswerError, onAnswer, everyCall, []arg{{kind: argCode}, maybeStatus},
		"whatever happened, answer this code"},
	{WrongOrder, onAnswer, everyCall, nil, "echo another out_trade_no"},
	{WrongAmount, onAnswer, everyCall, nil, "echo another amount"},
	{WrongMerchant, onAnswer, everyCall, nil, "echo another mchid"},
	{WrongApp, onAnswer, everyCall, nil, "echo another appid"},
	{Huge, onAnswer, everyCall, []arg{{kind: argBytes, optional: true}},
		"a well-formed, signed answer of at least so many bytes (1 MiB)"},
	{Truncated, onAnswer, everyCall, nil, "half of the JSON, correctly signed"},
	{WrongSignature, onAnswer, everyCall, nil, "a signature over something else"},
	{UnknownSerial, onAnswer, everyCall, nil, "a serial number that nobody knows"},
	{SignatureProbe, onAnswer, everyCall, nil,
		"a signature that begins WECHATPAY/SIGNTEST/, to see whether it is checked (K)"},
	{Unsigned, onAnswer, everyCall, nil, "no Wechatpay- headers"},
	{UnsignedErrors, onAnswer, everyCall, nil, "no Wechatpay- headers on errors"},
	{SkewedClock, onAnswer, everyCall, []arg{{kind: argSkew}},
		"the gateway's clock is off by this: requests may expire, answers look old or new"},

	{Down, onWire, everyCall, nil, "nobody listens"},
	{LoseRequest, onWire, everyCall, nil, "cut before the request is seen"},
	{LoseAnswer, onWire, everyCall, nil, "handle it, then cut without a byte"},
	{ChargeLose, onWire, payOnly, nil, "the same, as it is called for payments"},
	{CutMidAnswer, onWire, everyCall, nil, "cut after half of the body"},
	{Late, onWire, everyCall, []arg{duration}, "handle it at once, answer after this time"},
	{Twice, onWire, everyCall, nil, "the body comes twice, the signature covers one"},
	{GarbageAfter, onWire, everyCall, nil, "bytes that nobody asked for follow the answer"},
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
		argDuration: "DURATION", argSkew: "DURATION", argCode: "CODE", argState: "STATE",
		argStatus: "STATUS", argFen: "FEN", argBytes: "BYTES", argDone: "charged",
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
