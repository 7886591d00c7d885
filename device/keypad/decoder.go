package keypad

// decoder finds keys in bytes. It knows no clock: it is told of silence.
type decoder struct {
	keys     Map
	prefixes map[string]bool // of every sequence, itself not counted
	buf      []byte          // the beginning of a sequence; in prefixes
	void     bool            // drop everything until silence
	afterCR  bool            // the byte before was a CR that was a whole key
	found    [2]Key
}

func newDecoder(m Map) *decoder {
	d := &decoder{keys: m, prefixes: map[string]bool{}}
	for seq := range m {
		for i := 1; i < len(seq); i++ {
			d.prefixes[seq[:i]] = true
		}
	}
	return d
}

// push takes one byte and returns the keys that are certain now, at most two.
// noisy says that the byte belongs to no key; then everything up to the next
// silence is dropped. The slice is good until the next call.
func (d *decoder) push(b byte) (keys []Key, noisy bool) {
	afterCR := d.afterCR
	d.afterCR = false
	if d.void || afterCR && b == '\n' {
		return nil, false
	}
	keys = d.found[:0]
	if len(d.buf) == 1 && !d.prefixes[string(d.buf)+string([]byte{b})] {
		// One byte that is a key and was waiting for more: a key of its own, if
		// what follows is one too. Otherwise an unknown sequence.
		first, ok := d.keys[string(d.buf)]
		_, whole := d.keys[string(d.buf)+string([]byte{b})]
		if ok && !whole && d.starts(b) {
			keys = append(keys, first)
			d.buf = d.buf[:0]
		}
	}
	d.buf = append(d.buf, b)
	if d.prefixes[string(d.buf)] {
		return keys, false
	}
	k, ok := d.keys[string(d.buf)]
	d.afterCR = ok && len(d.buf) == 1 && b == '\r'
	d.buf = d.buf[:0]
	if !ok {
		d.void = true
		return keys, true
	}
	return append(keys, k), false
}

// starts reports whether some key begins with b.
func (d *decoder) starts(b byte) bool {
	s := []byte{b}
	_, ok := d.keys[string(s)]
	return ok || d.prefixes[string(s)]
}

// pending reports whether a silence would change something.
func (d *decoder) pending() bool { return d.void || d.afterCR || len(d.buf) > 0 }

// silence tells the decoder that no byte came for sequenceGap: what waited for
// more is what it is.
func (d *decoder) silence() (keys []Key, noisy bool) {
	d.void, d.afterCR = false, false
	if len(d.buf) == 0 {
		return nil, false
	}
	k, ok := d.keys[string(d.buf)]
	d.buf = d.buf[:0]
	if !ok {
		return nil, true
	}
	return append(d.found[:0], k), false
}
