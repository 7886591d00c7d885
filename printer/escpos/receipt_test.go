package escpos

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"till/printer/raster"
)

var update = flag.Bool("update", false, "rewrite the golden files; read the diff before you commit it")

// sample is the receipt of shared/printing.md, section 8: 29 lines of text,
// 109 hanzi, a QR code of 57 bytes (6 dots, level M), a logo of 256x96.
func sample(columns int) []Op { return receipt(columns, "¥", Bold|Double|Tall) }

// receipt is sample with another sign before the amounts and another style of
// the total: both are dear on a printer without a Chinese ROM.
func receipt(columns int, yuan string, total Style) []Op {
	row := func(left, right string) Op { return Say(Pad(left, right, columns), 0) }
	centre := func(s string, style Style) Op { return Line{Align: Centre, Spans: []Span{{s, style}}} }
	return []Op{
		Logo{Align: Centre, Number: 1, Image: logo()},
		centre("老城街角面包咖啡店", Bold),
		centre("签购单", 0),
		Rule{},
		row("商户名称", "老城街角面包咖啡"),
		row("商户编号", "1900012345"),
		row("终端编号", "T0000123"),
		row("操作员", "01"),
		Rule{},
		row("牛角包      x2", "24.00"),
		row("咖啡        x1", "18.00"),
		row("吐司        x1", "16.50"),
		row("蛋糕        x2", "70.00"),
		Rule{},
		row("小计", yuan+"128.50"),
		row("优惠", "-"+yuan+"10.00"),
		Say("合计  "+yuan+"118.50", total),
		Rule{},
		row("交易类型", "消费"),
		row("支付方式", "微信支付"),
		row("交易状态", "支付成功"),
		row("商户单号", "T1A7000123"),
		Say("微信单号 420000123420260601", 0),
		Say("         1234567890", 0),
		row("日期时间", "2026-06-01 12:31"),
		Rule{},
		Say("退款请出示本小票或扫描下方码", 0),
		QR{Align: Centre, Data: "https://till.example/r/T1A7000123?c=7F3A9B2C51D0E8F4A6B3C", ECC: raster.LevelM, Module: 6},
		centre("凭此码退款", 0),
		Line{Align: Centre, Spans: []Span{{"谢谢惠顾", Bold}}},
		centre("电话 010-12345678", 0),
		Rule{Mark: '='},
	}
}

func logo() *raster.Image {
	m := raster.New(256, 96)
	for y := range m.H {
		for x := range m.W {
			if dx, dy := x-128, y-48; dx*dx/7+dy*dy < 1900 && (x/8+y/8)%3 != 0 {
				m.Set(x, y)
			}
		}
	}
	return m
}

func mustEncode(t testing.TB, p Profile, ops []Op) []Chunk {
	t.Helper()
	body, err := Encode(p, ops)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestReceiptGolden(t *testing.T) {
	for _, p := range Profiles {
		t.Run(p.Name, func(t *testing.T) {
			body := mustEncode(t, p, sample(p.Columns))
			golden(t, p.Name+".txt", dump(body)+fmt.Sprintf("cut % X\n", EncodeCut(p)))
		})
	}
}

// dump shows a body one command a line, pictures by their size.
func dump(body []Chunk) string {
	text := ""
	w := &walker{saw: func(c command) { text += c.String() + "\n" }}
	if err := w.walk(Join(body)); err != nil {
		text += err.Error() + "\n"
	}
	dots := 0
	for _, c := range body {
		dots += c.Dots
	}
	return text + fmt.Sprintf("%d bytes, %d chunks, %d dots\n", Size(body), len(body), dots)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
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

// TestReceiptKeepsToItsTargets holds the table of shared/printing.md, section 8.
func TestReceiptKeepsToItsTargets(t *testing.T) {
	best, _ := ProfileNamed("epson-tm-58")
	noNV, noQR, noROM := best, best, best
	noNV.NVLogo = false
	noQR.QR = QRDoubled
	noROM.Chinese, noROM.QR = false, QRDoubled
	qr := []Op{QR{Align: Centre, Data: "https://till.example/r/T1A7000123?c=7F3A9B2C51D0E8F4A6B3C", ECC: raster.LevelM, Module: 6}}
	ops := sample(32)
	const processIDs = 11
	for _, c := range []struct {
		name    string
		profile Profile
		ops     []Op
		most    int
	}{
		{"ROM, native QR, NV logo, process ID and cut", best, ops, 1060 - processIDs - len(EncodeCut(best))},
		{"with a raster logo", noNV, ops, 4130 - processIDs - len(EncodeCut(best))},
		{"a raster QR alone, without ESC @ FS & and its white", noQR, qr, 1300 + 4 + 9},
		{"no ROM, amounts without a sign, total in bold", noROM, receipt(32, "", Bold), 10000},
		{"no ROM, three yuan signs (77 each), a tall total (530)", noROM, ops, 10500},
	} {
		n := Size(mustEncode(t, c.profile, c.ops))
		t.Logf("%s: %d bytes", c.name, n)
		if n > c.most {
			t.Errorf("%s: %d bytes, target %d", c.name, n, c.most)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	best, _ := ProfileNamed("epson-tm-58")
	noNV, noROM := best, best
	noNV.NVLogo = false
	noROM.Chinese = false
	ops := sample(32)
	for _, c := range []struct {
		name string
		p    Profile
	}{{"rom", best}, {"raster-logo", noNV}, {"no-rom", noROM}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				mustEncode(b, c.p, ops)
			}
		})
	}
}
