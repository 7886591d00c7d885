package bench

import (
	"errors"
	"fmt"
	"slices"
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
	sceneWait = 40 * time.Second // for a screen to come
	askPace   = 20 * time.Millisecond
)

// stories can be started with one click.
var stories = map[string][]scene{
	"sale": {press("1", "2", "8", "00", "enter"), until("03-waitcode"), present, until("05-approved"), printed},
	"declined": {mode("decline"), press("8", "8", "00", "enter"), until("03-waitcode"), present, until("06-declined"), look,
		mode("approve"), present, until("05-approved"), printed},
	"lost": {mode("lost"), press("3", "6", "5", "0", "enter"), until("03-waitcode"), present, until("07-unknown"),
		mode("approve"), until("05-approved"), printed},
	"paper": {set("paper", "short"), press("1", "5", "00", "enter"), until("03-waitcode"), present, until("13-paperout"), look, look,
		set("paper", "loaded"), printed},
	"wrong": {press("5", "00", "enter"), until("03-waitcode"), scan("6901234567892"), until("20-codereject"), look,
		present, until("05-approved"), printed},
	"powercut": {press("6", "6", "00", "enter"), until("03-waitcode"), cutWhen("pay received"), present, until("dark"), look,
		set("power", "on"), until("17-recovery"), printed},
	"password": {mode("password"), press("2", "00", "00", "enter"), until("03-waitcode"), present, until("04-processing"), look, look,
		confirm, mode("approve"), until("05-approved"), printed},
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
	w := b.world
	b.mu.Unlock()
	for _, s := range []struct {
		wrong bool
		do    scene
	}{
		{w.Mode != "approve", mode("approve")}, {w.Paper != "loaded", set("paper", "loaded")},
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
	const tries = 5
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

func mode(name string) scene { return set("gateway", name) }

func set(what, value string) scene { return func(b *Bench) error { return b.Set(what, value) } }

func scan(text string) scene { return func(b *Bench) error { return b.Scan(text) } }

func present(b *Bench) error {
	if err := b.pause(3 * keyPace); err != nil {
		return err
	}
	return b.Phone("present")
}

func confirm(b *Bench) error { return b.Phone("confirm") }

func look(b *Bench) error { return b.pause(lookPace) }

// printed waits until all parties agree about the newest sale.
func printed(b *Bench) error {
	return b.await("agreement", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.sheet.rows) > 0 && b.sheet.rows[0].Agree
	})
}

func cutWhen(event string) scene {
	return func(b *Bench) error {
		b.rec.add(fmt.Sprintf("power cut when %q", event))
		b.rig.CutWhen(event)
		return nil
	}
}
