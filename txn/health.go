package txn

import (
	"slices"
	"time"
)

// askBalance asks what there is to pay refunds from, where the network tells.
func (m *move) askBalance(name RailName) {
	if rail, ok := m.setup.rail(name); ok && rail.Tells && m.ses.Link != LinkIsDown {
		m.do(AskBalance{name})
	}
}

// balance keeps what a network told.
func (m *move) balance(b Balance) {
	m.ses.Balances = slices.DeleteFunc(slices.Clone(m.ses.Balances), func(o Balance) bool { return o.Rail == b.Rail })
	m.ses.Balances = append(m.ses.Balances, b)
}

// silencesToOpen is how many requests in a row a network must leave without an
// answer before nothing new is begun there; probeAfter is how long until it is
// tried again.
//
// hushFor is how long after a silence others are of the same moment.
const (
	silencesToOpen = 3
	probeAfter     = 30 * time.Second
	hushFor        = time.Second
)

// health counts the silences of one network: one that is down is left alone
// while the others go on.
func (m *move) health(name RailName, why Cause) {
	i := slices.IndexFunc(m.ses.Rails, func(h RailHealth) bool { return h.Name == name })
	if why == CauseNotSent && m.ses.Link != LinkIsUp {
		return // nobody is reached at all
	}
	if i < 0 {
		m.ses.Rails = append(slices.Clone(m.ses.Rails), RailHealth{Name: name})
		i = len(m.ses.Rails) - 1
	}
	m.ses.Rails = slices.Clone(m.ses.Rails)
	h := &m.ses.Rails[i]
	switch {
	case why == CauseNoAnswer, why == CauseGatewayDown, why == CauseNotSent:
		if h.Hushed { // one hiccup silences everything that was on its way
			return
		}
		h.Silent++
		h.Hushed = true
		m.arm(Timer{TimerProbe, OrderNo(name), 1}, hushFor)
		if h.Silent >= silencesToOpen {
			h.Open = true
			m.arm(Timer{TimerProbe, OrderNo(name), 0}, probeAfter)
		}
	default:
		wasOpen := h.Open
		h.Silent, h.Open = 0, false
		if wasOpen {
			m.startRound(false)
		}
	}
}

// probe lets the next request to a silent network pass, or the next silence of it
// count.
func (m *move) probe(t Timer) {
	m.ses.Rails = slices.Clone(m.ses.Rails)
	for i := range m.ses.Rails {
		h := &m.ses.Rails[i]
		if h.Name != RailName(t.Order) {
			continue
		}
		h.Hushed = false
		if t.Try == 0 && h.Open {
			h.Open, h.Silent = false, silencesToOpen-1
			m.startRound(false)
		}
	}
}
