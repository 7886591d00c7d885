package receipt

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"till/printer/escpos"
	"till/sim/printersim"
	"till/txn"
	"till/txn/money"
)

var update = flag.Bool("update", false, "rewrite the golden files; read the diff before you commit it")

// drawn are the slips of which the picture is kept too, as a printer without
// Chinese ROM makes it.
var drawn = []string{"sale", "refund-taken", "qr", "day"}

// TestEverySlipOnPaper prints through the encoder onto the paper twin, which
// was written from the standard, and keeps what a person would read.
func TestEverySlipOnPaper(t *testing.T) {
	for _, s := range slips() {
		for _, profile := range []string{"epson-tm-58", "epson-tm", "raster-58"} {
			p := profileOf(t, profile)
			t.Run(s.name+"-"+profile, func(t *testing.T) {
				out := onPaper(t, p, Of(s.r, lookOf(s.r, p.Columns)))
				name := s.name + "-" + profile
				if err := printersim.WritePNG(filepath.Join(t.ArtifactDir(), "receipt.png"), out.Image); err != nil {
					t.Error(err)
				}
				if keep := os.Getenv("TILL_KEEP_PICTURES"); keep != "" {
					if err := printersim.WritePNG(filepath.Join(keep, name+".png"), out.Image); err != nil {
						t.Error(err)
					}
				}
				if p.Chinese {
					golden(t, name+".txt", []byte(out.Text), func(a, b []byte) bool { return bytes.Equal(a, b) })
				} else if slices.Contains(drawn, s.name) {
					golden(t, name+".png", pictureOf(t, out.Image), samePicture)
				}
			})
		}
	}
}

func onPaper(t *testing.T, p escpos.Profile, ops []escpos.Op) printersim.Receipt {
	t.Helper()
	body, err := escpos.Encode(p, ops)
	if err != nil {
		t.Fatal(err)
	}
	paper := printersim.New(printersim.Epson(p.Dots))
	paper.Receive(escpos.Join(body))
	paper.Receive(escpos.EncodeCut(p))
	if unknown := paper.Unknown(); len(unknown) > 0 {
		t.Errorf("the printer does not know %q", unknown)
	}
	out := paper.Receipts()
	if len(out) != 1 {
		t.Fatalf("%d receipts came out", len(out))
	}
	return out[0]
}

// lookOf is a simulated shop's.
func lookOf(r txn.Receipt, columns int) Look {
	look := Look{Columns: columns, Mark: "模拟 SIMULATED"}
	if Subject(r) != "" {
		look.Code = testCode
	}
	return look
}

// printed is what stands on a slip, a line a line, each as wide as it is.
func printed(r txn.Receipt, look Look) (text string, codes []string) {
	var b strings.Builder
	for _, op := range Of(r, look) {
		switch op := op.(type) {
		case escpos.Line:
			for _, s := range op.Spans {
				b.WriteString(s.Text)
			}
			b.WriteString("\n")
		case escpos.QR:
			codes = append(codes, op.Data)
		}
	}
	return b.String(), codes
}

// flat is text without the breaks of lines, to look for sentences in.
func flat(text string) string { return strings.NewReplacer("\n", "", " ", "").Replace(text) }

func says(t *testing.T, what, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(flat(text), flat(want)) {
			t.Errorf("%s: %q is not on it:\n%s", what, want, text)
		}
	}
}

func TestWhatMustBeOnAReceiptIsThere(t *testing.T) {
	r := saleSlip()
	r.Marked, r.Until = true, 20271122
	for _, columns := range []int{32, 48} {
		text, _ := printed(r, Look{Columns: columns})
		says(t, fmt.Sprint(columns, " columns"), text, "¥128.00", string(r.Order), string(r.Reference),
			"重打印 REPRINT", "000487", "2026-11-22", "2027-11-22", r.Merchant.Footer)
	}
}

