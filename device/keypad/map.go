package keypad

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// sequenceMax is the longest sequence a key may send, in bytes. VT keypads
// send up to five (ESC [ 1 5 ~).
const sequenceMax = 8

// Map is the keys by the bytes that they send, 1 to 8 of them.
type Map map[string]Key

// DefaultMap is the map of the package documentation: one byte a key.
func DefaultMap() Map {
	m := Map{
		"D": DoubleZero, ".": Dot, "\r": Enter, "\n": Enter, "#": Enter,
		"\x1b": Cancel, "C": Cancel, "\b": Back, "\x7f": Back, "*": Back,
		"A": F1, "B": F2, "E": F3, "F": F4, "U": UpDown,
	}
	for d := range 10 {
		m[string(rune('0'+d))] = Digit0 + Key(d)
	}
	return m
}

// VT100Map is DefaultMap with the function keys as a VT100 sends them (VT100
// User Guide, chapter 3: PF1 to PF4 are SS3 P to SS3 S, cursor up is CSI A and
// down CSI B), and ESC alone for cancel.
func VT100Map() Map {
	m := DefaultMap()
	for i, k := range []Key{F1, F2, F3, F4} {
		m["\x1bO"+string(rune('P'+i))] = k
	}
	m["\x1b[A"], m["\x1b[B"] = UpDown, UpDown
	return m
}

// ParseMap makes a map of a configuration: for each key's name the byte
// sequences that mean it. Nothing is added to what is named.
func ParseMap(sequences map[string][]string) (Map, error) {
	m := Map{}
	for _, name := range slices.Sorted(maps.Keys(sequences)) {
		k, err := ParseKey(name)
		if err != nil {
			return nil, err
		}
		for _, seq := range sequences[name] {
			if other, taken := m[seq]; taken {
				return nil, fmt.Errorf("%q is the key %s and the key %s", seq, other, k)
			}
			m[seq] = k
		}
	}
	if err := m.Check(); err != nil {
		return nil, err
	}
	return m, nil
}

// Check says what is wrong with m. Without the ten digits, enter, cancel and
// back the terminal cannot be worked.
func (m Map) Check() error {
	have := map[Key]bool{}
	for _, seq := range slices.Sorted(maps.Keys(m)) {
		k := m[seq]
		if k == 0 || int(k) >= len(keyNames) {
			return fmt.Errorf("%q is %v, which is no key", seq, k)
		}
		if seq == "" {
			return fmt.Errorf("key %s: no bytes", k)
		}
		if len(seq) > sequenceMax {
			return fmt.Errorf("key %s: %q is longer than %d bytes", k, seq, sequenceMax)
		}
		have[k] = true
	}
	var missing []string
	for _, k := range Keys {
		_, digit := k.Digit()
		if !have[k] && (digit || k == Enter || k == Cancel || k == Back) {
			missing = append(missing, k.String())
		}
	}
	if missing != nil {
		return errors.New("no bytes for " + strings.Join(missing, ", "))
	}
	return nil
}
