package wechatsim

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	tests := []struct {
		text string
		want Behaviour
		back string // what String makes of it
	}{
		{"approve", Behaviour{Call: Any, Times: 0, Acts: []Act{{Word: Approve}}}, "any always approve"},
		{"decline NOT_ENOUGH", Behaviour{Call: Pay, Times: 0, Acts: []Act{{Word: Decline, Code: "NOT_ENOUGH"}}},
			"pay always decline NOT_ENOUGH"},
		{"reverse next decline ACQ.TRADE_ERROR 403", Behaviour{Call: Reverse, Times: 1,
			Acts: []Act{{Word: Decline, Code: "ACQ.TRADE_ERROR", Status: 403}}},
			"reverse next 1 decline ACQ.TRADE_ERROR 403"},
		{"pay next 2 system-error charged + late 8s", Behaviour{Call: Pay, Times: 2,
			Acts: []Act{{Word: SystemError, Done: true}, {Word: Late, After: 8 * time.Second}}},
			"pay next 2 system-error charged + late 8s"},
		{"system-error uncharged", Behaviour{Call: Pay, Times: 0, Acts: []Act{{Word: SystemError}}},
			"pay always system-error"},
		{"  password   20s+unsigned ", Behaviour{Call: Pay, Times: 0,
			Acts: []Act{{Word: Password, After: 20 * time.Second}, {Word: Unsigned}}},
			"pay always password 20s + unsigned"},
		{"recall 3", Behaviour{Call: Reverse, Times: 3, Acts: []Act{{Word: RecallAgain}}}, "reverse next 3 recall"},
		{"recall", Behaviour{Call: Reverse, Times: 0, Acts: []Act{{Word: RecallAgain}}}, "reverse always recall"},
		{"query clock +10m", Behaviour{Call: Query, Times: 0, Acts: []Act{{Word: SkewedClock, After: 10 * time.Minute}}},
			"query always clock 10m0s"},
		{"clock -10m + unsigned", Behaviour{Call: Any, Times: 0,
			Acts: []Act{{Word: SkewedClock, After: -10 * time.Minute}, {Word: Unsigned}}},
			"any always clock -10m0s + unsigned"},
		{"huge 2000 + late 0s", Behaviour{Call: Any, Times: 0, Acts: []Act{{Word: Huge, N: 2000}, {Word: Late}}},
			"any always huge 2000 + late 0s"},
		{"says PAYERROR", Behaviour{Call: Query, Times: 0, Acts: []Act{{Word: Says, Code: "PAYERROR"}}},
			"query always says PAYERROR"},
		{"late 1s + password-above 100000", Behaviour{Call: Pay, Times: 0,
			Acts: []Act{{Word: Late, After: time.Second}, {Word: PasswordAbove, Fen: 100000}}},
			"pay always late 1s + password-above 100000"},
	}
	for _, tt := range tests {
		got, err := Parse(tt.text)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", tt.text, got, err, tt.want)
		}
		if got.String() != tt.back {
			t.Errorf("%q comes back as %q", tt.text, got.String())
		}
	}
}

