package wechatsim

import (
	"bytes"
	"encoding/json"
	"io"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"till/sim/railsim"
)

// request is what arrived, before anything is believed.
type request struct {
	method        string
	uri           string // path and query exactly as sent: it is signed
	path          string
	query         url.Values
	authorization string
	accept        string
	contentType   string
	userAgent     string
	body          []byte
}

func read(in *railsim.Request) *request {
	query, _ := url.ParseQuery(in.Query) // what cannot be read is missing
	h := in.Header.Get
	return &request{
		method: in.Method, uri: in.URI, path: in.Path, query: query,
		authorization: h("Authorization"), accept: h("Accept"),
		contentType: h("Content-Type"), userAgent: h("User-Agent"), body: in.Body,
	}
}

// route is where a request goes.
type route struct {
	call  Call
	order string // from the path; empty for a payment
	byID  string // transaction id, for the other query
}

// routeOf says which call a request is, or false.
func routeOf(method, path string) (route, bool) {
	const base = "/v3/pay/transactions/"
	rest, ok := strings.CutPrefix(path, base)
	if !ok {
		return route{}, false
	}
	parts := strings.Split(rest, "/")
	switch {
	case method == "POST" && rest == "codepay":
		return route{call: Pay}, true
	case method == "POST" && rest == "native":
		return route{call: Native}, true
	case method == "GET" && len(parts) == 2 && parts[0] == "out-trade-no" && parts[1] != "":
		return route{call: Query, order: parts[1]}, true
	case method == "GET" && len(parts) == 2 && parts[0] == "id" && parts[1] != "":
		return route{call: Query, byID: parts[1]}, true
	case method == "POST" && len(parts) == 3 && parts[0] == "out-trade-no" && parts[1] != "":
		switch parts[2] {
		case "reverse":
			return route{call: Reverse, order: parts[1]}, true
		case "close":
			return route{call: Close, order: parts[1]}, true
		}
	}
	return route{}, false
}

// payRequest is the body of codepay and native, checked.
type payRequest struct {
	number      string
	fen         int64
	authCode    string // codepay only
	description string
	attach      string
	content     railsim.Digest // of everything but the code: what "the same request" means
}

// fields reads a JSON object member by member, with the exact spelling of
// names, and keeps the first complaint.
type fields struct {
	at      string // JSON pointer
	members map[string]json.RawMessage
	bad     **apiError
}

func readFields(body []byte) (fields, *apiError) {
	var first *apiError
	f := fields{bad: &first}
	if !utf8.Valid(body) {
		return f, paramError("", "body is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	if err := decoder.Decode(&f.members); err != nil || f.members == nil {
		return f, paramError("", "body is not a JSON object")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return f, paramError("", "something follows the JSON object")
	}
	return f, nil
}

func (f fields) blame(name, issue string) {
	if *f.bad == nil {
		*f.bad = paramError(f.at+"/"+name, issue)
	}
}

// object returns a member that must be an object.
func (f fields) object(name string, required bool) fields {
	inner := fields{at: f.at + "/" + name, bad: f.bad}
	raw, present := f.members[name]
	switch {
	case !present && required:
		f.blame(name, "is missing")
	case !present:
	case json.Unmarshal(raw, &inner.members) != nil || inner.members == nil:
		f.blame(name, "is not an object")
	}
	return inner
}

// text returns a member that must be a string of at most limit characters. A
// required one must not be empty.
func (f fields) text(name string, limit int, required bool) string {
	raw, present := f.members[name]
	var s *string
	switch {
	case !present && required:
		f.blame(name, "is missing")
	case !present:
	case json.Unmarshal(raw, &s) != nil || s == nil:
		f.blame(name, "is not a string")
	case *s == "" && required:
		f.blame(name, "is empty")
	case utf8.RuneCountInString(*s) > limit:
		f.blame(name, "is longer than "+strconv.Itoa(limit)+" characters")
	default:
		return *s
	}
	return ""
}

// integer returns a member that must be written as a whole number.
func (f fields) integer(name string) int64 {
	raw, present := f.members[name]
	if !present {
		f.blame(name, "is missing")
		return 0
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		f.blame(name, "is not a whole number")
	}
	return n
}

// orderNumberFault says why a string cannot be an out_trade_no: 6 to 32
// characters of digits, letters, _ - | * (rails.md 0.3, doc.go S4).
func orderNumberFault(s string) string {
	if len(s) < 6 || len(s) > 32 {
		return "has not 6 to 32 characters"
	}
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
		case strings.ContainsRune("_-|*", r):
		default:
			return "has a character that is not a digit, a letter or one of _-|*"
		}
	}
	return ""
}

