package main

import "errors"

func newProcessStage(exe, lang string) (stage, error) { return nil, errors.New("tmp") }

func runSim(ctx any, o simOptions) error { return errors.New("tmp") }

type simOptions struct {
	Listen, Lang, Data string
	Out                any
}
