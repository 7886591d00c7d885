package bench

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"till/sim/railsim"
)

// phone is the customer's.
type phone struct {
	Wallet  string     `json:"wallet"` // "wechatpay", "alipay" or "unionpay": the app that is open
	Code    string     `json:"code"`
	Age     int64      `json:"age"` // ms since it was shown
	Life    int64      `json:"life"`
	Balance int64      `json:"balance"` // fen
	Asks    int64      `json:"asks"`    // fen that wait for the password, 0 for none
	By      string     `json:"by"`      // the gateway that asks
	OnShow  bool       `json:"onShow"`  // the customer's display has a code that the camera can read
	Bill    []billLine `json:"bill"`    // newest first
	shown   time.Time
	used    bool
}

// billLine is one line of the customer's own bill.
type billLine struct {
	At   string `json:"at"`   // time of day
	Rail string `json:"rail"` // the gateway
	No   string `json:"no"`   // the merchant's number, its end
	Fen  int64  `json:"fen"`  // negative is paid, positive came back
}

const (
	// codeLife is how long a wallet shows a code.
	codeLife = time.Minute
	// billShown is how many lines of the bill the page shows.
	billShown = 12
)

func (p *phone) fresh(c *railsim.Customer) {
	if p.Wallet == "" {
		p.Wallet = string(railsim.WeChatPay)
	}
	p.Code, p.shown, p.used = c.CodeOf(railsim.Network(p.Wallet)), time.Now(), false
}

// stale reports whether a real phone would show another code by now.
func (p *phone) stale() bool { return p.used || time.Since(p.shown) > codeLife-5*time.Second }

// customer is the one that stands before the terminal.
func (b *Bench) customer() *railsim.Customer { return b.rig.World.Customer("") }

// phoneNow is the phone as it is. Under the lock.
func (b *Bench) phoneNow() phone {
	p := b.phone
	p.Age, p.Life = time.Since(p.shown).Milliseconds(), codeLife.Milliseconds()
	p.Balance = b.customer().Balance()
	if asks := b.customer().Asks(); len(asks) > 0 {
		p.Asks, p.By = asks[0].Fen, asks[0].Rail
	}
	if b.rig.Customer().Screen == codeScreen {
		_, err := b.rig.CodeOnShow()
		p.OnShow = err == nil
	}
	p.Bill = []billLine{}
	for _, l := range slices.Backward(b.customer().Bill()) {
		if len(p.Bill) < billShown {
			p.Bill = append(p.Bill, billLine{l.At.Local().Format("15:04:05"), l.Rail, tail(l.Order), l.Fen})
		}
	}
	return p
}

// codeScreen is on the customer's display while our code may be there.
const codeScreen = "15-shown"

// wallets are the apps on the phone, and the verb of the script for each.
var wallets = map[string]string{"wechatpay": "wallet", "alipay": "alipay", "unionpay": "unionpay"}

// setWallet opens an app, which shows a fresh code.
func (b *Bench) setWallet(name string) error {
	if wallets[name] == "" {
		return fmt.Errorf("wallet %q: %w", name, ErrUnknown)
	}
	b.mu.Lock()
	b.phone.Wallet = name
	b.phone.fresh(b.customer())
	b.mu.Unlock()
	b.note("customer: opens " + name)
	b.hub.mark(phonePart)
	return nil
}

// Phone does something with the customer's phone: "present" its code,
// "again" the same, "half" of it, "fresh" shows a new code; "confirm" or
// "refuse" at the password prompt; "camera" pays the code on the customer's
// display; "bill" shows the number of the last payment to the scanner.
func (b *Bench) Phone(what string) error {
	switch what {
	case "confirm":
		b.note("customer: password")
		b.rec.add("customer confirms")
		return b.customer().Confirm()
	case "refuse":
		b.note("customer: refuses")
		b.rec.add("customer refuses")
		return b.customer().Refuse()
	case "camera":
		return b.camera()
	case "bill":
		return b.scanBill()
	case "fresh":
		b.mu.Lock()
		b.phone.fresh(b.customer())
		b.mu.Unlock()
		b.hub.mark(phonePart)
		return nil
	case "present", "half", "again":
		return b.present(what)
	}
	return fmt.Errorf("phone %q: %w", what, ErrUnknown)
}

func (b *Bench) present(what string) error {
	b.mu.Lock()
	if what != "again" && b.phone.stale() {
		b.phone.fresh(b.customer())
	}
	code, wallet := b.phone.Code, b.phone.Wallet
	b.phone.used = true
	b.mu.Unlock()
	b.hub.mark(phonePart)
	const lacks = 4 // digits of half a scan
	if what == "half" {
		code = code[:len(code)-lacks]
	}
	b.note("scan " + masked(code))
	b.rec.add("scan " + strings.Replace(what, "present", wallets[wallet], 1))
	return b.rig.Scanner.Send(code)
}

// camera pays what the customer's display shows.
func (b *Bench) camera() error {
	b.rec.add("customer scans")
	link, err := b.rig.CodeOnShow()
	if err != nil {
		return err
	}
	b.note("customer: scans the code on the display")
	return b.customer().Scan(link)
}

// scanBill holds the number of the newest payment before the scanner.
func (b *Bench) scanBill() error {
	orders := b.rig.Orders()
	if len(orders) == 0 || orders[len(orders)-1].TransactionID == "" {
		return errors.New("the customer has paid nothing")
	}
	number := orders[len(orders)-1].TransactionID
	b.note("scan the number in the bill: " + masked(number))
	b.rec.add("scan bill")
	return b.rig.Scanner.Send(number)
}
