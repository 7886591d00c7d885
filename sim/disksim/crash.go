package disksim

import (
	"fmt"
	"math/rand/v2"
)

// Damage is what a power cut does to writes that were not synced. What was
// synced survives all of them but Ruin4K and Shuffle, which may destroy the
// whole aligned 4 KiB around a write in flight, as flash memory does.
type Damage uint8

const (
	Keep    Damage = iota // all writes reached the platter
	Drop                  // none did
	Tear512               // all but the last, of which some 512-byte sectors did
	Ruin4K                // all but the last, which leaves 4 KiB of noise somewhere
	Shuffle               // any subset of sectors, names in order; some ruin 4 KiB
)

var damageNames = [...]string{"keep", "drop", "tear512", "ruin4k", "shuffle"}

func (d Damage) String() string { return damageNames[d] }

// Damages lists them all.
var Damages = []Damage{Keep, Drop, Tear512, Ruin4K, Shuffle}

// Cut is one power cut.
type Cut struct {
	After  int // the number of the last operation that was begun; 0 is now
	Damage Damage
	Seed   uint64
}

func (c Cut) String() string {
	return fmt.Sprintf("cut after %d, %v, seed %d", c.After, c.Damage, c.Seed)
}

const (
	sector = 512
	unit   = 4096

	foldAt = 4096 // operations remembered without History
)

// CrashClone returns a new disk as the power cut leaves it. This disk and who
// works on it are not disturbed: they are in a world that is no more. To cut
// anywhere but now, the disk needs History.
func (d *Disk) CrashClone(c Cut) *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	c.After = d.at(c.After)
	w := replay(d.base, d.log, c.After)
	return newDisk(Options{History: d.opt.History, Capacity: d.opt.Capacity}, w.settle(c))
}

// Kill returns a new disk as it is after the process that worked on this one
// was killed after operation number after (0 is now): the system still has all
// writes so far in memory, none of them are nearer to the platter than before,
// and locks are gone. To kill in the past, the disk needs History.
func (d *Disk) Kill(after int) *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	after = d.at(after)
	live := d.live
	if after != d.ops {
		live = d.base.clone()
		for _, op := range d.log {
			if op.N <= after {
				live.apply(op)
			}
		}
	}
	k := newDisk(Options{History: d.opt.History, Capacity: d.opt.Capacity}, live.clone())
	k.base, k.ops, k.nodes = d.base.clone(), after, d.nodes
	for _, op := range d.log {
		if op.N <= after {
			k.log = append(k.log, op)
		}
	}
	return k
}

// at is the operation number that is meant. The caller holds the lock.
func (d *Disk) at(after int) int {
	switch {
	case after == 0:
		return d.ops
	case !d.opt.History && after != d.ops:
		panic("disksim: back in time on a disk without history")
	}
	return after
}

// wake is a disk in the middle of its work: what is on the platter and what is
// on its way there, in order.
type wake struct {
	image
	pending []Op // writes and truncations
	names   []Op // creations, deletions and renames
}

// replay runs the log up to and including operation number after.
func replay(base image, log []Op, after int) *wake {
	w := &wake{image: base.clone()}
	for _, op := range log {
		if op.N > after {
			break
		}
		switch {
		case op.verdict == Lie:
		case op.Kind == Write, op.Kind == Truncate:
			w.pending = append(w.pending, op)
		case op.Kind == Sync && op.verdict == Do, op.Kind == Sync && op.verdict == FailDone:
			w.sync(op.node, true)
		case op.Kind == Sync:
			// After a sync that failed the system takes the pages for clean:
			// they never reach the platter, whatever is synced later.
			w.sync(op.node, false)
		case op.Kind == SyncDir:
			for _, n := range w.names {
				w.rename(n)
			}
			w.names = nil
		default:
			w.names = append(w.names, op)
		}
	}
	return w
}

