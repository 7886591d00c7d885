package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// peak is the most that the program ever held.
func peak(t *testing.T, s *shop, name string) figure {
	t.Helper()
	status := procStatus(t, filepath.Join("/proc", strconv.Itoa(s.rig.PID()), "status"))
	v, err := strconv.ParseFloat(strings.Fields(status["VmHWM"] + " x")[0], 64)
	must(t, "VmHWM", err)
	return figure{name, v / 1024, 40, "MiB", "while sales went on"}
}

// memory is what the program holds now.
func memory(t *testing.T, s *shop, name, note string) figure {
	t.Helper()
	status := procStatus(t, filepath.Join("/proc", strconv.Itoa(s.rig.PID()), "status"))
	kib := func(key string) float64 {
		v, err := strconv.ParseFloat(strings.Fields(status[key] + " x")[0], 64)
		must(t, key, err)
		return v
	}
	return figure{name, kib("VmRSS") / 1024, 40, "MiB", fmt.Sprintf(note, number(kib("RssAnon")/1024))}
}

// procStatus reads lines of the form "key: value".
func procStatus(t *testing.T, path string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, "read "+path, err)
	m := map[string]string{}
	for line := range strings.Lines(string(b)) {
		key, value, _ := strings.Cut(line, ":")
		m[key] = strings.TrimSpace(value)
	}
	return m
}

// idle measures the CPU time and the wake-ups of a program that has nothing
// to do.
func idle(t *testing.T, f *figures, s *shop) {
	t.Helper()
	s.untilScreen(idleScreen)
	ticks, ran, woken := cpuOf(t, s.rig.PID())
	start := time.Now()
	time.Sleep(idleTime)
	ticks2, ran2, woken2 := cpuOf(t, s.rig.PID())
	took := time.Since(start).Seconds()
	note := fmt.Sprintf("of one core over %.0f s; by the scheduler's clock %.3f %%", took, 100*(ran2-ran).Seconds()/took)
	f.add(figure{"idle CPU", 100 * float64(ticks2-ticks) / userHz / took, 0.5, "%", note})
	f.add(figure{"wake-ups", float64(woken2-woken) / took, 6, "/s", "voluntary context switches of all threads, from 10 s after the last sale; the aim is storage.md's"})
}

// userHz is the unit of /proc/PID/stat on every Linux architecture that we
// build for.
const userHz = 100

// cpuOf adds up the threads of a process: clock ticks, time on a core, and how
// often they went to sleep.
func cpuOf(t *testing.T, pid int) (ticks int, ran time.Duration, slept int) {
	t.Helper()
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	b, err := os.ReadFile(filepath.Join(proc, "stat"))
	must(t, "read stat", err)
	fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	for _, i := range []int{11, 12} { // utime and stime, proc(5) fields 14 and 15
		n, err := strconv.Atoi(fields[i])
		must(t, "read stat", err)
		ticks += n
	}
	tasks, err := filepath.Glob(filepath.Join(proc, "task", "*"))
	must(t, "list the threads", err)
	for _, task := range tasks {
		b, err := os.ReadFile(filepath.Join(task, "schedstat"))
		must(t, "read schedstat", err)
		ns, err := strconv.ParseInt(strings.Fields(string(b))[0], 10, 64)
		must(t, "read schedstat", err)
		ran += time.Duration(ns)
		n, err := strconv.Atoi(procStatus(t, filepath.Join(task, "status"))["voluntary_ctxt_switches"])
		must(t, "read status", err)
		slept += n
	}
	return ticks, ran, slept
}
