package bench

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// story is the one that runs.
type story struct {
	name string // "" when none runs
	err  string // how the last one failed
}

// scene is one step of a story.
type scene func(*Bench) error

// Paces of a story: of a quick cashier, and of a person who looks on.
const (
	keyPace   = 160 * time.Millisecond
	lookPace  = 1800 * time.Millisecond
	sceneWait = 90 * time.Second // for a screen to come, or agreement
	askPace   = 20 * time.Millisecond
)

// stories can be started with one click.
var stories = map[string][]scene{
	"sale": {press("1", "2", "8", "00", "enter"), until("03-waitcode"), present, until("05-approved"), agreed},
	"declined": {pay("decline"), press("8", "8", "00", "enter"), until("03-waitcode"), present,
		until("06-declined"), look,
		pay("approve"), present, until("05-approved"), agreed},
	"lost": {pay("lost"), press("3", "6", "5", "0", "enter"), until("03-waitcode"), present, until("07-unknown"),
		pay("approve"), until("05-approved"), agreed},
	"paper": {set("paper", "short"), press("1", "5", "00", "enter"), until("03-waitcode"), present,
		until("13-paperout"), look, look,
		set("paper", "loaded"), agreed},
	"wrong": {press("5", "00", "enter"), until("03-waitcode"), scan("6901234567892"), until("20-codereject"), look,
		present, until("05-approved"), agreed},
	"powercut": {press("6", "6", "00", "enter"), until("03-waitcode"), cutWhen("pay received"), present,
		until("dark"), look,
		set("power", "on"), until("17-recovery"), agreed},
	"password": {pay("password"), press("2", "00", "00", "enter"), until("03-waitcode"), present,
		until("04-processing"), look, look,
		confirm, pay("approve"), until("05-approved"), agreed},

	"shown": {press("9", "9", "00", "enter"), until("03-waitcode"), press("f1"), choose("支付宝", "Alipay"),
		codeShown, look, camera, until("05-approved"), agreed},
	"refunds": join(soldByAlipay("1", "2", "8", "00"),
		giveBack("4", "0", "00"), []scene{until("34-refund-paid-back"), agreed, look, idle, spaced},
		giveBack("5", "0", "00"), []scene{until("34-refund-paid-back"), agreed, look, idle, spaced},
		giveBack("5", "0", "00"), []scene{stillAsks("¥50.00")}),
	"promise": join(soldByAlipay("6", "6", "00"), []scene{set("network", "down"), noticed},
		giveBack("3", "0", "00"), []scene{
			until("34-refund-promised"), agreed, look, look, set("network", "up"), paidBack, agreed,
		}),
	"short": join(soldByAlipay("5", "2", "00"), []scene{merchant("empty")},
		giveBack("2", "0", "00"), []scene{
			until("34-refund-held"), agreed, look, look, merchant("topup"), look, tryNow, paidBack, agreed,
		}),
}

func join(parts ...[]scene) []scene { return slices.Concat(parts...) }

// soldByAlipay is a sale with its receipt. Alipay pays a refund out at once and
// takes the next after 3 s, where WeChat Pay wants a minute.
func soldByAlipay(amount ...string) []scene {
	return []scene{set("wallet", "alipay"), press(append(amount, "enter")...), until("03-waitcode"), present,
		until("05-approved"), agreed, look, idle}
}

// giveBack holds the newest slip before the scanner and asks for a refund.
func giveBack(amount ...string) []scene {
	return []scene{receipt, until("08-refund"), look, press(append(amount, "enter")...)}
}

// Story begins a story and returns at once. One that runs already must end
// first.
func (b *Bench) Story(name string) error {
	scenes, ok := stories[name]
	if !ok {
		return fmt.Errorf("story %q: %w", name, ErrUnknown)
	}
	b.mu.Lock()
	running := b.story.name
	if running == "" {
		b.story = story{name: name}
	}
	b.mu.Unlock()
	if running != "" {
		return fmt.Errorf("the story %q is not over", running)
	}
	b.note("story " + name)
	b.hub.mark(worldPart)
	go b.tellStory(scenes)
	return nil
}

