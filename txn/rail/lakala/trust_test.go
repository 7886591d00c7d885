package lakala

import (
	"encoding/base64"
	"strings"
	"testing"

	"till/sim/railsim/railwire"
	"till/txn"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

// TestOurSignatureIsOpensslsOwn: the request that openssl signed is the request
// that we make, byte by byte, with the signature that openssl made.
func TestOurSignatureIsOpensslsOwn(t *testing.T) {
	p := rsaRail(t)
	req, err := p.Query(testAsk(), nonce, noon)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitN(string(readFile(t, "request.txt")), "\n", 5)
	if want := strings.TrimSuffix(lines[4], "\n"); string(req.Body) != want {
		t.Errorf("body\n%s\nwant\n%s", req.Body, want)
	}
	want := `LKLAPI-SHA256withRSA appid="` + lines[0] + `",serial_no="` + lines[1] + `",timestamp="` + lines[2] +
		`",nonce_str="` + lines[3] + `",signature="` + string(readFile(t, "request.sig")) + `"`
	if req.Header[0] != [2]string{"Authorization", want} {
		t.Errorf("header %q\nwant %q", req.Header[0][1], want)
	}
}

// opensslAnswer is the answer that openssl signed.
func opensslAnswer(t *testing.T, signature string) rail.Response {
	lines := strings.SplitN(string(readFile(t, "answer.txt")), "\n", 5)
	r := headed(strings.TrimSuffix(lines[4], "\n"), lines[2], string(readFile(t, signature)))
	r.Header[2][1], r.Header[4][1] = lines[1], lines[3]
	return r
}

func TestOpensslsSignatureIsBelieved(t *testing.T) {
	p := rsaRail(t)
	got := p.Read(txn.CallQuery, testAsk(), opensslAnswer(t, "answer.sig"), noon)
	if railtest.Brief(got) != "approved " || got.Reference != tradeNo {
		t.Errorf("%s with reference %q", railtest.Brief(got), got.Reference)
	}
	got = p.Read(txn.CallQuery, testAsk(), opensslAnswer(t, "notice.sig"), noon)
	if railtest.Brief(got) != "unknown untrusted R01" {
		t.Errorf("the signature of a notice: %s", railtest.Brief(got))
	}
}

// TestEveryByteOfAnAnswerIsVerified spoils each byte of the body of an answer
// that would decide.
func TestEveryByteOfAnAnswerIsVerified(t *testing.T) {
	p := testRail(t, nil)
	good := signed(t, trade("SUCCESS"))
	for i := range good.Body {
		r := good
		r.Body = append([]byte(nil), good.Body...)
		r.Body[i] ^= 1
		if got := p.Read(txn.CallQuery, testAsk(), r, noon); railtest.Brief(got) != "unknown untrusted R01" {
			t.Fatalf("byte %d: %s", i, railtest.Brief(got))
		}
	}
	for _, tail := range []string{" ", "\n", "{}"} {
		r := good
		r.Body = []byte(string(good.Body) + tail)
		if got := p.Read(txn.CallQuery, testAsk(), r, noon); got.Outcome != txn.Unknown {
			t.Errorf("with %q behind it: %s", tail, railtest.Brief(got))
		}
	}
}

// spoiled are the ways in which an answer is no answer.
func spoiled(t *testing.T, body string) map[string]rail.Response {
	without := func(name string) rail.Response {
		r := signed(t, body)
		var kept [][2]string
		for _, h := range r.Header {
			if h[0] != name {
				kept = append(kept, h)
			}
		}
		r.Header = kept
		return r
	}
	set := func(name, value string) rail.Response {
		r := without(name)
		r.Header = append(r.Header, [2]string{name, value})
		return r
	}
	other := railwire.HMAC("somebody")
	sig, err := other.Sign(signedText("OP00000003", "somebody", "1767225600", "8d2b0f3a91c4", []byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	stranger := set("Lklapi-Signature", base64.StdEncoding.EncodeToString(sig))
	foreign := signed(t, body)
	sig, err = railwire.HMAC(hisSerial).Sign(signedText("OP99999999", hisSerial, "1767225600", "8d2b0f3a91c4", []byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	foreign.Header[1][1], foreign.Header[5][1] = "OP99999999", base64.StdEncoding.EncodeToString(sig)
	return map[string]rail.Response{
		"no signature": without("Lklapi-Signature"), "no nonce": without("Lklapi-Nonce"),
		"no serial number": without("Lklapi-Serial"), "no time": without("Lklapi-Timestamp"),
		"another nonce": set("Lklapi-Nonce", "x"), "another time": set("Lklapi-Timestamp", "1767225601"),
		"no number as time": set("Lklapi-Timestamp", "now"), "an unknown key": set("Lklapi-Serial", "somebody"),
		"no base64": set("Lklapi-Signature", "***"), "an empty signature": set("Lklapi-Signature", "===="),
		"a stranger's key": stranger, "another application": foreign,
		"nothing at all": {Status: 200, Body: []byte(body)},
	}
}

func TestUnbelievedAnswersDecideNothing(t *testing.T) {
	p := testRail(t, nil)
	for _, call := range calls {
		if good := p.Read(call, testAsk(), signed(t, goodBody(call)), noon); good.Outcome == txn.Unknown {
			t.Fatalf("the good answer to a %s: %s", call, railtest.Brief(good))
		}
		for name, r := range spoiled(t, goodBody(call)) {
			got := p.Read(call, testAsk(), r, noon)
			if got.Outcome != txn.Unknown || got.Fault != rail.FaultUntrusted || got.Again != (call == txn.CallPay) ||
				got.QR != "" || got.Reference != "" {
				t.Errorf("%s, %s: %+v", call, name, got)
			}
		}
	}
	for _, call := range refundCalls {
		for name, r := range spoiled(t, refundData("SUCCESS")) {
			got := p.ReadRefund(call, testRefundAsk(), r, noon)
			if railtest.BriefRefund(got) != "unknown untrusted R01" || got.Payer != 0 {
				t.Errorf("%s, %s: %+v", call, name, got)
			}
		}
	}
	for name, r := range spoiled(t, trade("SUCCESS")) {
		if got := p.ReadFind(testFind(), r, noon); got.Finding != txn.FindUnknown || got.Amount != 0 ||
			got.Fault != rail.FaultUntrusted {
			t.Errorf("find, %s: %+v", name, got)
		}
	}
}

// TestYesterdaysAnswerIsNone: an answer is believed within five minutes.
func TestYesterdaysAnswerIsNone(t *testing.T) {
	p := testRail(t, nil)
	for stamp, want := range map[string]string{
		"1767225600": "approved ", "1767225600123": "approved ",
		"1767225301": "approved ", "1767225899": "approved ",
		"1767225300": "unknown clock-wrong C02", "1767225900": "unknown clock-wrong C02",
		"1767139200": "unknown clock-wrong C02", "-9223372036854775808": "unknown clock-wrong C02",
	} {
		got := p.Read(txn.CallQuery, testAsk(), signedAt(t, trade("SUCCESS"), stamp), noon)
		if railtest.Brief(got) != want {
			t.Errorf("at %s: %s, want %s", stamp, railtest.Brief(got), want)
		}
	}
}
