package railsim

// Word names one thing that a gateway can do wrong, or right.
type Word string

// What happens to the order.
const (
	Approve          Word = "approve"
	Decline          Word = "decline"
	Password         Word = "password"
	PasswordThenFail Word = "password-then-fail"
	PasswordAbove    Word = "password-above"
	ShortWaits       Word = "short-waits"
	SystemError      Word = "system-error"
	BankError        Word = "bank-error"
	SlowCharge       Word = "slow-charge"
	ArrivesLate      Word = "arrives-late"
	PayAfterLast     Word = "pay-after-last-query"
	PayBeforeClose   Word = "pay-before-close"
	WithCoupon       Word = "coupon"
	NotFound         Word = "not-found"
	Contradictory    Word = "contradictory"
	Says             Word = "says"
	RecallAgain      Word = "recall"
	NoRecall         Word = "no-recall"
	ReversePaying    Word = "reverse-userpaying"
	RetryAgain       Word = "retry"
	Tomb             Word = "tombstone"
	NoSuchOrder      Word = "order-not-exist"
	HTML502          Word = "html-502"
	HTTP429          Word = "http-429"
	Frequency        Word = "frequency-limited"
	Maintenance      Word = "maintenance"
)

// What happens to a refund.
const (
	MerchantShort  Word = "merchant-short"
	RefundLost     Word = "refund-lost"
	RefundLate     Word = "refund-late"
	RefundStays    Word = "refund-stays"
	RefundAbnormal Word = "refund-abnormal"
	RefundClosed   Word = "refund-closed"
	RefundUnfunded Word = "refund-unfunded"
)

// What is wrong in the daily bill.
const (
	BillLacks       Word = "bill-lacks"
	BillExtra       Word = "bill-extra"
	BillWrongAmount Word = "bill-wrong-amount"
	BillWrongFee    Word = "bill-wrong-fee"
	BillWrongRefund Word = "bill-wrong-refund"
	BillWrongHash   Word = "bill-wrong-hash"
)

// What happens to the answer's content.
const (
	AnswerError     Word = "answer-error"
	WrongOrder      Word = "wrong-order"
	WrongRefund     Word = "wrong-refund"
	WrongAmount     Word = "wrong-amount"
	WrongMerchant   Word = "wrong-merchant"
	WrongApp        Word = "wrong-app"
	Huge            Word = "huge"
	Truncated       Word = "truncated"
	DuplicateMember Word = "duplicate-member"
	DuplicateInside Word = "duplicate-inside"
	WrongSignature  Word = "wrong-signature"
	UnknownSerial   Word = "unknown-serial"
	SignatureProbe  Word = "signature-probe"
	Unsigned        Word = "unsigned"
	UnsignedErrors  Word = "unsigned-errors"
	SkewedClock     Word = "clock"
)

// What happens on the wire.
const (
	Down         Word = "down"
	LoseRequest  Word = "lose-request"
	LoseAnswer   Word = "lose-answer"
	ChargeLose   Word = "charge-and-lose-answer"
	CutMidAnswer Word = "cut-mid-answer"
	Late         Word = "late"
	Twice        Word = "twice"
	GarbageAfter Word = "garbage-after"
)

// argKind is what a word takes behind it.
type argKind int

const (
	argDuration argKind = iota // 0s to 720h
	argSkew                    // -720h to 720h
	argCode                    // as the language's CodeFits says
	argState                   // one of the language's states
	argStatus                  // 200 to 599
	argFen                     // 0 to the language's FenMax
	argBytes                   // 1 to 16777216
	argDone                    // charged or uncharged
	argCount                   // 1 to 1000000: sets how many requests
)

type arg struct {
	kind     argKind
	optional bool
}

// place is what a word is about: only one word of a behaviour may be about the
// order, any number about the answer and the wire.
type place int

const (
	onAnswer place = iota // and on the wire
	onOrder
)

type shape struct {
	place place
	args  []arg
}

var (
	duration  = arg{kind: argDuration}
	maybeTime = arg{kind: argDuration, optional: true}
	maybeDone = arg{kind: argDone, optional: true}
	maybeN    = arg{kind: argCount, optional: true}
	code      = arg{kind: argCode}
	status    = arg{kind: argStatus, optional: true}
)

// grammar is what each word takes. A word that is not here takes nothing and
// is about the answer.
var grammar = map[Word]shape{
	Approve:          {onOrder, nil},
	Decline:          {onOrder, []arg{code, status}},
	Password:         {onOrder, []arg{maybeTime}},
	PasswordThenFail: {onOrder, []arg{duration}},
	PasswordAbove:    {onOrder, []arg{{kind: argFen}, maybeTime}},
	ShortWaits:       {onOrder, nil},
	SystemError:      {onOrder, []arg{maybeDone}},
	BankError:        {onOrder, []arg{maybeDone}},
	SlowCharge:       {onOrder, []arg{duration}},
	ArrivesLate:      {onOrder, []arg{duration}},
	PayAfterLast:     {onOrder, nil},
	PayBeforeClose:   {onOrder, nil},
	NotFound:         {onOrder, nil},
	Contradictory:    {onOrder, nil},
	Says:             {onOrder, []arg{{kind: argState}}},
	RecallAgain:      {onOrder, []arg{maybeN}},
	ReversePaying:    {onOrder, []arg{maybeN}},
	RetryAgain:       {onOrder, []arg{maybeN}},
	Tomb:             {onOrder, nil},
	NoSuchOrder:      {onOrder, nil},
	HTML502:          {onOrder, []arg{maybeDone}},
	HTTP429:          {onOrder, nil},
	Frequency:        {onOrder, nil},
	Maintenance:      {onOrder, nil},
	MerchantShort:    {onOrder, nil},
	RefundLost:       {onOrder, nil},
	RefundLate:       {onOrder, []arg{duration}},
	RefundStays:      {onOrder, nil},
	RefundAbnormal:   {onOrder, []arg{maybeTime}},
	RefundClosed:     {onOrder, []arg{maybeTime}},
	RefundUnfunded:   {onOrder, nil},
	BillLacks:        {onOrder, nil},
	BillExtra:        {onOrder, nil},
	BillWrongAmount:  {onOrder, nil},
	BillWrongFee:     {onOrder, nil},
	BillWrongRefund:  {onOrder, nil},

	WithCoupon:  {onAnswer, []arg{{kind: argFen}}}, // goes with every word about the order
	AnswerError: {onAnswer, []arg{code, status}},
	Huge:        {onAnswer, []arg{{kind: argBytes, optional: true}}},
	SkewedClock: {onAnswer, []arg{{kind: argSkew}}},
	Late:        {onAnswer, []arg{duration}},
}

// WireWords are the entries of what happens on every wire, for a language of
// these calls.
func WireWords(calls []Call) []Entry {
	return []Entry{
		{Down, calls, "nobody listens"},
		{LoseRequest, calls, "cut before the request is seen"},
		{LoseAnswer, calls, "handle it, then cut without a byte"},
		{ChargeLose, []Call{Pay}, "the same, as it is called for payments"},
		{CutMidAnswer, calls, "cut after half of the body"},
		{Late, calls, "handle it at once, answer after this time"},
	}
}
