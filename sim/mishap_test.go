package sim

import (
	"reflect"
	"testing"
)

func TestAListOfMishapsIsReadAsItIsWritten(t *testing.T) {
	want := []Mishap{{AnswerLost, 12, 3}, {"alipay pay wrong-signature", 0, 0}}
	got, err := ParseMishaps(want[0].String() + ", " + want[1].String())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{"", "answer-lost", "answer-lost@3", "@1.2", "answer-lost@1.-2", "answer-lost@1.2.3", "answer-lost@1.2,"} {
		if got, err := ParseMishaps(bad); err == nil {
			t.Errorf("%q is read as %v", bad, got)
		}
	}
}
