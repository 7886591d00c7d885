package printersim

import (
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// unreadable stands in a receipt's text for bytes that print nothing a person
// could read.
const unreadable = '\uFFFD'

// codePages is what ESC t n selects. Source: Epson reference, ESC t.
var codePages = map[byte]*charmap.Charmap{
	0: charmap.CodePage437, 2: charmap.CodePage850, 3: charmap.CodePage860, 4: charmap.CodePage863,
	5: charmap.CodePage865, 16: charmap.Windows1252, 17: charmap.CodePage866, 18: charmap.CodePage852,
	19: charmap.CodePage858,
}

// countries is what ESC R n puts in the place of #$@[\]^`{|}~.
// Source: Epson reference, international character sets.
var countries = [][]rune{
	[]rune("#$@[\\]^`{|}~"), // USA
	[]rune("#$à°ç§^`éùè¨"),  // France
	[]rune("#$§ÄÖÜ^`äöüß"),  // Germany
	[]rune("£$@[\\]^`{|}~"), // United Kingdom
	[]rune("#$@ÆØÅ^`æøå~"),  // Denmark I
	[]rune("#¤ÉÄÖÅÜéäöåü"),  // Sweden
	[]rune("#$@°\\é^ùàòèì"), // Italy
	[]rune("₧$@¡Ñ¿^`¨ñ}~"),  // Spain I
	[]rune("#$@[¥]^`{|}~"),  // Japan
	[]rune("#¤ÉÆØÅÜéæøåü"),  // Norway
	[]rune("#$ÉÆØÅÜéæøåü"),  // Denmark II
	[]rune("#$á¡Ñ¿é`íñóú"),  // Spain II
	[]rune("#$á¡Ñ¿éüíñóú"),  // Latin America
	[]rune("#$@[₩]^`{|}~"),  // Korea
	[]rune("#$ŽŠĐĆČžšđćč"),  // Slovenia, Croatia
	[]rune("#¥@[\\]^`{|}~"), // China
}

var countryBytes = [...]byte{0x23, 0x24, 0x40, 0x5B, 0x5C, 0x5D, 0x5E, 0x60, 0x7B, 0x7C, 0x7D, 0x7E}

// katakana is code page 1 from A1h to DFh, which follows Unicode from U+FF61.
const katakana = 1

// text prints bytes of 20h and more.
func (p *Printer) text(raw []byte) {
	for _, b := range raw {
		if p.modes.chinese {
			p.chineseByte(b)
		} else {
			p.latin(p.decode(b))
		}
	}
}

// decode is what byte b prints from the code page and the country's set.
func (p *Printer) decode(b byte) rune {
	for i, v := range countryBytes {
		if v == b {
			return countries[p.modes.country][i]
		}
	}
	if p.modes.codePage == katakana && b >= 0x80 {
		if 0xA1 <= b && b <= 0xDF {
			return rune(b) - 0xA1 + 0xFF61
		}
		return unreadable
	}
	page := codePages[p.modes.codePage]
	if page == nil {
		page = charmap.CodePage437
	}
	r := page.DecodeByte(b)
	if r == 0x7F {
		return unreadable
	}
	return r
}

// chineseByte takes one byte in Chinese mode. A GBK ROM that meets a digit
// behind a lead byte gives the lead byte up and prints the digit: so a
// four-byte form leaves its two digits on the paper (printing.md, section 5).
func (p *Printer) chineseByte(b byte) {
	lead := append(p.modes.lead, b)
	p.modes.lead = nil
	digit := func(v byte) bool { return '0' <= v && v <= '9' }
	isLead := 0x81 <= b && b <= 0xFE
	switch n := len(lead); {
	case n == 1 && isLead:
		p.modes.lead = lead
	case n == 1 && b < 0x80:
		p.latin(p.decode(b))
	case n == 1:
		p.latin(unreadable)
	case n == 2 && 0x40 <= b && b != 0x7F && b != 0xFF:
		p.hanzi(p.decodePair(lead))
	case n == 2 && digit(b) && p.cfg.Chinese == GB18030, n == 3 && isLead:
		p.modes.lead = lead
	case n == 4 && digit(b):
		p.latin(decodeChinese(simplifiedchinese.GB18030.NewDecoder().Bytes, lead))
	case b < 0x80:
		p.latin(p.decode(b))
	default:
		p.latin(unreadable)
	}
}

// decodePair decodes a two-byte form. GB 18030 has added some to GBK, which
// x/text counts as GBK; where the ROM is older, nothing is printed there.
func (p *Printer) decodePair(b []byte) rune {
	if p.cfg.Chinese == GB18030 {
		return decodeChinese(simplifiedchinese.GB18030.NewDecoder().Bytes, b)
	}
	switch hi, lo := b[0], b[1]; {
	case hi == 0xA6 && (0xD9 <= lo && lo <= 0xDF || lo == 0xEC || lo == 0xED || lo == 0xF3),
		hi == 0xA8 && (lo == 0xBC || lo == 0xBF),
		hi == 0xA9 && 0x89 <= lo && lo <= 0x95,
		hi == 0xFE && lo >= 0x50:
		return unreadable
	}
	return decodeChinese(simplifiedchinese.GBK.NewDecoder().Bytes, b)
}

// decodeChinese decodes one whole character.
func decodeChinese(decode func([]byte) ([]byte, error), b []byte) rune {
	out, err := decode(b)
	rs := []rune(string(out))
	if err != nil || len(rs) != 1 {
		return unreadable
	}
	return rs[0]
}
