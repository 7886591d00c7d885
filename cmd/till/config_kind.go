package main

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"

	"till/txn"
	"till/txn/money"
)

// configKind is what a key's value may be. The pointer that read writes to and
// show reads from is a field of Config of the kind's own type.
type configKind interface {
	read(v configValue, env *configEnv, to any) *complaint
	want() string         // after "use", and in the example
	show(from any) string // as TOML; "" for nothing to write
}

// complaint is what is wrong with a value. Want replaces the kind's; hide keeps
// the line out of the report.
type complaint struct {
	text, want string
	hide       bool
}

func notThat(v configValue, what string) *complaint {
	return &complaint{text: v.show() + " is not " + what}
}

// configEnv is what values are read in.
type configEnv struct {
	dir   string // of the configuration
	files configFiles
}

// quote is s as a TOML string.
//
// Source: TOML 1.0, string.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case !unicode.IsPrint(r) && r <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04x`, r)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// textKind is a string of min to max characters; lines lets it have several.
type textKind struct {
	min, max int
	pattern  *regexp.Regexp // nil: any printable text
	what     string         // what the pattern is, "a hexadecimal number"
	lines    bool
	capitals bool // small letters become capitals
}

func (k textKind) read(v configValue, _ *configEnv, to any) *complaint {
	if v.kind != unstable.String {
		return notThat(v, "a text between quotes")
	}
	n := utf8.RuneCountInString(v.text)
	switch {
	case strings.Contains(v.text, pemMark):
		return pasted()
	case n == 0 && k.min > 0:
		return &complaint{text: "empty"}
	case n > k.max:
		return &complaint{text: fmt.Sprintf("%s has %d characters", v.show(), n)}
	case n < k.min:
		return &complaint{text: fmt.Sprintf("%s has only %d characters", v.show(), n)}
	case k.pattern != nil && !k.pattern.MatchString(v.text):
		return &complaint{text: v.show() + " has other characters"}
	}
	for _, r := range v.text {
		if !unicode.IsPrint(r) && !(k.lines && r == '\n') {
			return &complaint{text: fmt.Sprintf("%s has the unprintable character %U", v.show(), r)}
		}
	}
	if *to.(*string) = v.text; k.capitals {
		*to.(*string) = strings.ToUpper(v.text)
	}
	return nil
}

func (k textKind) want() string {
	what := "a text"
	if k.what != "" {
		what = k.what
	}
	if k.lines {
		what += `, with \n between lines,`
	}
	if k.min > 0 {
		return fmt.Sprintf("%s of %d to %d characters", what, k.min, k.max)
	}
	return fmt.Sprintf("%s of at most %d characters", what, k.max)
}

func (k textKind) show(from any) string { return quote(*from.(*string)) }

// choiceKind is one of a few words.
type choiceKind []string

func (k choiceKind) read(v configValue, _ *configEnv, to any) *complaint {
	if v.kind != unstable.String {
		return notThat(v, "a text")
	}
	if !slices.Contains(k, v.text) {
		c := notThat(v, "known")
		if s := suggest(v.text, k); s != "" {
			c.want = fmt.Sprintf("did you mean %q?", s)
		}
		return c
	}
	switch to := to.(type) {
	case *string:
		*to = v.text
	case *money.Currency:
		*to = money.Currency(v.text)
	case *txn.RailName:
		*to = txn.RailName(v.text)
	}
	return nil
}

func (k choiceKind) want() string {
	if len(k) == 1 {
		return fmt.Sprintf("%q", k[0])
	}
	words := make([]string, len(k))
	for i, w := range k {
		words[i] = quote(w)
	}
	return strings.Join(words[:len(k)-1], ", ") + " or " + words[len(k)-1]
}

func (k choiceKind) show(from any) string {
	switch from := from.(type) {
	case *money.Currency:
		return quote(string(*from))
	case *txn.RailName:
		if *from == "" { // not set
			return ""
		}
		return quote(string(*from))
	}
	return quote(*from.(*string))
}

// numberKind is one of a few whole numbers.
type numberKind struct {
	allowed []int
	unit    string
}

func (k numberKind) read(v configValue, _ *configEnv, to any) *complaint {
	n, err := strconv.ParseInt(v.text, 0, 32)
	switch {
	case v.kind != unstable.Integer:
		return notThat(v, "a whole number")
	case err != nil || !slices.Contains(k.allowed, int(n)):
		return notThat(v, "possible")
	}
	*to.(*int) = int(n)
	return nil
}

func (k numberKind) want() string {
	list := make([]string, len(k.allowed))
	for i, n := range k.allowed {
		list[i] = strconv.Itoa(n)
	}
	if len(list) == 2 {
		return strings.TrimSpace(list[0] + " or " + list[1] + " " + k.unit)
	}
	return strings.TrimSpace("one of " + strings.Join(list, ", ") + " " + k.unit)
}

// show writes nothing for 0, which no numberKind allows: it is not set.
func (k numberKind) show(from any) string {
	if n := *from.(*int); n != 0 {
		return strconv.Itoa(n)
	}
	return ""
}

// flagKind is true or false.
type flagKind struct{}

