package sim

import (
	"os"
	"reflect"
	"testing"
)

// TestSeedsThatFailedOnceHold lives the worlds in which an invariant once did not
// hold.
func TestSeedsThatFailedOnceHold(t *testing.T) {
	text, err := os.ReadFile("testdata/seeds.txt")
	if err != nil {
		t.Fatal(err)
	}
	list, err := ParseSeeds(string(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range list {
		if r := Twice(k.Options); r.Failure != nil {
			t.Errorf("till sim %s\nfailed on %s as %q, and now: %v", k.Options.Args(), k.Date, k.Invariant, r.Failure)
		}
	}
}

func TestAListOfSeedsIsReadAsItIsWritten(t *testing.T) {
	for _, want := range []Known{
		{Options{Seed: 0x2a, Profile: "storm"}, "paid is paid", "2026-11-22"},
		{Options{Seed: 1, Profile: "shop", Acts: 3 * ActsPerDay, Only: []Kind{AnswerLost, "alipay pay down"}, Keep: []int{1, 3},
			Mishaps: []Mishap{{"alipay pay down", 3, 0}, {AnswerLost, 0, 2}}}, "no refund is lost", "2026-11-23"},
		{Options{Seed: 1, Profile: "calm", Keep: []int{}, Mishaps: []Mishap{}}, "the world", "2026-11-23"},
	} {
		got, err := ParseSeeds("# a list\n\n" + want.String() + "\n")
		if err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], want) {
			t.Errorf("%q is read as %+v, %v", want, got, err)
		}
	}
	for _, bad := range []string{"0x2a", "x\tstorm\ta\tb", "1\tgale\ta\tb", "1\tstorm\ta\tb\t--tell", "1\tstorm\ta\tb\t--acts 0", "1\tstorm\ta\tb\t--days x"} {
		if got, err := ParseSeeds(bad); err == nil {
			t.Errorf("%q is read as %+v", bad, got)
		}
	}
}
