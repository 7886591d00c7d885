package alipaysim

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"till/sim/railsim"
)

const (
	formMax  = 64 // parameters
	gatePath = "/gateway.do"
)

// form are the parameters of a request, each once.
type form map[string]string

// parseForm reads the parameters from the query and from an urlencoded body,
// as the official SDKs split them. A parameter that comes twice, in either, is
// refused: nobody could say which one was signed.
func parseForm(r *railsim.Request) (form, error) {
	f := form{}
	if err := f.add(r.Query); err != nil {
		return nil, err
	}
	if len(r.Body) == 0 {
		return f, nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, fmt.Errorf("content type %q is not a form", railsim.Printable(r.Header.Get("Content-Type"), 40))
	}
	return f, f.add(string(r.Body))
}

func (f form) add(text string) error {
	if len(text) > railsim.RequestMax {
		return fmt.Errorf("form of %d bytes", len(text))
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		return fmt.Errorf("read form: %w", err)
	}
	for name, list := range values {
		if _, seen := f[name]; seen || len(list) != 1 {
			return fmt.Errorf("parameter %q comes twice", railsim.Printable(name, 30))
		}
		if !utf8.ValidString(name) || !utf8.ValidString(list[0]) {
			return fmt.Errorf("parameter %q is not UTF-8", railsim.Printable(name, 30))
		}
		f[name] = list[0]
		if len(f) > formMax {
			return fmt.Errorf("more than %d parameters", formMax)
		}
	}
	return nil
}

// signed is the text under the signature: every parameter with a value, except
// sign, sorted by name, decoded, joined as in a query (rails.md 2.6).
func (f form) signed() []byte {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if name == "sign" || f[name] == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(name + "=" + f[name])
	}
	return []byte(b.String())
}

// methods are the calls by their names on the wire.
var methods = map[string]Call{
	"alipay.trade.pay":                  Pay,
	"alipay.trade.query":                Query,
	"alipay.trade.cancel":               Cancel,
	"alipay.trade.refund":               Refund,
	"alipay.trade.fastpay.refund.query": RefundQuery,
	"alipay.trade.precreate":            Precreate,
	"alipay.trade.close":                Close,
}

// authenticate checks what all requests have in common: the public parameters
// (rails.md 2.6, doc.go S2) and the signature.
func (g *Gateway) authenticate(r *railsim.Request, f form) *apiError {
	if r.Method != http.MethodPost && r.Method != http.MethodGet {
		return gateError("40002", "isv.invalid-parameter", "HTTP method")
	}
	for _, name := range []string{"method", "app_id", "sign_type", "sign", "timestamp", "version"} {
		if f[name] == "" {
			missing := map[string]string{"sign": "signature", "sign_type": "signature-type",
				"app_id": "app-id"}[name]
			if missing == "" {
				missing = name
			}
			return gateError("40001", "isv.missing-"+missing, "")
		}
	}
	wrong := func(what string) *apiError { return gateError("40002", "isv.invalid-"+what, "") }
	switch {
	case f["app_id"] != g.cfg.AppID:
		return wrong("app-id")
	case f["sign_type"] != "RSA2":
		return wrong("signature-type")
	case f["format"] != "" && !strings.EqualFold(f["format"], "json"):
		return wrong("format")
	case !strings.EqualFold(f["charset"], "utf-8"):
		return wrong("charset")
	case f["version"] != "1.0":
		return wrong("version")
	case f["encrypt_type"] != "":
		return wrong("encrypt-type")
	}
	if _, err := time.ParseInLocation(time.DateTime, f["timestamp"], railsim.Beijing); err != nil {
		return wrong("timestamp")
	}
	signature, err := base64.StdEncoding.DecodeString(f["sign"])
	if err != nil || g.verify(f.signed(), signature) != nil {
		return wrong("signature")
	}
	if methods[f["method"]] == "" {
		return wrong("method")
	}
	return nil
}

func (g *Gateway) verify(message, signature []byte) error {
	if g.cfg.Verify != nil {
		return g.cfg.Verify(message, signature)
	}
	sum := sha256.Sum256(message)
	return rsa.VerifyPKCS1v15(g.cfg.AppKey, crypto.SHA256, sum[:], signature)
}

// sign signs an answer with Alipay's key.
func (g *Gateway) sign(message []byte) ([]byte, error) {
	if g.cfg.Sign != nil {
		return g.cfg.Sign(message)
	}
	sum := sha256.Sum256(message)
	return rsa.SignPKCS1v15(nil, g.cfg.AlipayKey, crypto.SHA256, sum[:])
}
