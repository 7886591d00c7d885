package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"till/txn"
)

// staffFlags are what the staff commands take.
type staffFlags struct {
	file, number, name, role string
	json                     bool
}

func staffCommand() *cobra.Command {
	var f staffFlags
	c := &cobra.Command{
		Use:   "staff",
		Short: "Say who works here, in which role, and set their PINs",
		Long: `Say who works here. The file is the one that staff_file in the configuration
names; till reads it when it starts.

A cashier signs in with a number of two digits and a PIN of four. A supervisor
allows what a cashier may not, a technician sets the terminal up; their PINs have
six digits. A PIN is asked for twice on the terminal, or read as two lines.`,
	}
	c.PersistentFlags().StringVar(&f.file, "file", "/etc/till/staff.toml", "`FILE` of the staff")
	number := func(c *cobra.Command) *cobra.Command {
		c.Flags().StringVar(&f.number, "number", "", "`NN`, two digits")
		return c
	}
	add := number(&cobra.Command{
		Use: "add --number NN --name NAME --role ROLE", Short: "Add a person", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.add(cmd) },
	})
	add.Flags().StringVar(&f.name, "name", "", "`NAME` on screens and receipts")
	add.Flags().StringVar(&f.role, "role", txn.Cashier.String(), "`ROLE`: "+strings.Join(roleNames(), ", "))
	list := &cobra.Command{
		Use: "list", Short: "List everybody, or everything that is wrong with the file", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.list(cmd.OutOrStdout()) },
	}
	list.Flags().BoolVar(&f.json, "json", false, "one JSON object a line")
	c.AddCommand(add, list, number(&cobra.Command{
		Use: "remove --number NN", Short: "Remove a person", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.remove(cmd.OutOrStdout()) },
	}), number(&cobra.Command{
		Use: "pin --number NN", Short: "Set a person's PIN", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.pin(cmd) },
	}))
	return group(c)
}

func (f staffFlags) add(cmd *cobra.Command) error {
	p, err := f.person()
	if err != nil {
		return err
	}
	free := func(s Staff) error {
		if i := s.index(p.Number); i >= 0 {
			return fmt.Errorf("%s is already the number of %s; 'till staff pin' changes a PIN", p.Number, s.members[i].Name)
		}
		return nil
	}
	staff, err := f.loadOrNobody()
	if err == nil {
		err = free(staff) // before anybody types a PIN
	}
	if err != nil {
		return err
	}
	pin, err := askNewPIN(cmd, p)
	if err != nil {
		return err
	}
	return f.change(cmd.OutOrStdout(), "added "+p.Number+" "+p.Name+", "+p.Role.String(), func(s Staff) (Staff, error) {
		if err := free(s); err != nil {
			return Staff{}, err
		}
		return s.withPIN(p, pin)
	})
}

// person is the one that the flags describe.
func (f staffFlags) person() (txn.Person, error) {
	var m member
	for _, part := range []struct{ flag, value string }{
		{"number", f.number}, {"name", f.name}, {"role", f.role},
	} {
		i := slices.IndexFunc(personKeys, func(k personKey) bool { return k.name == part.flag })
		k := personKeys[i]
		if bad := k.kind.read(textValue(part.value), &configEnv{}, k.at(&m)); bad != nil {
			want := "use " + k.kind.want()
			if bad.want != "" {
				want = bad.want
			}
			return txn.Person{}, fmt.Errorf("%w: --%s: %s; %s", errUsage, part.flag, bad.text, want)
		}
	}
	return m.Person, nil
}

func textValue(s string) configValue { return literal(quote(s)) }

// load reads the file; the error is errAbsent when it is not there.
func (f staffFlags) load() (Staff, error) {
	if _, err := os.Stat(f.file); os.IsNotExist(err) {
		return Staff{}, fmt.Errorf("%s: %w; 'till staff add' makes it", f.file, errAbsent)
	}
	return loadStaff(f.file)
}

// loadOrNobody is load for the command that makes the file.
func (f staffFlags) loadOrNobody() (Staff, error) {
	staff, err := f.load()
	if errors.Is(err, errAbsent) {
		return Staff{}, nil
	}
	return staff, err
}

// known finds the person that --number names.
func (f staffFlags) known(s Staff) (txn.Person, error) {
	if i := s.index(f.number); i >= 0 {
		return s.members[i].Person, nil
	}
	return txn.Person{}, fmt.Errorf("number %s: %w in %s", f.number, errAbsent, f.file)
}

// checkNumber refuses what cannot be anybody's.
func (f staffFlags) checkNumber() error {
	if !staffNumberPattern.MatchString(f.number) {
		return fmt.Errorf("%w: --number: not two digits", errUsage)
	}
	return nil
}

func (f staffFlags) list(w io.Writer) error {
	staff, err := f.load()
	if err != nil {
		return err
	}
	for _, p := range staff.People() {
		if f.json {
			line, err := json.Marshal(map[string]string{"number": p.Number, "name": p.Name, "role": p.Role.String()})
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "%s\n", line); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintf(w, "%s  %-10s  %s\n", p.Number, p.Role, p.Name); err != nil {
			return err
		}
	}
	if len(staff.members) == 0 && !f.json {
		_, err = fmt.Fprintln(w, "nobody")
	}
	return err
}

