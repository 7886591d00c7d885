package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"till/printer/escpos"
	"till/printer/receipt"
	"till/txn"
	"till/txn/money"
)

// causeIDs are the rows of causes.md, in its order. They are never reused: a row
// of the table that is lost, or one that nobody knows, is seen here.
var causeIDs = slices.Concat(
	numbered("C", 1, 16), numbered("C", 20, 43), numbered("C", 50, 64), numbered("C", 70, 86),
	numbered("A", 1, 55))

func numbered(letter string, from, to int) []string {
	var ids []string
	for n := from; n <= to; n++ {
		ids = append(ids, fmt.Sprintf("%s%02d", letter, n))
	}
	return ids
}

var (
	causeID  = regexp.MustCompile(`\b[CA][0-9]{2}\b`)
	putOff   = regexp.MustCompile(`^(issue [4-8]|decisions\.md ([1-9]|[12][0-9]))$`)
	missing  = regexp.MustCompile(`^[^ ].*\. Missing: .*\((issue [4-8]|decisions\.md ([1-9]|[12][0-9])|no issue yet)\)\.$`)
	testName = regexp.MustCompile(`^Test[A-Z]`)
)

// causeRow is one line of testdata/causes.tsv: what the terminal does about one
// cause or piece of advice, and what shows that it does.
type causeRow struct {
	id, cause string
	status    string   // handled, part, later or outside
	handling  string   // in one or two sentences; of a part also what is missing, and which issue has it
	where     []string // scripts and tests; of later the issue or decision, of outside the reason
}

// causeEvidence is what there is to prove a row with: scripts by name with the
// ids that their comments name, tests by name with those in their name, comment
// or body.
type causeEvidence struct {
	scripts, tests map[string][]string
}

func readCauses(text string) (rows []causeRow, problems []string) {
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 5 {
			problems = append(problems, fmt.Sprintf("line %d: %d columns, want 5", i+1, len(f)))
			continue
		}
		r := causeRow{id: f[0], cause: f[1], status: f[2], handling: f[3]}
		for w := range strings.SplitSeq(f[4], ", ") {
			r.where = append(r.where, strings.TrimSpace(w))
		}
		rows = append(rows, r)
	}
	return rows, problems
}

// check is what is wrong with one row by itself.
func (r causeRow) check(e causeEvidence) []string {
	var bad []string
	say := func(format string, args ...any) { bad = append(bad, r.id+": "+fmt.Sprintf(format, args...)) }
	if r.cause == "" || !strings.HasSuffix(r.handling, ".") || slices.Contains(r.where, "") {
		say("a row says its cause, what is done in a sentence, and where")
	}
	if r.status != "part" && strings.Contains(r.handling, "Missing:") {
		say("%s, and something is missing", r.status)
	}
	switch r.status {
	case "handled", "part":
		if r.status == "part" && !missing.MatchString(r.handling) {
			say(`a part says "Missing: ... (issue N)." at its end`)
		}
		bad = append(bad, r.proved(e)...)
	case "later":
		if len(r.where) != 1 || !putOff.MatchString(r.where[0]) {
			say("later is an issue 4 to 8 or a number of decisions.md, not %q", r.where)
		}
	case "outside":
	default:
		say("status %q", r.status)
	}
	return bad
}

// proved is what a row lacks of its proof: what it names must be there, a script
// must name the row too, and so must one of all.
func (r causeRow) proved(e causeEvidence) []string {
	var bad []string
	named := false
	for _, w := range r.where {
		ids, ok := e.scripts[w]
		if testName.MatchString(w) {
			ids, ok = e.tests[w]
		} else if ok && !slices.Contains(ids, r.id) {
			bad = append(bad, fmt.Sprintf("%s: script %s does not name it in a comment", r.id, w))
		}
		if !ok {
			bad = append(bad, fmt.Sprintf("%s: there is no script or test %q", r.id, w))
		}
		named = named || slices.Contains(ids, r.id)
	}
	if !named {
		bad = append(bad, r.id+": no script and no test of the row names it")
	}
	return bad
}

