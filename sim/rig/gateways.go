package rig

import (
	"cmp"
	"log/slog"
	"slices"

	"till/sim/railsim"
	"till/sim/railsim/alipaysim"
	"till/sim/railsim/lakalasim"
	"till/sim/railsim/wechatsim"
)

// Gateways are the acquirers of one world: one set of books, one customer with
// several wallets. WeChat Pay and Alipay are reached directly, UnionPay through
// the aggregator.
type Gateways struct {
	World  *railsim.World
	WeChat *wechatsim.Gateway
	Alipay *alipaysim.Gateway
	Lakala *lakalasim.Gateway
}

// NewGateways makes a world with the fixture keys. A nil clock is the system's;
// seed decides codes and numbers; log may be nil.
func NewGateways(clock railsim.Clock, seed uint64, log *slog.Logger) *Gateways {
	return gatewaysWith(wechatsim.Keys(), clock, seed, log)
}

func gatewaysWith(keys wechatsim.KeySet, clock railsim.Clock, seed uint64, log *slog.Logger) *Gateways {
	g := &Gateways{World: railsim.New(railsim.Config{Clock: clock, Seed: seed, Log: log})}
	wechat, alipay, lakala := keys.Config(), alipaysim.Keys().Config(), lakalasim.Keys().Config()
	wechat.World, alipay.World, lakala.World = g.World, g.World, g.World
	g.WeChat, g.Alipay, g.Lakala = wechatsim.New(wechat), alipaysim.New(alipay), lakalasim.New(lakala)
	return g
}

// Desks are the gateways, by the names of the configuration's tables.
func (g *Gateways) Desks() []*railsim.Desk {
	return []*railsim.Desk{g.WeChat.Desk, g.Alipay.Desk, g.Lakala.Desk}
}

// Desk is one gateway by its name: "wechatpay", "alipay", "lakala".
func (g *Gateways) Desk(name string) (*railsim.Desk, bool) {
	for _, d := range g.Desks() {
		if d.Name() == name {
			return d, true
		}
	}
	return nil, false
}

// Orders are those of all gateways, in the order of their arrival.
func (g *Gateways) Orders() []railsim.Order {
	var all []railsim.Order
	for _, d := range g.Desks() {
		all = append(all, d.Orders()...)
	}
	slices.SortStableFunc(all, func(a, b railsim.Order) int {
		return cmp.Or(a.Received.Compare(b.Received), cmp.Compare(a.Number, b.Number))
	})
	return all
}