func (b *Bench) tellStory(scenes []scene) {
	err := calm(b)
	for _, s := range scenes {
		if err != nil {
			break
		}
		err = s(b)
	}
	end := story{}
	if err != nil && !errors.Is(err, errOver) {
		end.err = err.Error()
		b.note("story: " + err.Error())
	}
	b.mu.Lock()
	b.story = end
	b.mu.Unlock()
	b.hub.mark(worldPart)
}

// calm brings the world and the terminal to rest: everything works, and the
// screen is idle.
func calm(b *Bench) error {
	b.mu.Lock()
	w, wallet := b.world, b.phone.Wallet
	w.Gateways = slices.Clone(w.Gateways)
	b.mu.Unlock()
	for _, g := range w.Gateways {
		if g.usual() {
			continue
		}
		if err := b.change(g.Name, func(g *gateway) error {
			g.Pay, g.Refund, g.Custom = "approve", "prompt", ""
			return nil
		}); err != nil {
			return err
		}
	}
	for _, s := range []struct {
		wrong bool
		do    scene
	}{
		{wallet != "wechatpay", set("wallet", "wechatpay")}, {w.Paper != "loaded", set("paper", "loaded")},
		{w.Cover != "closed", set("cover", "closed")}, {w.Cutter != "free", set("cutter", "free")},
		{!b.rig.Plugged("scanner"), set("scanner", "plugged")}, {!b.rig.Plugged("printer"), set("printer", "plugged")},
		{!b.rig.Plugged("keypad"), set("keypad", "plugged")}, {!b.rig.NetworkUp(), set("network", "up")},
		{!b.rig.Alive(), set("power", "on")},
	} {
		if !s.wrong {
			continue
		}
		if err := s.do(b); err != nil {
			return err
		}
	}
	if err := b.await("a screen", func() bool { return b.rig.Operator().Screen != "dark" }); err != nil {
		return err
	}
	return idle(b)
}

// idle leaves whatever is on the screen.
func idle(b *Bench) error {
	const tries = 6
	for range tries {
		if b.rig.Operator().Screen == "01-idle" {
			return nil
		}
		if err := b.Key("cancel"); err != nil {
			return err
		}
		if err := b.pause(3 * keyPace); err != nil {
			return err
		}
	}
	return b.await("the idle screen", func() bool { return b.rig.Operator().Screen == "01-idle" })
}

// errOver means that the bench closed.
var errOver = errors.New("the bench is closed")

func (b *Bench) pause(d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-b.hub.quit:
		return errOver
	}
}

// await waits until something is so. It looks often, but only while a story runs.
func (b *Bench) await(what string, ok func() bool) error {
	for end := time.Now().Add(sceneWait); !ok(); {
		if time.Now().After(end) {
			return fmt.Errorf("%s did not come; the screen is %s", what, b.rig.Operator().Screen)
		}
		if err := b.pause(askPace); err != nil {
			return err
		}
	}
	return nil
}

func press(names ...string) scene {
	return func(b *Bench) error {
		for _, n := range names {
			if err := b.Key(n); err != nil {
				return err
			}
			if err := b.pause(keyPace); err != nil {
				return err
			}
		}
		return nil
	}
}

func until(screens ...string) scene {
	return func(b *Bench) error {
		return b.await("screen "+screens[0], func() bool { return slices.Contains(screens, b.rig.Operator().Screen) })
	}
}

// pay is how WeChat Pay answers payments.
func pay(mode string) scene {
	return func(b *Bench) error { return b.Gateway("wechatpay", "pay", mode) }
}

// merchant is what becomes of the merchant's account at Alipay.
func merchant(value string) scene {
	return func(b *Bench) error { return b.Gateway("alipay", "merchant", value) }
}

