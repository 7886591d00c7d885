package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the Makefile: -ldflags "-X main.version=...".
var version = "development"

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			revision := "unknown"
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" {
						revision = s.Value
					}
				}
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "till %s (%s, %s/%s, revision %s)\n",
				version, runtime.Version(), runtime.GOOS, runtime.GOARCH, revision)
			return err
		},
	}
}

func configCommand() *cobra.Command {
	c := &cobra.Command{Use: "config", Short: "Check a configuration, or print an example"}
	c.AddCommand(&cobra.Command{
		Use: "check FILE", Short: "List everything that is wrong with a configuration", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := LoadConfig(args[0]); err != nil {
				return err
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), args[0]+": good")
			return err
		},
	}, &cobra.Command{
		Use: "example", Short: "Print a configuration with every key explained", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(cmd.OutOrStdout(), ExampleConfig())
			return err
		},
	})
	return group(c)
}
