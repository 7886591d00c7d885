package main

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"till/sim/railsim/wechatsim"
)

const (
	warmUp       = 5
	timedSales   = 80
	countedSales = 5
	settleTime   = time.Second      // from the end of a receipt to that of its last commit
	restTime     = 10 * time.Second // before memory and idle CPU: the store has been tidied up
	idleTime     = time.Minute      // so that the clock on the screen turns once
)

// measureSales measures what a sale costs, and a terminal that rests.
func measureSales(t *testing.T, f *figures) {
	s := openShop(t, f.exe, t.TempDir())
	s.untilScreen(idleScreen)
	time.Sleep(time.Second)
	f.add(memory(t, s, "memory after the start", "private part %s MiB"))
	raw := newRaw(t, s.rig.Dir())
	var ours, theirs sample
	cold := 0
	for i := range warmUp + timedSales {
		s.askForCode()
		base := raw.once(t)
		took, fresh := s.sell()
		switch {
		case i < warmUp:
		case fresh:
			cold++
		default:
			ours, theirs = append(ours, took), append(theirs, base)
		}
	}
	if len(ours) < timedSales/2 {
		t.Fatalf("cannot measure: %d of %d requests had to open a connection", cold, timedSales)
	}
	how := fmt.Sprintf("%d sales, %d more had to open a connection; append + fdatasync + RSA-2048: median %.2f ms, p99 %.2f ms",
		len(ours), cold, ms(theirs.median()), ms(theirs.at(0.99)))
	f.add(figure{"scan to first byte, median", ms(ours.median()), 5 * ms(theirs.median()), "ms", how})
	f.add(figure{"scan to first byte, p99", ms(ours.at(0.99)), 0, "ms", fmt.Sprintf("fastest %.2f ms", ms(ours.at(0)))})
	countCommits(t, f, s)
	time.Sleep(restTime)
	f.add(memory(t, s, fmt.Sprintf("memory after %d sales, at rest", warmUp+timedSales+countedSales), "private part %s MiB"))
	f.add(peak(t, s, "the same, at its peak"))
	idle(t, f, s)
}

// raw is the least that a sale must do before its request may leave: its bytes
// at the end of a file that is long enough already, fdatasync, a signature.
type raw struct {
	file *os.File
	off  int64
	key  *rsa.PrivateKey
}

func newRaw(t *testing.T, dir string) *raw {
	t.Helper()
	file, err := os.Create(filepath.Join(dir, "raw"))
	must(t, "make a file", err)
	t.Cleanup(func() {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	})
	_, err = file.Write(make([]byte, 1<<20))
	must(t, "fill a file", err)
	must(t, "sync a file", file.Sync())
	return &raw{file: file, key: wechatsim.Keys().Merchant}
}

// begunLen is about what the record of a begun sale and its row take.
const begunLen = 400

func (r *raw) once(t *testing.T) time.Duration {
	t.Helper()
	start := time.Now()
	record := bytes.Repeat([]byte{'x'}, begunLen)
	record = binary.BigEndian.AppendUint32(record, crc32.ChecksumIEEE(record))
	n, err := r.file.WriteAt(record, r.off)
	r.off += int64(n)
	must(t, "write", err)
	must(t, "fdatasync", syscall.Fdatasync(int(r.file.Fd())))
	sum := sha256.Sum256(record)
	_, err = rsa.SignPKCS1v15(rand.Reader, r.key, crypto.SHA256, sum[:])
	must(t, "sign", err)
	return time.Since(start)
}

// countCommits counts in SQLite's log, and in the system calls if strace is
// there.
func countCommits(t *testing.T, f *figures, s *shop) {
	t.Helper()
	stop := traceSyncs(t, s)
	commits := 0
	for range countedSales {
		before := readWAL(t, s)
		s.askForCode()
		_, _ = s.sell() // its time does not count
		time.Sleep(settleTime)
		after := readWAL(t, s)
		commits += after.commits
		if after.salt == before.salt {
			commits -= before.commits
		}
	}
	f.add(figure{"durable commits a sale", float64(commits) / countedSales, 4, "", "commit frames in the log, printing included"})
	syncs, how := stop()
	if syncs >= 0 {
		f.add(figure{"syncs a sale", float64(syncs) / countedSales, 0, "", how})
	} else {
		t.Log("strace is not here: system calls were not counted")
	}
}

// wal is what SQLite's log says of itself.
type wal struct {
	salt    [8]byte // of this round of the log
	commits int
}

// readWAL counts the frames that end a transaction. With psow=0 SQLite repeats
// the last frame of a commit up to the end of the disk's sector: those are not
// counted.
//
// Source: SQLite, "Database File Format", sections 4.1 and 4.2; wal.c,
// walFrames, on padToSectorBoundary.
func readWAL(t *testing.T, s *shop) wal {
	t.Helper()
	const header, frame = 32, 24
	b, err := os.ReadFile(filepath.Join(s.rig.DataDir(), "till.db-wal"))
	must(t, "read the log", err)
	if len(b) < header {
		t.Fatalf("cannot measure: the log has %d bytes", len(b))
	}
	w := wal{salt: [8]byte(b[16:24])}
	page := int(binary.BigEndian.Uint32(b[8:]))
	var last []byte
	for b = b[header:]; len(b) >= frame+page && [8]byte(b[8:16]) == w.salt; b = b[frame+page:] {
		now := b[:frame+page]
		ends := binary.BigEndian.Uint32(now[4:]) != 0
		if ends && (last == nil || !bytes.Equal(now[:8], last[:8]) || !bytes.Equal(now[frame:], last[frame:])) {
			w.commits++
		}
		last = now
	}
	return w
}

// traceSyncs has strace count until stop is called, which returns the number
// of all syncs, -1 without strace, and how they fall to the files.
func traceSyncs(t *testing.T, s *shop) (stop func() (n int, how string)) {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		return func() (int, string) { return -1, "" }
	}
	out := filepath.Join(s.rig.Dir(), "strace")
	cmd := exec.Command(strace, "-f", "-y", "-qq", "-o", out, "-e", "trace=fsync,fdatasync,msync,sync_file_range,syncfs",
		"-p", strconv.Itoa(s.rig.PID()))
	must(t, "start strace", cmd.Start())
	time.Sleep(time.Second) // until it has attached to every thread
	return func() (int, string) {
		must(t, "stop strace", cmd.Process.Signal(os.Interrupt))
		_ = cmd.Wait() // it ends by the signal
		b, err := os.ReadFile(out)
		if err != nil || len(b) == 0 {
			return -1, ""
		}
		n := 0
		files := map[string]int{}
		for line := range strings.Lines(string(b)) {
			if strings.Contains(line, "resumed>") || !strings.Contains(line, "sync") {
				continue
			}
			n++
			call, arg, _ := strings.Cut(line, "(")
			_, path, _ := strings.Cut(arg, "<")
			path, _, _ = strings.Cut(path, ">")
			_, call, _ = strings.Cut(call, " ")
			files[strings.TrimSpace(call)+" "+filepath.Base(path)]++
		}
		return n, strings.Trim(fmt.Sprint(files), "map[]")
	}
}