// sync takes what is pending for a file to the platter, or loses it.
func (w *wake) sync(node int, done bool) {
	rest := w.pending[:0:0]
	for _, op := range w.pending {
		switch {
		case op.node != node:
			rest = append(rest, op)
		case done:
			w.apply(op)
		}
	}
	w.pending = rest
}

// rename applies an operation on names; bytes of a new file that were synced
// before its name was stay.
func (w *wake) rename(op Op) {
	if op.Kind == Create {
		w.image.names[op.Path] = op.node
		return
	}
	w.apply(op)
}

// settle lets the power fail and returns what is left.
func (w *wake) settle(c Cut) image {
	rng := rand.New(rand.NewPCG(c.Seed, uint64(c.After)))
	last := len(w.pending) - 1
	for i, op := range w.pending {
		switch {
		case c.Damage == Keep, i < last && (c.Damage == Tear512 || c.Damage == Ruin4K):
			w.apply(op)
		case c.Damage == Tear512:
			w.tear(op, rng)
		case c.Damage == Ruin4K:
			w.ruin(op, rng)
		case c.Damage == Shuffle:
			w.shuffle(op, rng)
		}
	}
	if c.Damage == Shuffle && last >= 0 && rng.IntN(4) == 0 {
		w.noise(w.pending[rng.IntN(last+1)], rng)
	}
	keep := len(w.names)
	switch c.Damage {
	case Drop:
		keep = 0
	case Shuffle:
		keep = rng.IntN(keep + 1)
	}
	for _, op := range w.names[:keep] {
		w.rename(op)
	}
	return w.reachable()
}

// tear applies the first sectors of a write, by a seeded number, or the last.
func (w *wake) tear(op Op, rng *rand.Rand) {
	parts := pieces(op, sector)
	n := rng.IntN(len(parts) + 1)
	if rng.IntN(2) == 0 {
		parts = parts[:n]
	} else {
		parts = parts[n:]
	}
	for _, p := range parts {
		w.apply(p)
	}
}

func (w *wake) shuffle(op Op, rng *rand.Rand) {
	for _, p := range pieces(op, sector) {
		if rng.IntN(2) == 0 {
			w.apply(p)
		}
	}
}

// ruin applies the units before a seeded one and fills that one with noise.
func (w *wake) ruin(op Op, rng *rand.Rand) {
	parts := pieces(op, unit)
	n := rng.IntN(len(parts))
	for _, p := range parts[:n+1] {
		w.apply(p)
	}
	w.noise(parts[n], rng)
}

// noise destroys the unit in which a write begins, as far as the file goes:
// often with all ones or all zeros, as real parts do.
func (w *wake) noise(op Op, rng *rand.Rand) {
	if op.Kind != Write {
		return
	}
	b := w.data[op.node]
	start := op.Off / unit * unit
	end := min(start+unit, int64(len(b)))
	fill := [...]byte{0, 0xff}[rng.IntN(2)]
	random := rng.IntN(2) == 0
	for i := start; i < end; i++ {
		b[i] = fill
		if random {
			b[i] = byte(rng.IntN(256))
		}
	}
}

// pieces cuts a write at multiples of size. Other operations are whole.
func pieces(op Op, size int64) []Op {
	if op.Kind != Write {
		return []Op{op}
	}
	var parts []Op
	for off := op.Off; off < op.Off+op.Len; {
		end := min((off/size+1)*size, op.Off+op.Len)
		p := op
		p.Off, p.Len, p.data = off, end-off, op.data[off-op.Off:end-op.Off]
		parts = append(parts, p)
		off = end
	}
	return parts
}

// reachable drops the bytes that no name leads to.
func (w *wake) reachable() image {
	im := image{names: w.image.names, data: map[int][]byte{}}
	for _, node := range im.names {
		im.data[node] = w.data[node]
	}
	return im
}

// fold makes the log shorter by what has reached the platter.
func (d *Disk) fold() {
	w := replay(d.base, d.log, d.ops)
	d.base = w.image
	log := append(append([]Op(nil), w.pending...), w.names...)
	d.log = log
}
