package sim

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"time"

	"till/sim/railsim"
	"till/sim/railsim/alipaysim"
	"till/sim/railsim/lakalasim"
	"till/sim/railsim/railwire"
	"till/sim/railsim/wechatsim"
	"till/txn"
	"till/txn/rail"
)

// gate is one gateway, the production rail to it, and what the world remembers of
// its answers.
type gate struct {
	railsim.Gateway
	rail    rail.Rail
	setup   txn.RailSetup
	words   map[railsim.Call][]word // that a behaviour can be made of
	answers []said                  // the last ones, to be replayed
	denied  map[string]bool         // numbers of which it has said once that it knows nothing
}

// said is an answer to one call.
type said struct {
	call string
	resp rail.Response
}

// word is a behaviour of one call, as a mishap.
type word struct {
	kind   Kind
	text   string
	args   []string // what it may take behind it, one of them
	denies bool     // it says that there is no such number
}

// worldClock is the world's time as the gateways see it. A gateway that sleeps
// answers late; nobody else waits for it.
type worldClock struct{ w *World }

func (c worldClock) Now() time.Time {
	return time.UnixMilli(int64(c.w.now)).UTC().Add(c.w.lag)
}

func (c worldClock) Sleep(_ context.Context, d time.Duration) error {
	c.w.lag += d
	return nil
}

func (w *World) openGates() {
	k := keys()
	weKeys, aliKeys, lklKeys := k.pairs()
	weConfig, aliConfig, lklConfig := k.wechat.Config(), k.alipay.Config(), k.lakala.Config()
	weConfig.World, weConfig.Seed, weConfig.StrictCodes = w.bank, w.seed, true
	weConfig.Sign, weConfig.Verify = weKeys.network.Sign, weKeys.shop.Check
	aliConfig.World, aliConfig.Seed, aliConfig.StrictCodes = w.bank, w.seed, true
	aliConfig.Sign, aliConfig.Verify = aliKeys.network.Sign, aliKeys.shop.Check
	lklConfig.World, lklConfig.Seed, lklConfig.StrictCodes = w.bank, w.seed, true
	lklConfig.Sign, lklConfig.Verify = lklKeys.network.Sign, lklKeys.shop.Check
	we, ali, lkl := wechatsim.New(weConfig), alipaysim.New(aliConfig), lakalasim.New(lklConfig)
	for i, g := range []railsim.Gateway{we, ali, lkl} {
		at := &gate{denied: map[string]bool{}, Gateway: g, rail: rails()[i], words: wordsOf(g)}
		var wallets []txn.RailName
		var shows txn.RailName
		if g == railsim.Gateway(lkl) {
			wallets, shows = []txn.RailName{txn.UnionPay}, txn.UnionPay
		}
		at.setup = rail.Setup(at.rail, wallets, shows)
		at.SetAvailable(2000_00)
		w.gates = append(w.gates, at)
	}
}

// unsaid are the words that no honest gateway says: a terminal can only believe
// what is signed (see doc.go). Bills are another story's.
var unsaid = map[railsim.Word]bool{
	railsim.Approve: true, railsim.Contradictory: true, railsim.Says: true, railsim.RefundStays: true,
	railsim.BillLacks: true, railsim.BillExtra: true, railsim.BillWrongAmount: true, railsim.BillWrongFee: true,
	railsim.BillWrongRefund: true, railsim.BillWrongHash: true, railsim.LoseRequest: true, railsim.Down: true,
	railsim.PasswordAbove: true, railsim.ShortWaits: true,
}

// wordsOf is what a gateway can be told of each call.
func wordsOf(g railsim.Gateway) map[railsim.Call][]word {
	words := map[railsim.Call][]word{}
	for _, h := range g.Behaviours() {
		if unsaid[h.Word] {
			continue
		}
		for _, c := range h.Calls {
			if c == railsim.Any {
				continue
			}
			words[c] = append(words[c], word{
				kind: Kind(g.Name() + " " + string(c) + " " + string(h.Word)), text: string(c) + " next " + string(h.Word),
				args: argsOf(h, g.Name()), denies: h.Word == railsim.NotFound,
			})
		}
	}
	return words
}

