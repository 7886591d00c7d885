package sim

import (
	"cmp"
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
		r := Remains{Terminal: s.setup.Terminal, Records: s.disk.records(), Screen: s.screen, On: s.on}
		for _, sh := range s.printer.sheets {
			r.Sheets = append(r.Sheets, Sheet{sh.receipt, sh.whole})
		}
		all = append(all, r)
	}
	return res, all
}

// records are all that are on a disk, in their order. The process that had it open
// may have ended.
func (d *disk) records() (all []journal.Record) {
	last, err := d.LastTx()
	if err != nil {
		d.SetReadOnly(false)
		if d.Store, err = d.OpenAs(d.Version()); err == nil {
			last, err = d.LastTx()
		}
	}
	for n := uint64(0); n <= last && err == nil; n++ {
		var recs []journal.Record
		recs, err = d.OfTx(n)
		all = append(all, recs...)
	}
	if err != nil {
		panic("sim: a disk that was mended cannot be read: " + err.Error())
	}
	slices.SortFunc(all, func(a, b journal.Record) int { return cmp.Compare(a.Seq, b.Seq) })
	return all
}
