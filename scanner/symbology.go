package scanner

import "strconv"

// Symbology is the kind of code that was scanned, as the scanner's AIM
// identifier says (UnifiedPOS ScanDataType).
type Symbology uint8

const (
	Unknown Symbology = iota // the scanner did not say
	Code39
	Code128
	GS1128
	EAN13 // or UPC-A, which some scanners send as EAN-13 with a leading zero
	EAN8
	GS1DataBar
	DataMatrix
	QR
	ITF
	Codabar
	Code93
	PDF417
	Aztec
	HanXin
	Other // the scanner has a name for it, we have none
)

var symbologies = [...]string{
	Unknown: "unknown", Code39: "Code 39", Code128: "Code 128", GS1128: "GS1-128",
	EAN13: "EAN-13", EAN8: "EAN-8", GS1DataBar: "GS1 DataBar", DataMatrix: "Data Matrix",
	QR: "QR", ITF: "ITF", Codabar: "Codabar", Code93: "Code 93", PDF417: "PDF417",
	Aztec: "Aztec", HanXin: "Han Xin", Other: "other",
}

func (s Symbology) String() string {
	if int(s) < len(symbologies) {
		return symbologies[s]
	}
	return "symbology " + strconv.Itoa(int(s))
}

// aimBytes is the length of an AIM identifier.
const aimBytes = 3

// parseAIM reads the identifier at the beginning of text: a bracket, the
// letter of the symbology and a modifier. n is its length, 0 when there is
// none.
//
// Source: ISO/IEC 15424 as quoted in devices.md, section 10.2; h for Han Xin
// from ISO/IEC 20830.
func parseAIM(text []byte) (s Symbology, n int) {
	if len(text) < aimBytes || text[0] != ']' || !modifier(text[2]) {
		return Unknown, 0
	}
	switch text[1] {
	case 'A':
		s = Code39
	case 'C':
		s = Code128
		if text[2] == '1' { // FNC1 in the first place
			s = GS1128
		}
	case 'E':
		s = EAN13
		if text[2] == '4' {
			s = EAN8
		}
	case 'e':
		s = GS1DataBar
	case 'd':
		s = DataMatrix
	case 'Q':
		s = QR
	case 'I':
		s = ITF
	case 'F':
		s = Codabar
	case 'G':
		s = Code93
	case 'L':
		s = PDF417
	case 'z':
		s = Aztec
	case 'h':
		s = HanXin
	case 'X':
		s = Other
	default:
		return Unknown, 0 // some text that begins with a bracket
	}
	return s, aimBytes
}

// modifier reports whether b can be the third byte of an identifier.
func modifier(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}