func (flagKind) read(v configValue, _ *configEnv, to any) *complaint {
	if v.kind != unstable.Bool {
		return notThat(v, "true or false")
	}
	*to.(*bool) = v.text == "true"
	return nil
}

func (flagKind) want() string         { return "true or false" }
func (flagKind) show(from any) string { return strconv.FormatBool(*from.(*bool)) }

// durationKind is a time such as "45s" or "2m".
type durationKind struct{ min, max time.Duration }

func (k durationKind) read(v configValue, _ *configEnv, to any) *complaint {
	if v.kind != unstable.String {
		return &complaint{text: v.show() + " is not a time between quotes"}
	}
	d, err := time.ParseDuration(v.text)
	switch {
	case err != nil:
		return &complaint{text: v.show() + " is not a time such as 45s or 2m"}
	case d < k.min:
		return &complaint{text: v.show() + " is too short"}
	case d > k.max:
		return &complaint{text: v.show() + " is too long"}
	}
	*to.(*time.Duration) = d
	return nil
}

func (k durationKind) want() string {
	return "a time from " + shortDuration(k.min) + " to " + shortDuration(k.max)
}

func (k durationKind) show(from any) string { return quote(shortDuration(*from.(*time.Duration))) }

// shortDuration writes 2m for 2m0s.
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// amountKind is yuan as text, so that no float is near money. Zero is why it
// may not be 0.00; "" lets it.
type amountKind struct{ zero string }

func (k amountKind) read(v configValue, _ *configEnv, to any) *complaint {
	if v.kind != unstable.String {
		return &complaint{text: v.show() + " is not an amount between quotes"}
	}
	a, err := money.Parse(v.text)
	switch {
	case err != nil:
		return notThat(v, "an amount such as 5000.00")
	case a.Zero() && k.zero != "":
		return &complaint{text: k.zero}
	}
	*to.(*money.Amount) = a
	return nil
}

func (amountKind) want() string         { return `yuan as a text, such as "5000.00"` }
func (amountKind) show(from any) string { return quote(from.(*money.Amount).Plain()) }

// offsetKind is how far local time is ahead of UTC.
type offsetKind struct{}

var offsetPattern = regexp.MustCompile(`^([+-])(0\d|1[0-4]):([0-5]\d)$`)

func (offsetKind) read(v configValue, _ *configEnv, to any) *complaint {
	m := offsetPattern.FindStringSubmatch(v.text)
	if v.kind != unstable.String || m == nil {
		return notThat(v, "a time zone")
	}
	d, err := time.ParseDuration(m[1] + m[2] + "h" + m[3] + "m")
	if err != nil {
		return notThat(v, "a time zone")
	}
	*to.(*time.Duration) = d
	return nil
}

func (offsetKind) want() string { return `hours and minutes ahead of UTC, such as "+08:00"` }

func (offsetKind) show(from any) string {
	d, sign := *from.(*time.Duration), '+'
	if d < 0 {
		d, sign = -d, '-'
	}
	return fmt.Sprintf(`"%c%02d:%02d"`, sign, d/time.Hour, d%time.Hour/time.Minute)
}

// addressKind is an IP address.
type addressKind struct{}

func (addressKind) read(v configValue, _ *configEnv, to any) *complaint {
	a, err := netip.ParseAddr(v.text)
	if v.kind != unstable.String || err != nil || a.Zone() != "" {
		return notThat(v, "an IP address")
	}
	*to.(*netip.Addr) = a
	return nil
}

func (addressKind) want() string         { return `an IP address, such as "192.168.1.20"` }
func (addressKind) show(from any) string { return quote(from.(*netip.Addr).String()) }

// hostKind is a scheme and a host: the rails put the paths behind it.
type hostKind struct{ scheme, example string }

func (k hostKind) read(v configValue, _ *configEnv, to any) *complaint {
	u, err := url.Parse(v.text)
	switch {
	case v.kind != unstable.String:
		return notThat(v, "a text")
	case err != nil || u.Hostname() == "":
		return notThat(v, "a URL")
	case u.User != nil:
		return &complaint{
			text: "a password does not belong in this file", want: "use a host that asks for none", hide: true,
		}
	case u.Scheme != k.scheme:
		return &complaint{text: fmt.Sprintf("%s does not begin with %s://", v.show(), k.scheme)}
	case strings.Trim(u.Path, "/")+u.RawQuery+u.Fragment != "", u.ForceQuery, !validPort(u.Port()):
		return &complaint{text: v.show() + " is more than a host and a port"}
	}
	u = &url.URL{Scheme: u.Scheme, Host: u.Host}
	switch to := to.(type) {
	case *string:
		*to = u.String()
	case **url.URL:
		*to = u
	}
	return nil
}

func validPort(p string) bool {
	n, err := strconv.ParseUint(p, 10, 16)
	return p == "" || err == nil && n > 0
}

func (k hostKind) want() string {
	return fmt.Sprintf("%s://host:port, such as %q", k.scheme, k.example)
}

func (k hostKind) show(from any) string {
	switch from := from.(type) {
	case *string:
		return quote(*from)
	case **url.URL:
		if *from != nil {
			return quote((*from).String())
		}
	}
	return ""
}