// checkCauses is everything that is wrong with the table.
func checkCauses(text string, e causeEvidence) []string {
	rows, bad := readCauses(text)
	var ids []string
	byID := map[string]causeRow{}
	for _, r := range rows {
		ids = append(ids, r.id)
		byID[r.id] = r
		bad = append(bad, r.check(e)...)
	}
	if !slices.Equal(ids, causeIDs) {
		bad = append(bad, fmt.Sprintf("the ids are not those of causes.md, each once and in order: %v", ids))
	}
	for _, name := range slices.Sorted(maps.Keys(e.scripts)) {
		for _, id := range e.scripts[name] {
			if !slices.Contains(byID[id].where, name) {
				bad = append(bad, fmt.Sprintf("script %s names %s and does not stand in its row", name, id))
			}
		}
	}
	return bad
}

// evidence reads the scripts and every test of the module.
func evidence(t *testing.T) causeEvidence {
	t.Helper()
	e := causeEvidence{scripts: map[string][]string{}, tests: map[string][]string{}}
	files, err := filepath.Glob("testdata/play/*.till")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for line := range strings.SplitSeq(string(text), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "#") {
				ids = append(ids, causeID.FindAllString(line, -1)...)
			}
		}
		slices.Sort(ids)
		e.scripts[strings.TrimSuffix(filepath.Base(file), ".till")] = slices.Compact(ids)
	}
	err = filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		return e.testsOf(path)
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// idInName is an id at the beginning of a test's name.
var idInName = regexp.MustCompile(`^Test([CA][0-9]{2})[A-Z]`)

// testsOf adds the tests of one file.
func (e causeEvidence) testsOf(path string) error {
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	fset := gotoken.NewFileSet()
	f, err := parser.ParseFile(fset, path, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, decl := range f.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Recv != nil || !testName.MatchString(fn.Name.Name) {
			continue
		}
		text := string(src[fset.Position(fn.Pos()).Offset:fset.Position(fn.End()).Offset])
		ids := causeID.FindAllString(fn.Doc.Text()+text, -1)
		if m := idInName.FindStringSubmatch(fn.Name.Name); m != nil {
			ids = append(ids, m[1])
		}
		e.tests[fn.Name.Name] = append(e.tests[fn.Name.Name], ids...)
	}
	return nil
}