func (f staffFlags) remove(w io.Writer) error {
	if err := f.checkNumber(); err != nil {
		return err
	}
	staff, err := f.load()
	if err != nil {
		return err
	}
	p, err := f.known(staff)
	if err != nil {
		return err
	}
	return f.change(w, "removed "+p.Number+" "+p.Name, func(s Staff) (Staff, error) {
		_, err := f.known(s)
		return s.without(f.number), err
	})
}

func (f staffFlags) pin(cmd *cobra.Command) error {
	if err := f.checkNumber(); err != nil {
		return err
	}
	staff, err := f.load()
	if err != nil {
		return err
	}
	p, err := f.known(staff)
	if err != nil {
		return err
	}
	pin, err := askNewPIN(cmd, p)
	if err != nil {
		return err
	}
	return f.change(cmd.OutOrStdout(), p.Number+" "+p.Name+" has a new PIN", func(s Staff) (Staff, error) {
		now, err := f.known(s)
		if err != nil || now != p {
			return Staff{}, errors.Join(err, errChanged)
		}
		return s.withPIN(p, pin)
	})
}

// errChanged means that a person is not who he was when his PIN was asked for:
// the length of a PIN goes with the role.
var errChanged = errors.New("somebody else has changed the file meanwhile; nothing was changed")

// withPIN gives a person a PIN. Who is known by the PIN alone must have one of
// his own.
func (s Staff) withPIN(p txn.Person, pin txn.PIN) (Staff, error) {
	if s.taken(p, pin) {
		return Staff{}, errors.New("another supervisor or technician has this PIN, who is known by it; choose another")
	}
	return s.with(member{p, hashPIN(pin)}), nil
}

// change reads the file, edits it and writes it back, one program at a time,
// and says that it did.
func (f staffFlags) change(w io.Writer, done string, edit func(Staff) (Staff, error)) (err error) {
	dir, err := os.Open(filepath.Dir(f.file))
	if err != nil {
		return fmt.Errorf("write the staff: %w", err)
	}
	defer func() { err = errors.Join(err, dir.Close()) }() // and the lock ends
	if err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("lock %s: %w", dir.Name(), err)
	}
	staff, err := f.loadOrNobody()
	if err != nil {
		return err
	}
	if staff, err = edit(staff); err != nil {
		return err
	}
	if err := f.save(staff); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, done)
	return err
}

// save replaces the file whole, with the owner that it had: what root edits,
// the terminal's own user must still read.
func (f staffFlags) save(s Staff) error {
	owner, absent := os.Stat(f.file)
	if err := writeDurably(f.file, []byte(s.TOML())); err != nil {
		return fmt.Errorf("write the staff: %w", err)
	}
	if absent != nil {
		return nil
	}
	was, ok := owner.Sys().(*syscall.Stat_t)
	if !ok || int(was.Uid) == os.Geteuid() {
		return nil
	}
	return os.Chown(f.file, int(was.Uid), int(was.Gid))
}

// askNewPIN asks for a PIN twice.
func askNewPIN(cmd *cobra.Command, p txn.Person) (txn.PIN, error) {
	asker := newPINAsker(cmd)
	question := fmt.Sprintf("PIN of %s %s, %d digits: ", p.Number, p.Name, pinDigits(p.Role))
	first, err := asker.ask(cmd.Context(), question)
	if err != nil {
		return txn.PIN{}, err
	}
	if why := weakPIN(p, first); why != "" {
		return txn.PIN{}, fmt.Errorf("%s; choose another", why)
	}
	again, err := asker.ask(cmd.Context(), "Once more: ")
	if err != nil {
		return txn.PIN{}, err
	}
	if first.Reveal() != again.Reveal() {
		return txn.PIN{}, errors.New("the two PINs differ; nothing was changed")
	}
	return first, nil
}

// pinAsker reads PINs, from a terminal without showing them.
type pinAsker struct {
	terminal *os.File // nil: lines are read
	lines    *bufio.Reader
	prompt   io.Writer
}

func newPINAsker(cmd *cobra.Command) pinAsker {
	in := cmd.InOrStdin()
	if f, ok := in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return pinAsker{terminal: f, prompt: cmd.ErrOrStderr()}
	}
	return pinAsker{lines: bufio.NewReader(io.LimitReader(in, pinInputMax)), prompt: io.Discard}
}

// pinInputMax is more than two PINs and their line ends.
const pinInputMax = 256

func (a pinAsker) ask(ctx context.Context, question string) (txn.PIN, error) {
	if a.terminal == nil {
		line, err := a.lines.ReadString('\n')
		if line == "" && err != nil {
			return txn.PIN{}, fmt.Errorf("read the PIN: %w", err)
		}
		return txn.NewPIN(strings.TrimRight(line, "\r\n")), nil
	}
	fd := int(a.terminal.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return txn.PIN{}, fmt.Errorf("read the PIN: %w", err)
	}
	if _, err := fmt.Fprint(a.prompt, question); err != nil {
		return txn.PIN{}, err
	}
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := term.ReadPassword(fd)
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		_, err := fmt.Fprintln(a.prompt)
		if err = errors.Join(r.err, err); err != nil {
			return txn.PIN{}, fmt.Errorf("read the PIN: %w", err)
		}
		return txn.NewPIN(string(r.text)), nil
	case <-ctx.Done(): // Ctrl-C: the terminal must show again what is typed
		return txn.PIN{}, errors.Join(errors.New("stopped; nothing was changed"), term.Restore(fd, before))
	}
}