func TestParseNamesTheWordAndWhatItExpected(t *testing.T) {
	tests := []struct{ text, names, expects string }{
		{"", "ends too early", "approve, decline"},
		{"pay", "ends too early", "approve, decline"},
		{"pay next", "ends too early", "approve, decline"},
		{"pay declin X", `"declin"`, "approve, decline"},
		{"fly approve", `"fly"`, "approve, decline"},
		{"decline", "nothing behind decline", "an error code"},
		{"decline no", "decline no", "an error code"},
		{"decline X Y", `"Y" behind decline`, "an HTTP status"},
		{"decline X 199", "decline X 199", "an HTTP status"},
		{"decline X 0", `"0" behind decline`, "an HTTP status"},
		{"late", "nothing behind late", "a duration"},
		{"late soon", `"soon" behind late`, "a duration"},
		{"late -1s", "late -1s", "a duration"},
		{"late 721h", "late 721h", "a duration"},
		{"password 0s", `"0s" behind password`, "a duration"},
		{"says PAID", "says PAID", "a trade state"},
		{"next 0 approve", `"0" behind next`, "1 to 1000000"},
		{"next 1000001 approve", `"1000001" behind next`, "1 to 1000000"},
		{"recall 0", `"0" behind recall`, "a number of requests"},
		{"approve approve", `"approve" behind approve`, "+ or the end"},
		{"approve + ", "ends too early", "approve, decline"},
		{"approve + decline X", "approve and decline", "one of them"},
		{"unsigned + unsigned", "unsigned comes twice", ""},
		{"query password", "password cannot be said of query", "pay"},
		{"any recall", "recall cannot be said of any", "reverse"},
		{"recall + not-found", "cannot be said of reverse", "query"},
		{"huge 0", `"0" behind huge`, "a number of bytes"},
		{"huge 16777217", "huge 16777217", "a number of bytes"},
		{"system-error maybe", `"maybe" behind system-error`, "charged or uncharged"},
		{"password-above x", `"x" behind password-above`, "an amount in fen"},
		{strings.Repeat("approve ", 70), "longer than", ""},
	}
	for _, tt := range tests {
		_, err := Parse(tt.text)
		if err == nil || !strings.Contains(err.Error(), tt.names) ||
			!strings.Contains(err.Error(), tt.expects) {
			t.Errorf("Parse(%q): %v; want %q and %q", tt.text, err, tt.names, tt.expects)
		}
	}
}

func TestEveryUsageInTheManualParses(t *testing.T) {
	example := strings.NewReplacer("[N]", "2", "[", "", "]", "", "DURATION", "5s", "CODE", "X",
		"STATE", "SUCCESS", "STATUS", "500", "FEN", "100", "BYTES", "10")
	for _, help := range Behaviours() {
		for _, usage := range []string{
			example.Replace(help.Usage),
			example.Replace(strings.Split(help.Usage, " [")[0]),
		} {
			b, err := Parse(usage)
			if err != nil {
				t.Errorf("%q: %v", usage, err)
				continue
			}
			if again, err := Parse(b.String()); err != nil || !reflect.DeepEqual(again, b) {
				t.Errorf("%q: %+v, then %+v, %v", usage, b, again, err)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, help := range Behaviours() {
		f.Add(help.Usage)
	}
	f.Add("pay next 2 system-error charged + late 8s + clock +3m")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(b.String())
		if err != nil || !reflect.DeepEqual(again, b) {
			t.Errorf("%q: %+v (%s), then %+v, %v", text, b, b, again, err)
		}
	})
}

func TestSetRefusesNonsense(t *testing.T) {
	g := New(Keys().Config())
	for _, b := range []Behaviour{
		{}, {Call: Pay}, {Call: Pay, Times: -1, Acts: []Act{{Word: Approve}}},
		{Call: "cancel", Acts: []Act{{Word: Approve}}}, {Call: Pay, Acts: []Act{{Word: "x"}}},
		{Call: Pay, Acts: []Act{{Word: Decline}}},
	} {
		func() {
			defer func() {
				if r := recover(); r == nil {
					t.Errorf("%+v is accepted", b)
				}
			}()
			g.Set(b)
		}()
	}
	if err := g.SetText("nonsense"); err == nil || len(g.Current()) != 0 {
		t.Errorf("%v, %v", err, g.Current())
	}
}

func TestClearAndCurrent(t *testing.T) {
	g := New(Keys().Config())
	for _, text := range []string{"pay decline X", "pay next 2 late 1s", "query not-found"} {
		if err := g.SetText(text); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, b := range g.Current() {
		got = append(got, b.String())
	}
	want := []string{"pay next 2 late 1s", "pay always decline X", "query always not-found"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	g.Clear()
	if n := len(g.Current()); n != 0 {
		t.Errorf("%d left", n)
	}
}
