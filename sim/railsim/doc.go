// Package railsim is what all twins of payment gateways share: one world with a
// clock, customers with their phones, a double-entry ledger, and for each
// gateway a desk: the merchant's account, orders, refunds, behaviours and
// events. A wire (wechatsim, alipaysim, lakalasim) is a package below that has
// its own decoder and its own check of signatures and embeds a Desk, so that
// one world, and one bench, can hold several gateways and one customer:
//
//	world := railsim.New(railsim.Config{Clock: clock, Seed: 1})
//	cfg := wechatsim.Keys().Config()
//	cfg.World = world
//	wechat := wechatsim.New(cfg)                        // an http.Handler; Do without a socket
//	other := alipaysim.Keys().Config()
//	other.World = world
//	alipay := alipaysim.New(other)
//	customer := world.Customer("")
//	code := customer.CodeOf(railsim.Alipay)             // what the customer shows
//	err := customer.Confirm()                           // types the password, wherever it is asked for
//	err = customer.Scan(link)                           // a QR code that the terminal shows
//	lines := customer.Bill()                            // what the customer sees
//	err = wechat.SetText("refund next refund-late 1h")  // one gateway misbehaves
//	wechat.SetAvailable(0)                              // the takings were settled
//	wechat.TopUp(100_00)
//	err = world.CheckBooks()                            // the last line of every test
//
// A gateway that is given no World makes one of its own.
//
// # Who keeps what
//
//   - World: Clock, Later and Settle, Ledger, Balance, CheckBooks, Customer and
//     NewCustomer, OnEvent and Log of everything.
//   - Desk (every gateway): Orders, Order, Refunds, Set, SetText, Clear, Current,
//     Behaviours (the manual), OnEvent and Log of its own, Available, TopUp,
//     PayOut, SetAvailable, Wallet, NewWallet. Gateway is the interface of all.
//   - Customer: one bank account, codes of every network, password screens
//     (Asks, Confirm, Refuse), Scan and Open, Bill. Wallet is a customer in the
//     eyes of one gateway.
//   - An order's and a refund's State is the gateway's word; Stage says the same
//     for every gateway. An Alipay trade that was refunded in full is Gone, a
//     WeChat Pay order is Paid: Charged and Returned tell what is left.
//
// # How to build another wire
//
//  1. A package below this one; a line in cmd/till/layers_test.go.
//  2. A Language: its Calls (Any among them, new names may be declared there),
//     its Entries with their help, and WireWords at the end. New words are
//     declared in words.go here, with what they take in grammar.
//  3. Rules: the Stages of its states, RefundStates, and what happens when the
//     customer says yes (Charge), says no (Refuse), when time passes (Look), when
//     a link is scanned (Scanned) and when the merchant tops up (Funded).
//     world.NewDesk(rules) is embedded in the Gateway.
//  4. A struct for its half of an order that embeds *Sale, with Sale.Own pointing
//     back; Find, FindID, Add, SetID keep them. Money moves only through Collect,
//     Undo, Accept, Promise, Fund, Arrive, Hang, Drop and Refund. A gateway
//     whose codes come from several networks looks at Code.Network.
//  5. An Exchange: Take the behaviour of the call, say Down and LoseRequest, read
//     and check the request, Note Received or Rejected, handle it inside Locked,
//     encode, Leave, and Note Answered or AnswerCut. Exchange has ServeHTTP and
//     Do.
//  6. Tests: an independent client where there is one, a conversation for each
//     word, a fuzz for each decoder, CheckBooks at the end.
//
// # Decisions
//
//   - What happens by itself happens when somebody looks (Settle), at its own
//     time: no goroutine, no timer, and a virtual clock decides everything.
//   - One lock for the world: a customer can pay at two gateways at once, and the
//     books must be right at every instant. Nothing sleeps under it.
//   - One account per customer, whatever the app: what the terminal must not do
//     (charge twice, refund too much) is seen there. Balances per app would only
//     hide it. A test of short wallets makes a poor customer.
//   - Payment codes are kept as SHA-256, so that nothing can print them.
//   - The merchant's available balance is one account per gateway. Settlement to
//     the bank is PayOut or SetAvailable, by hand: what the terminal has to bear
//     is that it is short, not the calendar of the bank.
//   - A coupon is money of somebody else ("outside") that goes the way of the
//     payment and back in proportion, the last part taking the rest.
//   - Words live in one grammar so that a behaviour can be written down without
//     its language; each language says which words it has.
package railsim
