package sim

import (
	"context"
	"errors"
	"testing"
	"time"
)

var start = time.Date(2026, 11, 22, 14, 28, 0, 0, time.UTC)

func TestWaitsEndInTheOrderOfTheirTimes(t *testing.T) {
	c := NewClock(start)
	var got []string
	c.AfterFunc(3*time.Second, func() { got = append(got, "third") })
	c.AfterFunc(time.Second, func() {
		got = append(got, "first")
		c.AfterFunc(time.Second, func() { got = append(got, "second") })
	})
	stop := c.AfterFunc(2*time.Second, func() { got = append(got, "never") })
	if !stop() || stop() {
		t.Error("a wait can be stopped once")
	}
	for c.Advance(start.Add(10 * time.Second)) {
	}
	if len(got) != 3 || got[0] != "first" || got[1] != "second" || got[2] != "third" {
		t.Errorf("waits ended as %q", got)
	}
	if !c.Now().Equal(start.Add(10 * time.Second)) {
		t.Errorf("the clock shows %v", c.Now())
	}
}

func TestASleeperIsNotBusyUntilItWakes(t *testing.T) {
	c := NewClock(start)
	c.Busy(1)
	done := make(chan error, 1)
	go func() { done <- c.Sleep(context.Background(), time.Minute); c.Busy(-1) }()
	for !c.Quiet() {
	}
	c.Advance(start.Add(time.Hour))
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	for !c.Quiet() {
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.Busy(1)
	go func() { done <- c.Sleep(ctx, time.Minute) }()
	for !c.Quiet() {
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || c.Quiet() {
		t.Errorf("a cancelled sleeper returned %v, quiet %v", err, c.Quiet())
	}
}
