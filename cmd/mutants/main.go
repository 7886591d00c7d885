package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// The ends of the program.
const (
	exitWell = 0
	exitLive = 1 // a bug or too many mutants survived
	exitBad  = 2 // it could not be tried
)

const usage = `usage: mutants planted [flags]
       mutants run [flags]

Run it at the root of the module: go run ./cmd/mutants planted -h`

func run(args []string, stdout, stderr io.Writer) int {
	command := ""
	if len(args) > 0 {
		command = args[0]
	}
	var survivors bool
	var err error
	switch command {
	case "planted":
		survivors, err = planted(args[1:], stdout, stderr)
	case "run":
		survivors, err = standard(args[1:], stdout, stderr)
	default:
		err = errors.New(usage)
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitWell
	case err != nil:
		_, _ = fmt.Fprintln(stderr, err)
		return exitBad
	case survivors:
		return exitLive
	}
	return exitWell
}
