package bench

import (
	"errors"
	"fmt"
	"strings"

	"till/sim/railsim"
	"till/sim/railsim/alipaysim"
	"till/sim/railsim/lakalasim"
	"till/sim/railsim/wechatsim"
)

// gateway is how one of them stands.
type gateway struct {
	Name      string   `json:"name"`
	Pay       string   `json:"pay"`       // a name of payModes
	Refund    string   `json:"refund"`    // a name of refundModes
	Custom    string   `json:"custom"`    // railsim's language
	Available int64    `json:"available"` // fen that the merchant can refund from
	Can       []string `json:"can"`       // the refundModes that it has
}

// usual reports whether it behaves as a gateway should.
func (g gateway) usual() bool { return g.Pay == "approve" && g.Refund == "prompt" && g.Custom == "" }

// parsers read the languages, by gateway.
var parsers = map[string]func(string) (railsim.Behaviour, error){
	"wechatpay": wechatsim.Parse, "alipay": alipaysim.Parse, "lakala": lakalasim.Parse,
}

// shortOf is the code with which a gateway says that the customer is short.
var shortOf = map[string]string{
	"wechatpay": "NOT_ENOUGH", "alipay": "ACQ.BUYER_BALANCE_NOT_ENOUGH", "lakala": "BBS90406",
}

// payModes are how payments are answered, in the language of railsim; CODE is
// the gateway's own.
var payModes = map[string]string{
	"approve":  "",
	"decline":  "pay always decline CODE",
	"password": "pay always password",
	"lost":     "pay always charge-and-lose-answer",
	"outage":   "any always down",
}

// refundModes are how refunds are answered. Not every gateway has every one: an
// Alipay refund is there at once.
var refundModes = map[string]string{
	"prompt":   "",
	"late":     "refund always refund-late 90s",
	"answer":   "refund always lose-answer",
	"abnormal": "refund always refund-abnormal 5s",
	"closed":   "refund always refund-closed 5s", // what seven days without funds end in
}

// refundNames are refundModes in the order of the page.
var refundNames = []string{"prompt", "late", "answer", "abnormal", "closed"}

// newGateways are those of a rig, in its order.
func newGateways() []gateway {
	var list []gateway
	for _, name := range []string{"wechatpay", "alipay", "lakala"} {
		g := gateway{Name: name, Pay: "approve", Refund: "prompt", Can: []string{}}
		for _, mode := range refundNames {
			if _, err := parsers[name](refundModes[mode]); err == nil || refundModes[mode] == "" {
				g.Can = append(g.Can, mode)
			}
		}
		list = append(list, g)
	}
	return list
}

// texts are what makes a gateway behave so.
func (g gateway) texts() []string {
	var list []string
	for _, t := range []string{payModes[g.Pay], refundModes[g.Refund], g.Custom} {
		if t != "" {
			list = append(list, strings.Replace(t, "CODE", shortOf[g.Name], 1))
		}
	}
	return list
}

// lineOf is a line of a script about a gateway; WeChat Pay's needs no name.
func lineOf(verb, name, rest string) string {
	if name == "wechatpay" {
		return verb + " " + rest
	}
	return verb + " " + name + " " + rest
}

// change makes a gateway behave as set says, all at once or not at all.
func (b *Bench) change(name string, set func(*gateway) error) error {
	desk, ok := b.rig.Desk(name)
	if !ok {
		return fmt.Errorf("gateway %q: %w", name, ErrUnknown)
	}
	b.mu.Lock()
	g := b.world.gateway(name)
	next, was := *g, g.texts()
	b.mu.Unlock()
	if err := set(&next); err != nil {
		return err
	}
	for _, text := range next.texts() {
		if _, err := parsers[name](text); err != nil {
			return err
		}
	}
	desk.Clear()
	if len(was) > 0 || len(next.texts()) == 0 {
		b.rec.add(lineOf("gateway", name, "well"))
	}
	for _, text := range next.texts() {
		if err := desk.SetText(text); err != nil {
			return err
		}
		b.rec.add(lineOf("gateway", name, text))
	}
	b.mu.Lock()
	*g = next
	b.mu.Unlock()
	b.note(strings.TrimSpace("set " + name + " " + strings.Join([]string{next.Pay, next.Refund, next.Custom}, " ")))
	b.hub.mark(worldPart)
	return nil
}

// gateway is one by its name, nil if there is none. Under the lock.
func (w *world) gateway(name string) *gateway {
	for i := range w.Gateways {
		if w.Gateways[i].Name == name {
			return &w.Gateways[i]
		}
	}
	return nil
}

// Behave tells a gateway something in the language of railsim, beside its
// modes; "" takes it back.
func (b *Bench) Behave(name, text string) error {
	return b.change(name, func(g *gateway) error {
		g.Custom = text
		return nil
	})
}

// Gateway turns a switch of a gateway: "pay" to a name of payModes, "refund" to
// one of refundModes, "merchant" to "empty" or "topup".
func (b *Bench) Gateway(name, what, value string) error {
	switch what {
	case "pay":
		return b.change(name, func(g *gateway) error {
			if _, ok := payModes[value]; !ok {
				return fmt.Errorf("payments %q: %w", value, ErrUnknown)
			}
			g.Pay = value
			return nil
		})
	case "refund":
		return b.change(name, func(g *gateway) error {
			if _, ok := refundModes[value]; !ok {
				return fmt.Errorf("refunds %q: %w", value, ErrUnknown)
			}
			g.Refund = value
			return nil
		})
	case "merchant":
		return b.merchant(name, value)
	}
	return fmt.Errorf("gateway %q %q: %w", name, what, ErrUnknown)
}

// topUp is what the merchant pays in with one click, in fen.
const topUp = 500_00

func (b *Bench) merchant(name, value string) error {
	desk, ok := b.rig.Desk(name)
	if !ok {
		return fmt.Errorf("gateway %q: %w", name, ErrUnknown)
	}
	switch value {
	case "empty":
		b.rec.add(lineOf("merchant", name, "available 0.00"))
		desk.SetAvailable(0)
	case "topup":
		b.rec.add(lineOf("merchant", name, "tops up "+railsim.Yuan(topUp)))
		desk.TopUp(topUp)
	default:
		return errors.New("the merchant's account can be emptied or topped up")
	}
	b.note("merchant " + name + " " + value)
	b.hub.mark(worldPart)
	return nil
}
