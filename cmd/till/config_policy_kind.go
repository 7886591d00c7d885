package main

import (
	"fmt"
	"regexp"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"
)

// orNeverKind is a time, or 0s for never.
type orNeverKind struct{ durationKind }

func (k orNeverKind) read(v configValue, env *configEnv, to any) *complaint {
	if d, err := time.ParseDuration(v.text); v.kind == unstable.String && err == nil && d == 0 {
		*to.(*time.Duration) = 0
		return nil
	}
	return k.durationKind.read(v, env, to)
}

func (k orNeverKind) want() string { return "0s, or " + k.durationKind.want() }

// clockKind is an hour and minute of the day.
type clockKind struct{}

var clockPattern = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d)$`)

func (clockKind) read(v configValue, _ *configEnv, to any) *complaint {
	m := clockPattern.FindStringSubmatch(v.text)
	if v.kind != unstable.String || m == nil {
		return notThat(v, "a time of day")
	}
	d, err := time.ParseDuration(m[1] + "h" + m[2] + "m")
	if err != nil {
		return notThat(v, "a time of day")
	}
	*to.(*time.Duration) = d
	return nil
}

func (clockKind) want() string { return `hours and minutes, such as "23:30"` }

func (clockKind) show(from any) string {
	m := int(from.(*time.Duration).Minutes())
	return fmt.Sprintf(`"%02d:%02d"`, m/60, m%60)
}