func causesTable(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("testdata/causes.tsv")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestEveryCauseIsHandledOrSaysWhyNot: the table of testdata/causes.tsv is whole,
// and what it promises is there.
func TestEveryCauseIsHandledOrSaysWhyNot(t *testing.T) {
	for _, problem := range checkCauses(causesTable(t), evidence(t)) {
		t.Error(problem)
	}
}

// TestTheTableOfCausesHasTeeth plants mistakes into the table, and into what
// proves it: each is found.
func TestTheTableOfCausesHasTeeth(t *testing.T) {
	table, e := causesTable(t), evidence(t)
	for _, c := range []struct {
		what     string
		old, new string
		finds    string
	}{
		{"a row is lost", "C05\t", "# C05\t", "the ids are not those"},
		{"a row is there twice", "C02\t", "C01\t", "the ids are not those"},
		{"an unknown id", "C43\t", "C44\t", "the ids are not those"},
		{"an unknown status", "\thandled\t", "\tdone\t", `status "done"`},
		{"handled without a proof", "TestEverySlipOfARefundSaysWhomToAsk", "TestClassify", "A53: no script and no test"},
		{"a script that is not there", "c05-refund-in-two-parts", "c05-in-two", `no script or test "c05-in-two"`},
		{"a test that is not there", "TestBalance,", "TestNoBalance,", `no script or test "TestNoBalance"`},
		{"a script of another cause", "c05-refund-in-two-parts", "sale", "script sale does not name it"},
		{"a script that stands in no row", "c05-refund-in-two-parts, ", "", "script c05-refund-in-two-parts names"},
		{"a part that hides what is missing", " Missing: ", " ", `a part says "Missing`},
		{"a part as handled", "\tpart\t", "\thandled\t", "handled, and something is missing"},
		{"put off to nowhere", "\tissue 5", "\tsome day", "later is an issue"},
		{"put off to a closed issue", "\tissue 5", "\tissue 3", "later is an issue"},
		{"a column is lost", "\tlater\t", "\tlater ", "4 columns"},
	} {
		if !strings.Contains(table, c.old) {
			t.Fatalf("%s: the table has no %q", c.what, c.old)
		}
		found := checkCauses(strings.Replace(table, c.old, c.new, 1), e)
		if !strings.Contains(strings.Join(found, "\n"), c.finds) {
			t.Errorf("%s: found %q, want %q", c.what, found, c.finds)
		}
	}
	e.scripts["new"] = []string{"C05"}
	if found := checkCauses(table, e); len(found) != 1 || !strings.Contains(found[0], "script new names C05") {
		t.Errorf("a new script: %q", found)
	}
}

// TestAPaymentNamesNoGoods (C29): what a network reads of a sale is one fixed
// text with its number. No list of goods, and no text of anybody at the counter,
// can be refused by it.
func TestAPaymentNamesNoGoods(t *testing.T) {
	rails, err := twinsRails()
	if err != nil {
		t.Fatal(err)
	}
	codes := map[txn.RailName]string{txn.WeChatPay: "134567890123456789", txn.Alipay: "281234567890123456",
		"lakala": "6212345678901234567"}
	for _, r := range rails {
		ask := txn.Ask{Order: txn.NewOrderNo("T95328880000", 1), Rail: r.Name(), Amount: money.Fen(5000),
			Begun: txn.Wall(twinsStart.UnixMilli())}
		req, err := r.Pay(txn.SendPay{Ask: ask, Code: txn.NewPayerCode(codes[r.Name()])}, "N1", ask.Begun)
		if err != nil {
			t.Fatalf("%s: %v", r.Name(), err)
		}
		body := string(req.Body)
		if text, err := url.QueryUnescape(body); r.Name() == txn.Alipay && err == nil {
			body = text // a form; the others send JSON
		}
		if !strings.Contains(body, "老张面馆 000001\"") {
			t.Errorf("%s: the text is not the shop and the number: %s", r.Name(), body)
		}
		for _, word := range []string{"goods_detail", "goods_tag", "goods_name", `"detail"`, "Wang"} {
			if strings.Contains(body, word) {
				t.Errorf("%s names %s to the network", r.Name(), word)
			}
		}
	}
}

// TestEverySlipOfARefundSaysWhomToAsk (A53): the telephone of the shop, and the
// number under which it knows the refund.
func TestEverySlipOfARefundSaysWhomToAsk(t *testing.T) {
	for phase := txn.Promised; phase <= txn.Replaced; phase++ {
		no := txn.NewRefundNo("T95328880000", 7)
		r := txn.Receipt{Kind: txn.SlipRefund, Attempt: 1, Zone: 8 * time.Hour,
			Merchant: txn.Merchant{Name: "老张面馆", Phone: "021-5555 0100"},
			Refund: txn.Refund{No: no, Key: no, Order: txn.NewOrderNo("T95328880000", 1), Rail: txn.Alipay, Wallet: txn.Alipay,
				Amount: money.Fen(1000), Total: money.Fen(5000), Phase: phase}}
		var paper strings.Builder
		for _, op := range receipt.Of(r, receipt.Look{Columns: 32}) {
			if line, ok := op.(escpos.Line); ok {
				for _, s := range line.Spans {
					paper.WriteString(s.Text)
				}
				paper.WriteString("\n")
			}
		}
		_, after, asks := strings.Cut(paper.String(), "查询投诉:")
		if !asks || !strings.Contains(after, "021-5555 0100") || !strings.Contains(paper.String(), no.Tail()) {
			t.Errorf("%s: whom to ask, and for what?\n%s", phase, paper.String())
		}
	}
}

// TestTheDifferencesOfADayCanBeHandedOn (A54): each row that differs from the
// network's own file is in the JSON with the number that both sides know.
func TestTheDifferencesOfADayCanBeHandedOn(t *testing.T) {
	dir := billDay(t, txn.WeChatPay, true)
	_, out, _ := billRun(billArgs(txn.WeChatPay, dir, "--json", billFixture("wechat-differs.csv"))...)
	if !json.Valid([]byte(out)) {
		t.Fatalf("not JSON:\n%s", out)
	}
	for _, n := range []uint64{7, 8, 9} {
		if order := string(txn.NewOrderNo(billLife, n)); !strings.Contains(out, order) {
			t.Errorf("sale %s is not in it:\n%s", order, out)
		}
	}
}
