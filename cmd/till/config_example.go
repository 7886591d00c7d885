package main

import (
	"fmt"
	"strings"
)

const exampleHead = `# The configuration of a till: every table and every key.
# Keys that must be set stand here with an example; the others are commented
# out and have the value that stands here, or the one that their line names.
# Relative paths begin where this file is. Check it with: till config check
`

// ExampleConfig is a commented configuration with every key, made from the
// schema: what 'till config example' prints and cmd/till/deploy/till.toml is.
func ExampleConfig() string {
	var b strings.Builder
	b.WriteString(exampleHead)
	for _, t := range configSchema {
		b.WriteString("\n")
		comment(&b, t.doc)
		if t.off {
			fmt.Fprintf(&b, "#[%s]\n", t.name)
		} else {
			fmt.Fprintf(&b, "[%s]\n", t.name)
		}
		for _, k := range t.keys {
			k.explain(&b, t)
		}
	}
	return b.String()
}

// explain writes one key; those of a map need no comment each.
func (k keySpec) explain(b *strings.Builder, t tableSpec) {
	value := k.example
	if value == "" {
		value = k.def
	}
	if t.name != "keypad.map" {
		text := k.doc + ": " + k.kind.want() + "."
		switch {
		case k.must:
			text += " Must be set."
		case k.def != "" && k.def != `""` && value != k.def:
			text += " Default: " + k.def + "."
		}
		b.WriteString("\n")
		comment(b, text)
	}
	off := "#"
	if k.must && !t.off {
		off = ""
	}
	fmt.Fprintf(b, "%s%s = %s\n", off, spell(k.name), value)
}

// commentWidth is in characters.
const commentWidth = 78

func comment(b *strings.Builder, text string) {
	line := "#"
	for word := range strings.FieldsSeq(text) {
		if len([]rune(line))+1+len([]rune(word)) > commentWidth {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
}

// TOML writes c as a configuration file: of each key what differs from its
// default, of key files their paths. It is for the rig, which makes a
// configuration for the program that it starts.
func (c *Config) TOML() string {
	var b strings.Builder
	for _, t := range configSchema {
		if given, ok := t.optional(); ok && !*given(c) {
			continue
		}
		var body strings.Builder
		for _, k := range t.keys {
			value := k.kind.show(k.at(c))
			if value != "" && (k.must || value != k.def) {
				fmt.Fprintf(&body, "%s = %s\n", spell(k.name), value)
			}
		}
		if body.Len() > 0 {
			fmt.Fprintf(&b, "[%s]\n%s\n", t.name, body.String())
		}
	}
	return b.String()
}
