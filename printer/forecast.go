package printer

import "time"

// forecast estimates when what was sent will be on paper: bytes travel at the
// speed of the line, paper moves at the speed of the head, one after another.
type forecast struct {
	baud  int // 0: at once
	speed int // dots a second

	wire, head time.Time // when the last byte has arrived, and is printed
	flying     []flight
}

type flight struct {
	bytes int
	lands time.Time
}

// add puts bytes on the wire that move the paper by so many dots.
func (f *forecast) add(now time.Time, bytes, dots int) {
	if f.wire.Before(now) {
		f.wire = now
	}
	if f.baud > 0 {
		const bitsPerByte = 10 // 8N1
		f.wire = f.wire.Add(time.Duration(bytes*bitsPerByte) * time.Second / time.Duration(f.baud))
	}
	if f.head.Before(f.wire) {
		f.head = f.wire
	}
	f.head = f.head.Add(time.Duration(dots) * time.Second / time.Duration(f.speed))
	f.flying = append(f.flying, flight{bytes, f.head})
}

// until is how long it takes till at most room bytes are on their way: 0 or
// less means now. With a negative room it waits for all.
func (f *forecast) until(now time.Time, room int) time.Duration {
	total := 0
	for len(f.flying) > 0 && !f.flying[0].lands.After(now) {
		f.flying = f.flying[1:]
	}
	for _, x := range f.flying {
		total += x.bytes
	}
	for _, x := range f.flying {
		if total <= max(0, room) {
			return 0
		}
		if total -= x.bytes; total <= max(0, room) {
			return x.lands.Sub(now)
		}
	}
	return 0
}