// TestOnlyAReceiptSaysThatItIsOne: what reads paper, people and the bench, takes a
// line 流水号 for a sale that was paid.
func TestOnlyAReceiptSaysThatItIsOne(t *testing.T) {
	for _, s := range slips() {
		for _, columns := range []int{32, 48} {
			text, _ := printed(s.r, lookOf(s.r, columns))
			if got, want := strings.Contains(text, "流水号"), s.r.Kind == txn.SlipSale; got != want {
				t.Errorf("%s says 流水号: %v, want %v\n%s", s.name, got, want, text)
			}
			if s.r.Kind == txn.SlipSale && !strings.Contains(text, "\n流水号:   000487\n") {
				t.Errorf("%s: the number does not stand alone on its line:\n%s", s.name, text)
			}
		}
	}
}

func TestNoLineIsWiderThanThePaper(t *testing.T) {
	for _, s := range slips() {
		for _, columns := range []int{32, 42, 48} {
			for _, op := range Of(s.r, lookOf(s.r, columns)) {
				line, ok := op.(escpos.Line)
				if !ok {
					continue
				}
				width := 0
				for _, span := range line.Spans {
					n := escpos.Width(span.Text)
					if span.Style&escpos.Double != 0 {
						n *= 2
					}
					width += n
				}
				if width > columns {
					t.Errorf("%s on %d columns: %d columns: %q", s.name, columns, width, line.Spans)
				}
			}
		}
	}
}

// TestEverySlipAboutASaleCarriesItsCode: scanning the slip of a refund finds the
// sale; a payer's phone finds one code only; a report is about no sale.
func TestEverySlipAboutASaleCarriesItsCode(t *testing.T) {
	order := saleSlip().Order
	for _, s := range slips() {
		if report := s.r.Report.Ready || s.r.Shift.Number != ""; report {
			if got := Subject(s.r); got != "" {
				t.Errorf("%s is about %s", s.name, got)
			}
			continue
		}
		if s.r.Kind == txn.SlipRefund && s.r.Refund.Order == "" { // of no sale: its own number is all there is
			text, codes := printed(s.r, Look{Columns: 48})
			if Subject(s.r) != "" || len(codes) > 0 || !strings.Contains(text, string(s.r.Refund.No)) {
				t.Errorf("%s is about %q, has the codes %v:\n%s", s.name, Subject(s.r), codes, text)
			}
			continue
		}
		if got := Subject(s.r); got != order {
			t.Errorf("%s is about %s, want %s", s.name, got, order)
		}
		text, codes := printed(s.r, lookOf(s.r, 48))
		want := testCode
		if s.r.Kind == txn.SlipQR {
			want = s.r.QR
		}
		if len(codes) != 1 || codes[0] != want {
			t.Errorf("%s has the codes %q, want only %s", s.name, codes, want)
		}
		says(t, s.name, text, "TILL1 0123456789AB 0000000487 ABCDEFGH", string(order))
		if _, codes := printed(s.r, Look{Columns: 48}); len(codes) > 0 && s.r.Kind != txn.SlipQR {
			t.Errorf("%s without a code has %q", s.name, codes)
		}
	}
	// The numbers that the machine gives to a print of a refund need not be the sale's.
	r := refundIn(txn.Taken)
	r.Order = txn.OrderNo(r.Refund.No)
	if got := Subject(r); got != order {
		t.Errorf("a refund is about %s, want its sale %s", got, order)
	}
}

func TestLaterCopiesAndRehearsalsAreMarked(t *testing.T) {
	for _, s := range slips() {
		s.r.Marked, s.r.Attempt = true, 3
		for _, columns := range []int{32, 48} {
			text, _ := printed(s.r, Look{Columns: columns, Mark: "培训 TRAINING"})
			says(t, s.name, text, "重打印 REPRINT", "第 3 次打印")
			if strings.Count(text, "培训 TRAINING") != 2 {
				t.Errorf("%s is not marked as training at its head and foot:\n%s", s.name, text)
			}
			s.r.Marked = false
			if text, _ := printed(s.r, Look{Columns: columns}); strings.Contains(text, "重打印") {
				t.Errorf("the first %s is marked:\n%s", s.name, text)
			}
			s.r.Marked = true
		}
	}
}

