package bench

import (
	"sync"
	"time"
)

// part is a thing on the page that is sent whole when it has changed.
type part uint8

const (
	worldPart part = 1 << iota
	phonePart
	paperPart
	ledgerPart
	logPart
	everything = worldPart | phonePart | paperPart | ledgerPart | logPart
)

// message is one server-sent event.
type message struct {
	event string
	data  any // becomes JSON
}

// Bounds of what is sent.
const (
	queueLen     = 256                   // messages that a slow page may be behind
	refreshEvery = 80 * time.Millisecond // how often a part is sent at most
)

// hub hands messages to the pages. A page that does not keep up is dropped; it
// comes back by itself and gets everything anew. Nobody waits for a page.
type hub struct {
	refresh func(part) []message

	mu      sync.Mutex
	pages   map[chan message]bool
	changed part
	wake    chan struct{}
	quit    chan struct{}
	over    sync.Once
}

func newHub(refresh func(part) []message) *hub {
	h := &hub{refresh: refresh, pages: map[chan message]bool{}, wake: make(chan struct{}, 1), quit: make(chan struct{})}
	go h.run()
	return h
}

// mark says that parts have changed; they are sent soon.
func (h *hub) mark(p part) {
	h.mu.Lock()
	h.changed |= p
	h.mu.Unlock()
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// run sends what has changed. While nothing changes it waits.
func (h *hub) run() {
	for {
		select {
		case <-h.wake:
		case <-h.quit:
			return
		}
		h.mu.Lock()
		changed := h.changed
		h.changed = 0
		h.mu.Unlock()
		for _, m := range h.refresh(changed) {
			h.send(m)
		}
		select { // what changes meanwhile goes together
		case <-time.After(refreshEvery):
		case <-h.quit:
			return
		}
	}
}

// send hands m to every page at once.
func (h *hub) send(m message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for page := range h.pages {
		select {
		case page <- m:
		default:
			delete(h.pages, page)
			close(page)
		}
	}
}

// join adds a page. Its channel is closed when it is dropped.
func (h *hub) join() chan message {
	page := make(chan message, queueLen)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pages[page] = true
	return page
}

func (h *hub) leave(page chan message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.pages[page] {
		delete(h.pages, page)
		close(page)
	}
}

func (h *hub) stop() { h.over.Do(func() { close(h.quit) }) }
