package sim

import (
	"slices"

	"till/txn"
	"till/txn/journal"
	"till/txn/screen"
)

// Plan is what people do in a world, those acts that are kept.
func (o Options) Plan() []Act { return newWorld(o).acts }

// Remains are what a world leaves behind of one terminal.
type Remains struct {
	Terminal string
	Records  []journal.Record // its journal
	Sheets   []Sheet          // its paper
	Screen   screen.Screen    // shown last
	On       bool
}

// Sheet is a receipt as it came out.
type Sheet struct {
	Receipt txn.Receipt
	Whole   bool
}

// Look lives a world and returns what is left of it.
func Look(o Options) (Result, []Remains) {
	w := newWorld(o)
	res := w.story()
	var all []Remains
	for _, s := range w.shops {
		all = append(all, Remains{
			Terminal: s.setup.Terminal, Records: slices.Collect(s.disk.Records(1)), Sheets: s.printer.sheets, Screen: s.screen, On: s.on,
		})
	}
	return res, all
}