// TestCopiesAreCountedWhereTheJournalDoes: the serial of a print that no entry
// answers for is not the number of a copy.
func TestCopiesAreCountedWhereTheJournalDoes(t *testing.T) {
	for _, tt := range []struct {
		job     txn.OrderNo
		attempt int
		want    string
	}{
		{"", 3, "Copy 3."},
		{saleSlip().Order, 2, "Copy 2."},
		{saleSlip().Order, 1, "A copy."},
		{"slip", 17, "A copy."},
	} {
		r := saleSlip()
		r.Marked, r.Job, r.Attempt = true, tt.job, tt.attempt
		text, _ := printed(r, Look{Columns: 32})
		says(t, string(tt.job), text, tt.want, "请勿重复入账")
	}
	r := refundIn(txn.Taken)
	r.Marked, r.Job, r.Attempt = true, txn.OrderNo(r.Refund.No), 4
	text, _ := printed(r, Look{Columns: 32})
	says(t, "a refund", text, "第 4 次打印", "Copy 4.")
}

// TestAnOrderNumberOfAnotherFormIsNotCutIntoGroups keeps the text as it is.
func TestAnOrderNumberOfAnotherFormIsNotCutIntoGroups(t *testing.T) {
	const code = "TILL1ABCDEF12345678"
	text, codes := printed(saleSlip(), Look{Columns: 32, Code: code})
	if !strings.Contains(text, code) || !slices.Equal(codes, []string{code}) {
		t.Errorf("%q\n%s", codes, text)
	}
}

// TestACodeThatDoesNotFitIsNotPrinted: it comes from the network, and must not
// stop the printer.
func TestACodeThatDoesNotFitIsNotPrinted(t *testing.T) {
	for _, bad := range []string{"", strings.Repeat("x", qrBytes+1), strings.Repeat("x", 100000)} {
		r := slipNamed("qr")
		r.QR = bad
		text, codes := printed(r, lookOf(r, 32))
		if len(codes) != 0 {
			t.Errorf("a code of %d bytes is printed", len(bad))
		}
		says(t, "qr", text, "CANNOT BE PRINTED")
	}
	r := slipNamed("qr")
	r.QR = strings.Repeat("x", qrBytes)
	for _, profile := range []string{"epson-tm-58", "epson-tm", "raster-58"} {
		p := profileOf(t, profile)
		onPaper(t, p, Of(r, lookOf(r, p.Columns)))
	}
}

func TestASlipOfNoKindPanics(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "receipt: ") {
			t.Errorf("recovered %v", r)
		}
	}()
	Of(txn.Receipt{Kind: 99}, Look{Columns: 32})
}

func TestSumsBelowZero(t *testing.T) {
	for fen, want := range map[int64]string{0: "¥0.00", -5: "-¥0.05", 100: "¥1.00", -123456: "-¥1,234.56",
		-9223372036854775808: "-¥92,233,720,368,547,758.08"} {
		if got := yuan(fen); got != want {
			t.Errorf("yuan(%d) = %s, want %s", fen, got, want)
		}
	}
	for _, fen := range []int64{0, 7, 99, 100, 123456, 999999999} {
		if got, want := yuan(fen), money.Fen(fen).String(); got != want {
			t.Errorf("yuan(%d) = %s, and the amount is %s", fen, got, want)
		}
	}
}

func profileOf(t *testing.T, name string) escpos.Profile {
	t.Helper()
	p, ok := escpos.ProfileNamed(name)
	if !ok {
		t.Fatalf("there is no profile %s", name)
	}
	return p
}

func pictureOf(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// samePicture compares dots: another Go may pack them in another way.
func samePicture(a, b []byte) bool {
	one, err := png.Decode(bytes.NewReader(a))
	two, err2 := png.Decode(bytes.NewReader(b))
	if err != nil || err2 != nil || one.Bounds() != two.Bounds() {
		return false
	}
	for y := range one.Bounds().Dy() {
		for x := range one.Bounds().Dx() {
			r1, _, _, _ := one.At(x, y).RGBA()
			r2, _, _, _ := two.At(x, y).RGBA()
			if r1 != r2 {
				return false
			}
		}
	}
	return true
}

func golden(t *testing.T, name string, got []byte, same func(a, b []byte) bool) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if same(want, got) {
		return
	}
	if strings.HasSuffix(name, ".png") {
		t.Errorf("%s differs; the picture is in the artifact directory (-update to accept)", path)
		return
	}
	t.Errorf("%s differs (run with -update to accept)\n--- want\n%s\n--- got\n%s", path, want, got)
}
