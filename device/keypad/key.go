package keypad

import (
	"fmt"
	"strconv"
)

// Key is one of the twenty keys of the pad. The zero Key is none of them.
type Key uint8

const (
	Digit0 Key = iota + 1
	Digit1
	Digit2
	Digit3
	Digit4
	Digit5
	Digit6
	Digit7
	Digit8
	Digit9
	DoubleZero
	Dot
	Enter
	Cancel
	Back
	UpDown
	F1
	F2
	F3
	F4
)

// Keys lists the pad row by row, as it is drawn (screens.md 9.3).
var Keys = [20]Key{
	F1, F2, F3, F4,
	Digit1, Digit2, Digit3, Cancel,
	Digit4, Digit5, Digit6, Back,
	Digit7, Digit8, Digit9, UpDown,
	DoubleZero, Digit0, Dot, Enter,
}

var keyNames = [...]string{
	Digit0: "0", Digit1: "1", Digit2: "2", Digit3: "3", Digit4: "4",
	Digit5: "5", Digit6: "6", Digit7: "7", Digit8: "8", Digit9: "9",
	DoubleZero: "00", Dot: ".", Enter: "enter", Cancel: "cancel", Back: "back",
	UpDown: "updown", F1: "f1", F2: "f2", F3: "f3", F4: "f4",
}

// String is the key's name in configuration and scripts.
func (k Key) String() string {
	if k == 0 || int(k) >= len(keyNames) {
		return "key " + strconv.Itoa(int(k))
	}
	return keyNames[k]
}

// ParseKey is the key with that name, in small letters: "0" to "9", "00", ".",
// "enter", "cancel", "back", "updown", "f1" to "f4".
func ParseKey(name string) (Key, error) {
	for k, n := range keyNames {
		if k > 0 && n == name {
			return Key(k), nil
		}
	}
	return 0, fmt.Errorf("%q is not a key; use 0 to 9, 00, ., enter, cancel, back, updown, "+
		"f1 to f4", name)
}

// Digit is the value of a digit key; ok is false for the others, and for 00.
func (k Key) Digit() (d int, ok bool) {
	if k < Digit0 || k > Digit9 {
		return 0, false
	}
	return int(k - Digit0), true
}
