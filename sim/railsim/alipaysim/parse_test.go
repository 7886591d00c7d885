package alipaysim

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
		{"decline ACQ.X", Behaviour{Call: Pay, Times: 0, Acts: []Act{{Word: Decline, Code: "ACQ.X"}}},
			"pay always decline ACQ.X"},
		{"pay next 2 system-error charged + late 8s", Behaviour{Call: Pay, Times: 2,
			Acts: []Act{{Word: SystemError, Done: true}, {Word: Late, After: 8 * time.Second}}},
			"pay next 2 system-error charged + late 8s"},
		{"system-error uncharged", Behaviour{Call: Pay, Times: 0, Acts: []Act{{Word: SystemError}}},
			"pay always system-error"},
		{"  password   20s+unsigned ", Behaviour{Call: Pay, Times: 0,
			Acts: []Act{{Word: Password, After: 20 * time.Second}, {Word: Unsigned}}},
			"pay always password 20s + unsigned"},
		{"retry 3", Behaviour{Call: Cancel, Times: 3, Acts: []Act{{Word: RetryAgain}}}, "cancel next 3 retry"},
		{"not-found", Behaviour{Call: Query, Times: 0, Acts: []Act{{Word: NotFound}}}, "query always not-found"},
		{"refund-query next not-found", Behaviour{Call: RefundQuery, Times: 1, Acts: []Act{{Word: NotFound}}},
			"refund-query next 1 not-found"},
		{"refund-late 1m", Behaviour{Call: Refund, Times: 0, Acts: []Act{{Word: RefundLate, After: time.Minute}}},
			"refund always refund-late 1m0s"},
		{"huge 2000 + late 0s", Behaviour{Call: Any, Times: 0, Acts: []Act{{Word: Huge, N: 2000}, {Word: Late}}},
			"any always huge 2000 + late 0s"},
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
		{"pay next", "ends too early", "approve, decline"},
		{"pay declin X", `"declin"`, "approve, decline"},
		{"decline", "nothing behind decline", "a sub_code"},
		{"decline é", "decline", "a sub_code"},
		{"late soon", `"soon" behind late`, "a duration"},
		{"late -1s", "late -1s", "a duration"},
		{"late 721h", "late 721h", "a duration"},
		{"password 0s", `"0s" behind password`, "a duration"},
		{"next 0 approve", `"0" behind next`, "1 to 1000000"},
		{"retry 0", `"0" behind retry`, "a number of requests"},
		{"approve approve", `"approve" behind approve`, "+ or the end"},
		{"approve + decline X", "approve and decline", "one of them"},
		{"unsigned + unsigned", "unsigned comes twice", ""},
		{"query password", "password cannot be said of query", "pay"},
		{"any retry", "retry cannot be said of any", "cancel"},
		{"huge 0", `"0" behind huge`, "a number of bytes"},
		{"huge 16777217", "huge 16777217", "a number of bytes"},
		{"system-error maybe", `"maybe" behind system-error`, "charged or uncharged"},
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
		"BYTES", "10")
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
	f.Add("pay next 2 system-error charged + late 8s")
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
		{Call: "reverse", Acts: []Act{{Word: Approve}}}, {Call: Pay, Acts: []Act{{Word: "x"}}},
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
