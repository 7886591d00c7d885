package wechatsim

import (
	"bytes"
	"encoding/json"
	"io"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
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
	host          string
	body          []byte
}

func read(in *railsim.Request) *request {
	query, _ := url.ParseQuery(in.Query) // what cannot be read is missing
	h := in.Header.Get
	return &request{
		method: in.Method, uri: in.URI, path: in.Path, query: query,
		authorization: h("Authorization"), accept: h("Accept"),
		contentType: h("Content-Type"), userAgent: h("User-Agent"), body: in.Body, host: in.Host,
	}
}

// route is where a request goes.
type route struct {
	call  Call
	order string // from the path; empty for a payment
	byID  string // transaction id for the other query, refund id for an abnormal refund

	refund  string // out_refund_no
	account string // of the balance
}

// routeOf says which call a request is, or false.
func routeOf(method, path string) (route, bool) {
	const base = "/v3/pay/transactions/"
	rest, ok := strings.CutPrefix(path, base)
	if !ok {
		return moneyRoute(method, path)
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

// moneyRoute is routeOf for refunds, balance and bills.
func moneyRoute(method, path string) (route, bool) {
	const refunds = "/v3/refund/domestic/refunds"
	account, isBalance := strings.CutPrefix(path, "/v3/merchant/fund/balance/")
	rest, isRefund := strings.CutPrefix(path, refunds+"/")
	id, isHung := strings.CutSuffix(rest, "/apply-abnormal-refund")
	switch {
	case method == "POST" && path == refunds:
		return route{call: RefundPay}, true
	case method == "POST" && isRefund && isHung && id != "":
		return route{call: RefundHung, byID: id}, true
	case method == "GET" && isRefund && rest != "":
		return route{call: RefundQuery, refund: rest}, true
	case method == "GET" && isBalance && account != "":
		return route{call: FundBalance, account: account}, true
	case method == "GET" && (path == "/v3/bill/tradebill" || path == billFilePath):
		return route{call: TradeBill}, true
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
	expire      time.Time      // native only; zero if not given
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

// moment returns a member that may be a time in the format of RFC 3339.
func (f fields) moment(name string) time.Time {
	text := f.text(name, 64, false)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		f.blame(name, "is not a time such as 2030-03-01T10:00:00+08:00")
	}
	return at
}

// refundRequest is the body of a refund, checked.
type refundRequest struct {
	transaction, order string // one of them may be empty
	key                string // out_refund_no
	fen, total         int64
}

// readRefund decodes and checks the body of a refund (doc.go S8).
func readRefund(body []byte) (refundRequest, *apiError) {
	f, bad := readFields(body)
	if bad != nil {
		return refundRequest{}, bad
	}
	r := refundRequest{
		transaction: f.text("transaction_id", 32, false), order: f.text("out_trade_no", 32, false),
		key: f.text("out_refund_no", 64, true),
	}
	f.text("reason", 80, false)
	f.text("notify_url", 256, false)
	if a := f.text("funds_account", 16, false); a != "" && a != "AVAILABLE" && a != "UNSETTLED" {
		f.blame("funds_account", "is not AVAILABLE or UNSETTLED")
	}
	if _, partner := f.members["sub_mchid"]; partner {
		f.blame("sub_mchid", "is for service providers")
	}
	if r.transaction == "" && r.order == "" {
		f.blame("out_trade_no", "and transaction_id are both missing")
	}
	if fault := refundNumberFault(r.key); fault != "" {
		f.blame("out_refund_no", fault)
	}
	amount := f.object("amount", true)
	r.fen, r.total = amount.integer("refund"), amount.integer("total")
	if r.fen <= 0 || r.fen > amountMax {
		amount.blame("refund", "is not between 1 and 100000000 fen")
	}
	if r.total <= 0 || r.total > amountMax {
		amount.blame("total", "is not between 1 and 100000000 fen")
	}
	if c := amount.text("currency", 16, true); c != "CNY" {
		amount.blame("currency", "is not CNY")
	}
	return r, *f.bad
}

// refundNumberFault says why a string cannot be an out_refund_no: 1 to 64 of
// digits, letters and _ - | * @ (doc.go S8).
func refundNumberFault(s string) string {
	if s == "" || len(s) > 64 {
		return "has not 1 to 64 characters"
	}
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
		case strings.ContainsRune("_-|*@", r):
		default:
			return "has a character that is not a digit, a letter or one of _-|*@"
		}
	}
	return ""
}

// hungRequest is the body of apply-abnormal-refund, checked.
type hungRequest struct {
	key        string
	toMerchant bool
	bank, tail string // of the customer's other card
}

// readHung decodes the body of apply-abnormal-refund (doc.go S9). Account and
// name are encrypted with the platform's key.
func (g *Gateway) readHung(body []byte) (hungRequest, *apiError) {
	f, bad := readFields(body)
	if bad != nil {
		return hungRequest{}, bad
	}
	r := hungRequest{key: f.text("out_refund_no", 64, true)}
	switch kind := f.text("type", 32, true); kind {
	case "MERCHANT_BANK_CARD":
		r.toMerchant = true
	case "USER_BANK_CARD":
		r.bank = f.text("bank_type", 16, true)
		account, name := f.text("bank_account", 1024, true), f.text("real_name", 1024, true)
		if plain := g.open(account); len(plain) >= 4 {
			r.tail = plain[len(plain)-4:]
		} else {
			f.blame("bank_account", "cannot be decrypted")
		}
		if g.open(name) == "" {
			f.blame("real_name", "cannot be decrypted")
		}
	default:
		f.blame("type", "is not USER_BANK_CARD or MERCHANT_BANK_CARD")
	}
	return r, *f.bad
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
		r.expire = f.moment("time_expire")
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