// argsOf are what a word can take behind it.
func argsOf(h railsim.Help, gateway string) []string {
	codes := map[string][]string{
		"wechatpay": {"NOT_ENOUGH", "AUTH_CODE_EXPIRE", "RULE_LIMIT", "NO_AUTH", "TRADE_ERROR"},
		"alipay":    {"ACQ.BUYER_BALANCE_NOT_ENOUGH", "ACQ.PAYMENT_AUTH_CODE_INVALID", "ACQ.SELLER_BALANCE_NOT_ENOUGH"},
		"lakala":    {"BBS90051", "BBS11105"},
	}
	if h.Word == railsim.AnswerError { // whatever happened: a code that decides nothing
		codes = map[string][]string{"wechatpay": {"SYSTEM_ERROR", "BANK_ERROR"}, "alipay": {"ACQ.SYSTEM_ERROR"}, "lakala": {"BBS11112", "RFD11112"}}
	}
	switch {
	case strings.Contains(h.Usage, "CODE"):
		return codes[gateway]
	case h.Word == railsim.SkewedClock:
		return []string{"10m", "-10m", "3h"}
	case strings.HasPrefix(h.Usage, string(h.Word)+" DURATION"), strings.Contains(h.Usage, "[DURATION]"):
		if h.Word == railsim.ArrivesLate || h.Word == railsim.SlowCharge || gateway == "alipay" && h.Word == railsim.RefundLate {
			return []string{"2s", "9s", "25s"} // nobody can ask about it meanwhile
		}
		return []string{"2s", "9s", "40s", "3m", "2h"}
	case strings.Contains(h.Usage, "charged"):
		return []string{"", "charged"}
	case strings.Contains(h.Usage, "FEN"):
		return []string{"100", "1"}
	case strings.Contains(h.Usage, "[N]"):
		return []string{"1", "3"}
	}
	return []string{""}
}

// misbehave lets a gateway do something else than it should with the next request.
func (w *World) misbehave(g *gate, c railsim.Call, number string) {
	for _, o := range g.words[c] {
		if o.denies && g.denied[number] {
			continue
		}
		if w.takes(o.kind, gatewayLikely/len(g.words[c])) {
			g.denied[number] = g.denied[number] || o.denies
			text := o.text
			if arg := o.args[w.pick(o.kind, len(o.args))]; arg != "" {
				text += " " + arg
			}
			if err := g.SetText(text); err != nil {
				w.fail("the world", "%s: %v", text, err)
			}
			w.tell("gateway   %s: %s", g.Name(), text)
			w.watch(w.askedBy, Misbehaves{g.Name(), text})
			return
		}
	}
}

// calls are the rails' calls in the words of the gateways' languages, which differ.
var calls = map[string][]railsim.Call{
	txn.CallPay.String():          {railsim.Pay},
	txn.CallQuery.String():        {railsim.Query},
	"find":                        {railsim.Query},
	txn.CallReverse.String():      {railsim.Reverse, railsim.Cancel},
	txn.CallShow.String():         {railsim.Native, railsim.Precreate, lakalasim.Preorder},
	txn.CallClose.String():        {railsim.Close, railsim.Cancel},
	txn.CallRefund.String():       {railsim.RefundCall},
	txn.CallRefundQuery.String():  {railsim.RefundQuery},
	txn.CallRefundRepair.String(): {railsim.RefundHung},
	"balance":                     {railsim.FundBalance},
}

// callOf is a rail's call in the words of a gateway's language; "" when it has none.
func callOf(g *gate, x rail.Exchange) railsim.Call {
	for _, c := range calls[x.Call] {
		if len(g.words[c]) > 0 {
			return c
		}
	}
	return ""
}

// serve brings a request to its gateway now, and its answer, or a silence. took is
// how long the gateway itself has waited.
func (w *World) serve(g *gate, x rail.Exchange, req rail.Request) (resp rail.Response, quiet *rail.Silence, took time.Duration) {
	w.misbehave(g, callOf(g, x), x.Number)
	return w.serveAfter(g, x, req)
}

// serveAfter is serve without another mishap.
func (w *World) serveAfter(g *gate, x rail.Exchange, req rail.Request) (resp rail.Response, quiet *rail.Silence, took time.Duration) {
	w.lag = 0
	resp, quiet, err := railwire.Exchange(context.Background(), g, req)
	took, w.lag = w.lag, 0
	if err != nil {
		w.fail("the world", "%s of %s: %v", x.Call, x.Number, err)
	}
	if quiet == nil && x.Number != "" && bytes.Contains(resp.Body, []byte(x.Number)) { // it says what it is about
		g.answers = append(g.answers[max(0, len(g.answers)-15):len(g.answers):len(g.answers)], said{x.Call, resp})
	}
	w.audit.served(g, x)
	w.customersLook()
	return resp, quiet, took
}

// nonce is a new one for each request.
func (w *World) nonce() string {
	w.nonces++
	return "N" + strconv.Itoa(w.nonces)
}
