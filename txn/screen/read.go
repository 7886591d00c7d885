package screen

import (
	"strings"
	"time"
)

// Text is every text of the screen in reading order, waits as they begin. It
// is what golden files hold, what stories expect and what is read aloud: it
// does not change from second to second.
func (s Screen) Text() []string { return s.TextAt(s.Start()) }

// TextAt is every text of the screen in reading order, at a moment. Of a
// result that is: outcome word, amount, whether the customer was charged, next
// step, code in small print (screens.md, rules, 3).
func (s Screen) TextAt(m Moment) []string {
	var t reading
	t.add(s.Status.Terminal, s.Status.Operator, s.Status.Mark, s.Status.PendingText(), m.Clock)
	t.add(s.Title, s.Remark)
	t.add(s.Word, s.Amount, s.Charged, s.Verdict, s.Label, s.Next)
	t.add(s.Lines...)
	t.add(s.Field.Label, s.Field.Text, s.Field.Under)
	t.add(strings.Join(s.Head, cells))
	for _, r := range s.Rows {
		t.add(r.text(), r.Under)
	}
	for _, c := range s.Cards {
		t.add(c.Over, c.Text, c.Under, c.Amount)
	}
	for _, step := range s.Steps {
		t.add(step.Label)
	}
	for _, f := range s.Facts {
		t.add(f.Name, f.Value)
	}
	t.add(s.Wait.Sentence(m.Left), s.Small, s.Code)
	for _, k := range s.Keys {
		t.add("[" + keyName(k) + "] " + k.LabelAt(m))
	}
	return t
}

// cells stands between the cells of a row that is read aloud.
const cells = " · "

// text is a row as it is read: "> 1 Sale" when the cursor is on it.
func (r Row) text() string {
	var t reading
	t.add(r.Cells...)
	s := strings.Join(t, cells)
	if r.Cap != "" {
		s = r.Cap + " " + s
	}
	if r.Now {
		s = "> " + s
	}
	return s
}

// keyName names a key as the pad does: "0-9", "F1", "enter".
func keyName(k Key) string {
	if c := k.Cap(); c != "" {
		return c
	}
	return k.Key.String()
}

// Text is every text of the customer's screen in reading order.
func (c Customer) Text() []string { return c.TextAt(c.Wait.For) }

// TextAt is the same at a moment of its wait.
func (c Customer) TextAt(left time.Duration) []string {
	var t reading
	t.add(c.Shop, c.Mark, c.Title, c.Word, c.Amount)
	t.add(c.Lines...)
	t.add(c.Wait.Sentence(left))
	return t
}

// reading collects texts and leaves out what is empty.
type reading []string

func (r *reading) add(texts ...string) {
	for _, t := range texts {
		if t != "" {
			*r = append(*r, t)
		}
	}
}