func set(what, value string) scene { return func(b *Bench) error { return b.Set(what, value) } }

func scan(text string) scene { return func(b *Bench) error { return b.Scan(text) } }

func present(b *Bench) error {
	if err := b.pause(3 * keyPace); err != nil {
		return err
	}
	return b.Phone("present")
}

func confirm(b *Bench) error { return b.Phone("confirm") }

func camera(b *Bench) error { return b.Phone("camera") }

func receipt(b *Bench) error { return b.Receipt(0) }

func look(b *Bench) error { return b.pause(lookPace) }

// spaced waits until Alipay takes another refund of the same sale.
func spaced(b *Bench) error { return b.pause(lookPace) }

// choose keys the number of the line that names one of these.
func choose(names ...string) scene {
	return func(b *Bench) error {
		if err := until("30-wallet")(b); err != nil {
			return err
		}
		for _, line := range b.rig.Operator().Text {
			number, name, _ := strings.Cut(line, " ")
			if slices.Contains(names, name) {
				return press(number)(b)
			}
		}
		return fmt.Errorf("the screen offers no %s", names[0])
	}
}

// codeShown waits until the phone's camera can read the customer's display.
func codeShown(b *Bench) error {
	return b.await("a code on the customer's display", func() bool {
		_, err := b.rig.CodeOnShow()
		return err == nil
	})
}

// says waits until the screen says something.
func says(text string) scene {
	return func(b *Bench) error {
		return b.await(text+" on the screen", func() bool { return b.reads(text) })
	}
}

// reads reports whether a text is on the operator's screen.
func (b *Bench) reads(text string) bool {
	return strings.Contains(strings.Join(b.rig.Operator().Text, "\n"), text)
}

// stillAsks looks for a while whether a refund that cannot be is refused: its
// screen stays, with the amount and the reason.
func stillAsks(amount string) scene {
	return func(b *Bench) error {
		if err := says(amount)(b); err != nil {
			return err
		}
		const looks = 2
		for range looks {
			if err := look(b); err != nil {
				return err
			}
			if v := b.rig.Operator(); v.Screen != "08-refund" {
				return fmt.Errorf("a refund over what is left was taken; the screen is %s", v.Screen)
			}
		}
		return nil
	}
}

// noticed has the terminal see that its cable is out: the first digit of a sale
// makes it look. A connection that was just made may still count as one, so that it
// takes another digit.
func noticed(b *Bench) error {
	const tries = 5
	for range tries {
		for _, s := range []scene{press("1"), look, idle, look} {
			if err := s(b); err != nil {
				return err
			}
		}
		if b.reads("L01") {
			return nil
		}
	}
	return says("L01")(b)
}

// tryNow sends a refund that waits again at once, if its screen is still there.
func tryNow(b *Bench) error {
	if b.rig.Operator().Screen != "34-refund-held" {
		return nil
	}
	return b.Key("enter")
}

// agreed waits until all parties agree about the newest transaction, and if that
// is a refund about its sale.
func agreed(b *Bench) error {
	return b.await("agreement", func() bool {
		rows := b.fresh()
		return len(rows) > 0 && rows[0].Agree &&
			!slices.ContainsFunc(rows, func(r row) bool { return r.No == rows[0].Of && !r.Agree })
	})
}

// paidBack waits until the terminal says that the newest refund was paid out.
func paidBack(b *Bench) error {
	return b.await("the refund", func() bool {
		rows := b.fresh()
		return len(rows) > 0 && rows[0].Terminal == "paidBack"
	})
}

// fresh are the rows as all parties have them now; the next look is a moment
// later, since each opens the journal.
func (b *Bench) fresh() []row {
	const between = 200 * time.Millisecond
	_ = b.pause(between) // await looks whether the bench is closed
	return b.rows()
}

func cutWhen(event string) scene {
	return func(b *Bench) error {
		b.rec.add(fmt.Sprintf("power cut when %q", event))
		b.rig.CutWhen(event)
		return nil
	}
}
