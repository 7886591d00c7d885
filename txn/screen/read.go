package screen

import "time"

// Text is every text of the screen in reading order, waits as they begin. It
// is what golden files hold, what stories expect and what is read aloud: it
// does not change from second to second.
func (s Screen) Text() []string { return s.TextAt(s.Start()) }

// TextAt is every text of the screen in reading order, at a moment. Of a
// result that is: outcome word, amount, whether the customer was charged, next
// step, code in small print (screens.md, rules, 3).
func (s Screen) TextAt(m Moment) []string {
	var t reading
	t.add(s.Status.Terminal, s.Status.Operator, s.Status.Mark, s.Status.Pending, m.Clock)
	t.add(s.Title, s.Remark)
	t.add(s.Word, s.Amount, s.Charged, s.Verdict, s.Label, s.Next)
	t.add(s.Lines...)
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
