package receipt

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"till/printer/escpos"
	"till/sim/printersim"
	"till/txn"
	"till/txn/money"
)

var update = flag.Bool("update", false, "rewrite the golden files; read the diff before you commit it")

func sale() txn.Receipt {
	return txn.Receipt{
		Merchant: txn.Merchant{Name: "老张面馆", Address: "上海市静安区南京西路 100 号", Phone: "021-62881234",
			Footer: "7 天内凭小票退款。谢谢惠顾！"},
		Terminal: "T-0317", Operator: "王芳", Zone: 8 * time.Hour, Rail: txn.WeChatPay,
		Order: txn.NewOrderNo("0123456789AB", 487), Reference: "4200001234202611221234567890",
		Amount: money.Fen(12800), Paid: 1795328880000, Attempt: 1,
	}
}

// TestAReceiptOnPaper prints through the encoder onto the paper twin, which
// was written from the standard, and keeps what a person would read.
func TestAReceiptOnPaper(t *testing.T) {
	marked := sale()
	marked.Marked, marked.Attempt = true, 2
	long := sale()
	long.Amount = money.Fen(999999999)
	long.Merchant.Name = "上海老张精品手工牛肉面馆有限公司静安旗舰店"
	long.Operator = ""
	for name, r := range map[string]txn.Receipt{"sale": sale(), "marked": marked, "long": long} {
		for _, profile := range []string{"epson-tm-58", "epson-tm", "raster-58"} {
			p := profileOf(t, profile)
			t.Run(name+"-"+profile, func(t *testing.T) {
				ops := Sale(r, Look{Columns: p.Columns, Code: "TILL10123456789AB0000000487ABCDEFGH", Mark: "模拟 SIMULATED"})
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
				dir := t.ArtifactDir()
				if err := printersim.WritePNG(filepath.Join(dir, "receipt.png"), out[0].Image); err != nil {
					t.Error(err)
				}
				if p.Chinese {
					golden(t, fmt.Sprintf("%s-%s.txt", name, profile), out[0].Text)
				}
				if keep := os.Getenv("TILL_KEEP_PICTURES"); keep != "" {
					if err := printersim.WritePNG(filepath.Join(keep, name+"-"+profile+".png"), out[0].Image); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
}

func TestWhatMustBeOnAReceiptIsThere(t *testing.T) {
	r := sale()
	r.Marked = true
	for _, columns := range []int{32, 48} {
		var text strings.Builder
		for _, op := range Sale(r, Look{Columns: columns}) {
			if l, ok := op.(escpos.Line); ok {
				for _, s := range l.Spans {
					text.WriteString(s.Text + "\n")
				}
			}
		}
		for _, want := range []string{"¥128.00", string(r.Order), string(r.Reference), "重打印 REPRINT", "000487", "2026-11-22"} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("%d columns: %q is not on the receipt:\n%s", columns, want, text.String())
			}
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

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update to accept)\n--- want\n%s\n--- got\n%s", path, want, got)
	}
}
