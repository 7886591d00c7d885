package printersim

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestBlitAndFillAgreeWithTheSlowWay draws at random places, also outside.
func TestBlitAndFillAgreeWithTheSlowWay(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		src := newBits(1+rnd.IntN(40), 1+rnd.IntN(5))
		for i := range src.pix {
			src.pix[i] = byte(rnd.Uint32()) // also beyond the width
		}
		x, y, w := rnd.IntN(80)-30, rnd.IntN(12)-5, 1+rnd.IntN(60)
		got, want := newBits(w, 6), newBits(w, 6)
		got.blit(src, x, y)
		got.fill(y, x, w/2, 3)
		for sy := range src.h {
			for sx := range src.w {
				if src.at(sx, sy) {
					want.set(x+sx, y+sy)
				}
			}
		}
		for dy := range 3 {
			for dx := range w / 2 {
				want.set(y+dx, x+dy)
			}
		}
		if !bytes.Equal(got.pix, want.pix) {
			t.Fatalf("%dx%d at %d,%d onto %dx6 differs", src.w, src.h, x, y, w)
		}
	}
}
