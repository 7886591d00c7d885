package main

import (
	"errors"
	"io/fs"

	"github.com/pelletier/go-toml/v2/unstable"
)

// staffKind is the path of a staff file, which must be good; "" is none.
type staffKind struct{}

func (staffKind) read(v configValue, env *configEnv, to any) *complaint {
	switch {
	case v.kind != unstable.String:
		return notThat(v, "a text")
	case v.text == "":
		*to.(*string) = ""
		return nil
	case !isPath(v.text):
		return notThat(v, "a path")
	}
	path := resolve(env.dir, v.text)
	data, mode, err := env.files.read(path)
	if err == nil {
		_, err = parseStaff(path, data, mode)
	}
	bad, _ := errors.AsType[*ConfigError](err)
	switch {
	case bad != nil && len(bad.Problems)+bad.More > 1:
		return &complaint{text: bad.Error(), want: "till staff list --file " + path + " names them all"}
	case bad != nil:
		return &complaint{text: bad.Error(), want: "correct it there"}
	case errors.Is(err, fs.ErrNotExist):
		return &complaint{text: path + ": no such file", want: "till staff add --file " + path + " makes it"}
	case err != nil:
		return &complaint{text: path + ": cannot be read: " + causeOf(err)}
	}
	*to.(*string) = path
	return nil
}

func (staffKind) want() string { return "a file that 'till staff' keeps, mode 0600" }

func (staffKind) show(from any) string { return quote(*from.(*string)) }