// authCodeFault says why a string cannot be a payment code: 18 digits that
// begin 10 to 15 (rails.md 1.2).
func authCodeFault(s string) string {
	switch {
	case len(s) != 18 || strings.Trim(s, "0123456789") != "":
		return "has not 18 digits"
	case s[0] != '1' || s[1] > '5':
		return "does not begin with 10 to 15"
	}
	return ""
}

// amountMax is the largest total accepted, in fen: 1,000,000.00 yuan, our
// choice; the real limits depend on the merchant.
const amountMax = 100_000_000

// readPay decodes and checks the body of codepay (coded) or native. Fields:
// rails.md 1.3, doc.go S4 and S5.
func (g *Gateway) readPay(body []byte, coded bool) (payRequest, *apiError) {
	f, bad := readFields(body)
	if bad != nil {
		return payRequest{}, bad
	}
	var r payRequest
	app := f.text("appid", 32, true)
	merchant := f.text("mchid", 32, true)
	r.description = f.text("description", 127, true)
	r.number = f.text("out_trade_no", 32, true)
	r.attach = f.text("attach", 128, false)
	f.text("goods_tag", 32, false)
	if fault := orderNumberFault(r.number); fault != "" {
		f.blame("out_trade_no", fault)
	}
	amount := f.object("amount", true)
	r.fen = amount.integer("total")
	if r.fen <= 0 || r.fen > amountMax {
		amount.blame("total", "is not between 1 and 100000000 fen")
	}
	if c := amount.text("currency", 16, false); c != "" && c != "CNY" {
		amount.blame("currency", "is not CNY")
	}
	scene := f.object("scene_info", coded)
	if coded {
		payer := f.object("payer", true)
		r.authCode = payer.text("auth_code", 32, true)
		if fault := authCodeFault(r.authCode); fault != "" {
			payer.blame("auth_code", fault)
		}
		readScene(scene)
	} else {
		f.text("notify_url", 255, true)
	}
	if *f.bad != nil {
		return r, *f.bad
	}
	r.content = railsim.DigestOf(strings.Join([]string{app, merchant, r.description, r.number, r.attach,
		strconv.FormatInt(r.fen, 10), string(f.members["scene_info"])}, "\x00"))
	return r, g.known(app, merchant)
}

// readScene checks scene_info of codepay: device_ip, not payer_client_ip, and
// a store that is named by WeChat's id or the merchant's own out_id
// (rails.md 1.3 [W7]).
func readScene(scene fields) {
	scene.text("device_id", 32, false)
	if ip := scene.text("device_ip", 45, false); ip != "" {
		if _, err := netip.ParseAddr(ip); err != nil {
			scene.blame("device_ip", "is not an IP address")
		}
	}
	store := scene.object("store_info", true)
	id := store.text("id", 32, false)
	outID := store.text("out_id", 64, false)
	if id == "" && outID == "" {
		store.blame("out_id", "is missing")
	}
}

// readUndo decodes the body of reverse (app and merchant) and of close
// (merchant alone).
func (g *Gateway) readUndo(body []byte, withApp bool) *apiError {
	f, bad := readFields(body)
	if bad != nil {
		return bad
	}
	app := g.cfg.AppID
	if withApp {
		app = f.text("appid", 32, true)
	}
	merchant := f.text("mchid", 32, true)
	if *f.bad != nil {
		return *f.bad
	}
	return g.known(app, merchant)
}

// known refuses every merchant and application but the configured ones.
func (g *Gateway) known(app, merchant string) *apiError {
	switch {
	case merchant != g.cfg.MchID:
		return newError(codeMerchant)
	case app != g.cfg.AppID:
		return newError(codeApp)
	}
	return nil
}
