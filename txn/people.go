package txn

// Signed reports whether people sign in here, and who is signed in.
func (s State) Signed() (Person, bool) {
	if len(s.Setup.Staff) == 0 {
		return Person{}, false
	}
	return s.Setup.Person(s.Session.Who)
}

// role is what whoever stands at the counter may do. Where nobody signs in it is
// a cashier: what needs a second person then needs somebody to be set up.
func (s State) role() Role {
	p, _ := s.Signed()
	return p.Role
}

// RailSilent reports whether a network has not answered for some time: nothing
// new is begun there.
func (s Session) RailSilent(name RailName) bool {
	for _, r := range s.Rails {
		if r.Name == name {
			return r.Open
		}
	}
	return false
}

// Pending lists what is open and in memory: reversals first, then sales of
// unknown outcome, then refunds, each oldest first. What is left of the backlog
// rests in the journal and is counted in Ledger.Backlog.
func (s State) Pending() []OpenItem {
	var items []OpenItem
	for _, phase := range []Phase{Reversing, Asking} {
		for _, tx := range s.Ledger.Txs {
			if tx.Phase == phase {
				c, _ := s.Session.Chase(tx.Order)
				items = append(items, OpenItem{Order: tx.Order, Rail: tx.Rail, Amount: tx.Amount,
					At: tx.Begun, Phase: tx.Phase.String(), Cause: c.Cause})
			}
		}
	}
	for _, r := range s.Ledger.Refunds {
		if !r.Phase.Final() {
			items = append(items, OpenItem{Order: r.Order, Refund: r.No, Rail: r.Rail, Amount: r.Amount,
				At: r.Begun, Phase: r.Phase.String(), Cause: r.Cause})
		}
	}
	return items
}

// OpenCount is how many sales and refunds are open, and their amounts in fen.
func (s State) OpenCount() (n int, total int64) {
	n, total = s.Ledger.Backlog.Count, s.Ledger.Backlog.Fen
	for _, tx := range s.Ledger.Txs {
		if !tx.Phase.Final() {
			n++
			total += tx.Amount.Minor()
		}
	}
	return n, total
}
