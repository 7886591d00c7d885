package txn

import (
	"fmt"
	"log/slog"
	"reflect"
	"strings"

	"till/txn/money"
)

// brief is a value on one line: its type, and what in it is not zero. Times that
// are the test's now are left out.
func brief(v any) string { return briefly(reflect.ValueOf(v)) }

func briefly(v reflect.Value) string {
	if !v.IsValid() {
		return "nil"
	}
	if v.CanInterface() {
		switch x := v.Interface().(type) {
		case Timer:
			return strings.TrimSpace(fmt.Sprintf("%s %d %s", x.Kind, x.Try, short(string(x.Order))))
		case ArmTimer:
			return "wait " + brief(x.Timer) + " for " + x.After.String()
		case Sound:
			return "sound " + string(x.Cue)
		case slog.LogValuer: // a secret
			return x.LogValue().String()
		case fmt.Stringer:
			return x.String()
		}
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		return briefly(v.Elem())
	case reflect.Slice:
		var list []string
		for i := range v.Len() {
			list = append(list, briefly(v.Index(i)))
		}
		return "[" + strings.Join(list, " ") + "]"
	case reflect.Struct:
		var list []string
		for i := range v.NumField() {
			f := v.Field(i)
			if f.IsZero() || f.Type() == reflect.TypeFor[Merchant]() || f.Type() == reflect.TypeFor[Wall]() && f.Int() == int64(testAt) {
				continue
			}
			if a, ok := f.Interface().(money.Amount); ok && a.Zero() {
				continue
			}
			name := v.Type().Field(i).Name + ":"
			if v.Type().Field(i).Anonymous {
				name = ""
			}
			list = append(list, name+briefly(f))
		}
		return v.Type().Name() + "{" + strings.Join(list, " ") + "}"
	case reflect.String:
		return short(v.String())
	}
	return fmt.Sprint(v)
}

// short leaves out of a number what is the same in all.
func short(s string) string {
	if s == "" {
		return `""`
	}
	s = strings.ReplaceAll(s, string(testInstall)+"R00000000", "R#")
	return strings.ReplaceAll(s, string(testInstall)+"00000000", "#")
}

// differ lists what became of a value, field by field.
func differ(name string, was, is reflect.Value) []string {
	if was.Kind() == reflect.Slice && was.Len() == is.Len() && was.Pointer() == is.Pointer() ||
		reflect.DeepEqual(was.Interface(), is.Interface()) || was.Kind() == reflect.Slice && was.Len() == 0 && is.Len() == 0 {
		return nil
	}
	var list []string
	switch {
	case was.Kind() == reflect.Struct && was.NumField() > 3 && was.Type().PkgPath() != "":
		for i := range was.NumField() {
			f := was.Type().Field(i)
			if f.Name == "Serial" && name == "" || !f.IsExported() { // screens are counted: their waits are seen
				continue
			}
			list = append(list, differ(strings.TrimPrefix(name+"."+f.Name, "."), was.Field(i), is.Field(i))...)
		}
		return list
	case was.Kind() == reflect.Slice && was.Len() == is.Len():
		for i := range was.Len() {
			list = append(list, differ(fmt.Sprintf("%s[%d]", name, i), was.Index(i), is.Index(i))...)
		}
		return list
	}
	return []string{name + "=" + briefly(is)}
}

// told is what an event leads to: the ledger, and in words what is entered, what
// is done, and what is different in the session; "" is nothing.
func told(s State, rd Ready) (Ledger, string) {
	var parts []string
	for _, e := range rd.Entries {
		parts = append(parts, brief(e))
	}
	for _, e := range rd.Effects {
		parts = append(parts, "> "+brief(e))
	}
	for _, r := range rd.Recalled {
		parts = append(parts, "recalled "+brief(r.No))
	}
	for _, n := range rd.Parked {
		parts = append(parts, "parked "+brief(n))
	}
	if len(s.Session.Rails) == 0 && brief(rd.Session.Rails) == "[RailHealth{Name:wechatpay}]" {
		rd.Session.Rails = nil // it was heard, and that is all
	}
	parts = append(parts, differ("", reflect.ValueOf(s.Session), reflect.ValueOf(rd.Session))...)
	led := Recall(s.Ledger, rd.Recalled)
	for _, e := range rd.Entries {
		led = Apply(led, e)
	}
	if len(rd.Entries) == 0 {
		return led, strings.Join(parts, "; ")
	}
	was, is := s.Ledger, led
	was.Txs, was.Refunds, is.Txs, is.Refunds = nil, nil, nil, nil // told by themselves
	for _, tx := range led.Txs {
		if old, ok := s.Ledger.Tx(tx.Order); ok {
			parts = append(parts, differ(short(string(tx.Order)), reflect.ValueOf(old), reflect.ValueOf(tx))...)
		}
	}
	for _, r := range led.Refunds {
		if old, ok := s.Ledger.Refund(r.No); ok {
			parts = append(parts, differ(short(string(r.No)), reflect.ValueOf(old), reflect.ValueOf(r))...)
		}
	}
	parts = append(parts, differ("Ledger", reflect.ValueOf(was), reflect.ValueOf(is))...)
	return led, strings.Join(parts, "; ")
}
