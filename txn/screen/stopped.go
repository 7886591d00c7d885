package screen

import "till/txn"

// Stopped is the last screen of a terminal that cannot keep its promises, and
// the only one of a terminal that cannot start: what is wrong and what to do.
// Nothing that was decided is lost; the next start goes on from there.
func Stopped(s txn.Setup, lang txn.Lang, device string, code txn.FaultCode) Screen {
	t := teller{txn.State{Setup: s}, In(lang), lang}
	advice := t.Fault(device, code)
	return Screen{
		ID: "27-stopped", Layout: LayoutNotice, Tone: ToneWarning, Lang: lang,
		Title: t.Device(device), Word: advice.What, Small: string(code),
		Cards:    []Card{{Tone: ToneWarning, Text: advice.Do}},
		Status:   Status{Terminal: s.Terminal, Operator: s.Operator, Printer: LightDim, Link: LightDim},
		Customer: Customer{Scene: SceneWaiting, Lang: lang, Shop: s.Merchant.Name, Word: t.OneMoment()},
	}
}
