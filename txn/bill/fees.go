package bill

// FeeLine is a payment with another fee than the contract's.
type FeeLine struct {
	Line     int    `json:"line"`
	Order    string `json:"order"`
	Amount   int64  `json:"amount"`         // fen
	Booked   int64  `json:"booked"`         // fen
	Expected int64  `json:"expected"`       // fen
	Rate     int64  `json:"rate,omitempty"` // millionths, as the file says; 0 when it does not
}

// Fees is a day's fees held against the contract (causes.md C03, A55).
type Fees struct {
	BasisPoints int       `json:"basis_points"`
	Booked      int64     `json:"booked"`          // fen, of payments; what came back with refunds is not in it
	Expected    int64     `json:"expected"`        // fen
	Lines       []FeeLine `json:"lines,omitempty"` // wrong by more than a fen, or with another rate
	Drift       bool      `json:"drift"`           // each is right within a fen, and the sum is not
}

// Wrong reports whether the fees are not those of the contract.
func (f Fees) Wrong() bool { return f.Drift || len(f.Lines) > 0 }

// CheckFees holds the booked fee of each payment against a rate in basis points
// (60 is 0.60 %). The networks round half up to a fen (confidence: medium), so
// that one fen either way is no complaint; what adds up over a day to more than
// half a fen a payment is. A rate that the file itself states must be the
// contract's. Refunds are not checked: whether and how much of a fee comes back
// with one is a matter of the contract.
func CheckFees(b Bill, basisPoints int) Fees {
	f := Fees{BasisPoints: basisPoints}
	rate := int64(basisPoints) * 100
	for _, l := range b.Payments {
		want := (l.Amount*rate + 500_000) / 1_000_000
		f.Booked += l.Fee
		f.Expected += want
		if magnitude(l.Fee-want) > 1 || l.Rate != 0 && l.Rate != rate {
			f.Lines = append(f.Lines, FeeLine{l.Line, l.Order, l.Amount, l.Fee, want, l.Rate})
		}
	}
	f.Drift = len(f.Lines) == 0 && magnitude(f.Booked-f.Expected) > int64(len(b.Payments)+1)/2
	return f
}
