package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"till/device/store"
)

var sales = flag.Int("sales", 10_000, "how many sales BenchmarkOpen and BenchmarkLookUp keep")

// BenchmarkAppend times one durable transition against the least a disk can
// do for the same bytes: a preallocated append with a checksum and fdatasync.
// Both are done in turn, so that the ratio holds on any machine.
func BenchmarkAppend(b *testing.B) {
	for _, page := range []int{4096, 1024} {
		b.Run(fmt.Sprint("page", page), func(b *testing.B) { benchAppend(b, page) })
	}
}

func benchAppend(b *testing.B, page int) {
	s, err := store.Open(b.TempDir(), store.Create(), store.PageSize(page))
	if err != nil {
		b.Fatal(err)
	}
	raw := newRawLog(b)
	var ours, theirs []time.Duration
	before, err := s.Stats()
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		recs, rows := transition(i)
		start := time.Now()
		if err := s.Append(recs, rows); err != nil {
			b.Fatal(err)
		}
		ours = append(ours, time.Since(start))
		start = time.Now()
		raw.append(b, recs)
		theirs = append(theirs, time.Since(start))
		if i%40 == 39 { // an idle moment after every ten sales
			if err := s.Checkpoint(); err != nil {
				b.Fatal(err)
			}
		}
	}
	after, err := s.Stats()
	if err != nil {
		b.Fatal(err)
	}
	p50, raw50 := quantile(ours, 0.5), quantile(theirs, 0.5)
	b.ReportMetric(float64(p50.Microseconds()), "us-p50")
	b.ReportMetric(float64(quantile(ours, 0.99).Microseconds()), "us-p99")
	b.ReportMetric(float64(raw50.Microseconds()), "us-raw-p50")
	b.ReportMetric(mean(ours)/mean(theirs), "x-raw")
	b.ReportMetric(float64(4*(after.Written-before.Written))/float64(len(ours))/1000, "KB/sale")
	if err := s.Close(); err != nil {
		b.Error(err)
	}
}

func quantile(d []time.Duration, q float64) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[int(q*float64(len(d)-1))]
}

func mean(d []time.Duration) float64 {
	var sum time.Duration
	for _, v := range d {
		sum += v
	}
	return float64(sum) / float64(len(d))
}

// transition is number i of a run of sales with four commits each.
func transition(i int) ([]store.Record, []store.Row) {
	tx := uint64(i/4 + 1)
	at := 1_760_000_000_000 + int64(i)*15_000
	rec := func(kind string) store.Record {
		return store.Record{Tx: tx, At: at, Kind: kind, Body: bytes.Repeat([]byte{byte(i), 'x'}, 200)}
	}
	row := store.Row{
		Tx: tx, Order: fmt.Sprintf("K7Q2X9%010d", tx), At: at - int64(i%4)*15_000, Day: 20260101 + int(tx/1000),
		Amount: int64(tx*7919%100_000) + 1, Rail: "wechatpay", State: "asking", Open: true,
	}
	switch i % 4 {
	case 0:
		return []store.Record{rec("begun")}, []store.Row{row}
	case 1:
		row.State, row.Open, row.Reference = "paid", false, fmt.Sprintf("4200001234%018d", tx*104729)
		return []store.Record{rec("paid"), rec("receipt due")}, []store.Row{row}
	}
	return []store.Record{rec("receipt")}, nil
}

// rawLog is the floor: bytes and a checksum at the end of a file that is long
// enough already, and fdatasync.
type rawLog struct {
	f   *os.File
	off int64
}

func newRawLog(b *testing.B) *rawLog {
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := f.Close(); err != nil {
			b.Error(err)
		}
	})
	if _, err := f.Write(make([]byte, 64<<20)); err != nil {
		b.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		b.Fatal(err)
	}
	return &rawLog{f: f}
}

func (l *rawLog) append(b *testing.B, recs []store.Record) {
	var buf []byte
	for _, r := range recs {
		buf = append(buf, r.Body...)
	}
	buf = binary.BigEndian.AppendUint32(buf, crc32.ChecksumIEEE(buf))
	if _, err := l.f.WriteAt(buf, l.off%(63<<20)); err != nil {
		b.Fatal(err)
	}
	l.off += int64(len(buf))
	if err := syscall.Fdatasync(int(l.f.Fd())); err != nil {
		b.Fatal(err)
	}
}

// grown makes a store with many sales, quickly: thousands in each commit.
func grown(b *testing.B, n int) (dir string) {
	dir = b.TempDir()
	s, err := store.Open(dir, store.Create())
	if err != nil {
		b.Fatal(err)
	}
	var recs []store.Record
	var rows []store.Row
	for i := range 4 * n {
		r, w := transition(i)
		recs, rows = append(recs, r...), append(rows, w...)
		if len(recs) > 20_000 || i == 4*n-1 {
			if err := s.Append(recs, rows); err != nil {
				b.Fatal(err)
			}
			recs, rows = nil, nil
		}
	}
	if err := errors.Join(s.Checkpoint(), s.Close()); err != nil {
		b.Fatal(err)
	}
	return dir
}

// BenchmarkOpen opens a store with -sales sales and makes the first commit.
func BenchmarkOpen(b *testing.B) {
	dir := grown(b, *sales)
	for b.Loop() {
		s, err := store.Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Append([]store.Record{{Kind: "started"}}, nil); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkVerify walks the chain of a store with -sales sales.
func BenchmarkVerify(b *testing.B) {
	s, err := store.Open(grown(b, *sales))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := s.VerifyAll(); err != nil {
			b.Fatal(err)
		}
	}
	seq, _ := s.Head()
	b.ReportMetric(float64(b.Elapsed().Milliseconds())*1e5/float64(seq)/float64(b.N), "ms/100k")
	if err := s.Close(); err != nil {
		b.Error(err)
	}
}
