package railtest

import "till/txn"

var saleTests = []test{
	{"a payment is approved once and charged once", saleApproved},
	{"a payment without money is declined with a cause", saleDeclined},
	{"a payment is pending until the payer confirms", salePending},
	{"a payment after an error of the network is unknown until asked", saleErrs},
	{"a payment without an answer is unknown until asked", saleSilent},
	{"a payment that did not leave is declined", saleNotSent},
	{"a sale is undone once, however often it is reversed", saleUndone},
	{"a sale that is unpaid can be undone and is not charged afterwards", saleUndoneUnpaid},
	{"a sale that the network has never heard of is not declined", saleNeverSeen},
}

func saleApproved(k *kit) {
	a, ans := k.paid()
	if ans.Cause != txn.CauseNone || ans.Reference == "" || ans.Fault != "" {
		k.Errorf("approved with reference %q: %s", ans.Reference, said(ans))
	}
	k.kept(a.Order, price.Minor())
	// A payment is never sent twice, because a network may call the second one a
	// refusal (rails.md 0.3, W8). It must not charge twice all the same.
	if again := k.sale(txn.CallPay, a); again.Outcome == txn.Undone {
		k.Errorf("the same number again, which was charged: %s", said(again))
	}
	k.kept(a.Order, price.Minor())
	if got := k.sale(txn.CallQuery, a); got.Outcome != txn.Approved || got.Reference != ans.Reference {
		k.Errorf("asked once more, reference %q: %s", got.Reference, said(got))
	}
}

func saleDeclined(k *kit) {
	k.must(Pay, Decline)
	a := k.ask()
	if ans := k.sale(txn.CallPay, a); ans.Outcome != txn.Declined || ans.Cause != txn.CausePayerFunds {
		k.Errorf("%s", said(ans))
	}
	k.kept(a.Order, 0)
}

func salePending(k *kit) {
	k.must(Pay, Password)
	a := k.ask()
	ans := k.sale(txn.CallPay, a)
	if ans.Outcome != txn.Pending || ans.Cause != txn.CausePayerActing {
		k.Errorf("%s", said(ans))
	}
	if ans = k.sale(txn.CallQuery, a); ans.Outcome != txn.Pending {
		k.Errorf("before he confirms: %s", said(ans))
	}
	k.kept(a.Order, 0)
	if err := k.g.Confirm(); err != nil {
		k.Fatal(err)
	}
	if ans = k.settle(a, ans); ans.Outcome != txn.Approved {
		k.Errorf("after he has confirmed: %s", said(ans))
	}
	k.kept(a.Order, price.Minor())
}

func saleErrs(k *kit) {
	if k.tell(Pay, ErrorDone) {
		a := k.ask()
		ans := k.sale(txn.CallPay, a)
		if ans.Outcome != txn.Unknown || ans.Cause == txn.CauseNone {
			k.Errorf("an error and charged: %s", said(ans))
		}
		if ans = k.settle(a, ans); ans.Outcome != txn.Approved {
			k.Errorf("charged all the same: %s", said(ans))
		}
		k.kept(a.Order, price.Minor())
	}
	if k.tell(Pay, ErrorUndone) {
		a := k.ask()
		ans := k.sale(txn.CallPay, a)
		if ans.Outcome != txn.Unknown || ans.Cause == txn.CauseNone {
			k.Errorf("an error and nothing: %s", said(ans))
		}
		if ans = k.settle(a, ans); ans.Outcome == txn.Approved {
			k.Errorf("not charged: %s", said(ans))
		}
		k.kept(a.Order, 0)
	}
}

func saleSilent(k *kit) {
	for _, b := range []Behaviour{LoseRequest, LoseAnswer, CutMidAnswer} {
		if !k.tell(Pay, b) {
			continue
		}
		a := k.ask()
		ans := k.sale(txn.CallPay, a)
		if ans.Outcome != txn.Unknown || ans.Cause == txn.CauseNone {
			k.Errorf("%s: %s", b, said(ans))
		}
		if k.tell(Query, b) {
			if ans = k.sale(txn.CallQuery, a); ans.Outcome != txn.Unknown {
				k.Errorf("%s to the query: %s", b, said(ans))
			}
		}
		charged := k.g.Books(a.Order).Kept() > 0
		if ans = k.settle(a, ans); charged != (ans.Outcome == txn.Approved) {
			k.Errorf("%s, charged %v: %s", b, charged, said(ans))
		}
		if b == LoseAnswer && !charged {
			k.Errorf("%s did not do what was asked", b)
		}
	}
}

func saleNotSent(k *kit) {
	k.must(Pay, Down)
	a := k.ask()
	if ans := k.sale(txn.CallPay, a); ans.Outcome != txn.Declined || ans.Cause != txn.CauseNotSent {
		k.Errorf("%s", said(ans))
	}
	k.kept(a.Order, 0)
	for _, c := range []struct {
		tell Call
		call txn.Call
	}{{Query, txn.CallQuery}, {Reverse, txn.CallReverse}} {
		if k.tell(c.tell, Down) {
			if ans := k.sale(c.call, a); ans.Outcome != txn.Unknown {
				k.Errorf("a %s that did not leave: %s", c.call, said(ans))
			}
		}
	}
}

func saleUndone(k *kit) {
	a, _ := k.paid()
	if ans := k.undo(a); ans.Outcome != txn.Undone {
		k.Errorf("%s", said(ans))
	}
	k.kept(a.Order, 0)
	if ans := k.sale(txn.CallQuery, a); ans.Outcome != txn.Undone {
		k.Errorf("asked whether it is undone: %s", said(ans))
	}
	if ans := k.sale(txn.CallReverse, a); ans.Outcome == txn.Approved || ans.Outcome == txn.Declined {
		k.Errorf("reversed once more: %s", said(ans))
	}
	k.kept(a.Order, 0)
	if ans := k.sale(txn.CallPay, a); ans.Outcome == txn.Approved {
		k.Errorf("paid under a number that is spent: %s", said(ans))
	}
	k.kept(a.Order, 0)
}

func saleUndoneUnpaid(k *kit) {
	k.must(Pay, Password)
	a := k.ask()
	k.sale(txn.CallPay, a)
	ans := k.sale(txn.CallReverse, a)
	for range tries { // the payer may still be before his password
		if ans.Outcome == txn.Undone {
			break
		}
		k.g.Pass(k.s.Rail.Policy().ReversalInterval)
		ans = k.sale(txn.CallReverse, a)
	}
	if ans.Outcome != txn.Undone {
		k.Errorf("%s", said(ans))
	}
	if err := k.g.Confirm(); err == nil {
		k.Error("the payer could confirm a sale that was undone")
	}
	ans = k.sale(txn.CallQuery, a)
	if ans.Outcome == txn.Approved || ans.Outcome == txn.Declined {
		k.Errorf("asked afterwards: %s", said(ans))
	}
	k.kept(a.Order, 0)
}

func saleNeverSeen(k *kit) {
	a := k.ask()
	for range 2 {
		ans := k.sale(txn.CallQuery, a)
		if ans.Outcome != txn.Unknown || ans.Cause != txn.CauseNoSuchOrder {
			k.Errorf("%s", said(ans))
		}
	}
	if ans := k.sale(txn.CallReverse, a); ans.Outcome == txn.Approved || ans.Outcome == txn.Declined {
		k.Errorf("reversed: %s", said(ans))
	}
}
