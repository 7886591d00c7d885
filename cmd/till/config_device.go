package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"till/device/keypad"
	"till/scanner"
)

// sizeKind is the dots of a display: it fills Width and Height.
type sizeKind []string

func (k sizeKind) read(v configValue, env *configEnv, to any) *complaint {
	var size string
	if c := choiceKind(k).read(v, env, &size); c != nil {
		return c
	}
	d := to.(*DisplayConfig)
	if _, err := fmt.Sscanf(size, "%dx%d", &d.Width, &d.Height); err != nil {
		panic("config: size " + size)
	}
	return nil
}

func (k sizeKind) want() string { return choiceKind(k).want() }

func (k sizeKind) show(from any) string {
	d := from.(*DisplayConfig)
	return fmt.Sprintf(`"%dx%d"`, d.Width, d.Height)
}

// prefixKind is the bytes before a scan; package scanner knows what may be one.
type prefixKind struct{}

func (prefixKind) read(v configValue, _ *configEnv, to any) *complaint {
	if v.kind != unstable.String {
		return notThat(v, "a text")
	}
	if err := (scanner.Config{Prefix: v.text}).Check(); err != nil {
		return &complaint{text: err.Error()}
	}
	*to.(*string) = v.text
	return nil
}

func (prefixKind) want() string         { return `at most 16 bytes, such as "\u0002" for STX` }
func (prefixKind) show(from any) string { return quote(*from.(*string)) }

// sequencesKind is what one key of the pad sends: a text, or a list of them.
type sequencesKind struct{ key keypad.Key }

// keyBytesMost is the longest sequence that package keypad takes.
const keyBytesMost = 8

func (k sequencesKind) read(v configValue, _ *configEnv, to any) *complaint {
	list := v.list
	if v.kind != unstable.Array {
		list = []configValue{v}
	}
	m := to.(*keypad.Map)
	for _, s := range list {
		switch other, taken := (*m)[s.text]; {
		case s.kind != unstable.String:
			return notThat(s, "a text")
		case s.text == "" || len(s.text) > keyBytesMost:
			return &complaint{text: fmt.Sprintf("%s has %d bytes", s.show(), len(s.text))}
		case taken && other != k.key:
			return &complaint{text: fmt.Sprintf("%s is already the key %s", s.show(), other)}
		}
		if *m == nil {
			*m = keypad.Map{}
		}
		(*m)[s.text] = k.key
	}
	return nil
}

func (k sequencesKind) want() string {
	return fmt.Sprintf(`1 to %d bytes, or a list of such: "\r", ["\r", "\n"]`, keyBytesMost)
}

func (k sequencesKind) show(from any) string {
	var list []string
	for seq, key := range *from.(*keypad.Map) {
		if key == k.key {
			list = append(list, quote(seq))
		}
	}
	slices.Sort(list)
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	return "[" + strings.Join(list, ", ") + "]"
}
