package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/splitrank/splitrank/server/internal/configfile"
)

// configCmd is the family of commands about settings.
type configCmd struct {
	Check configCheckCmd `cmd:"" nosettings:"" help:"Say what is wrong with a file of settings."`
	Show  configShowCmd  `cmd:"" nosettings:"" help:"Print the settings that a command would have, and where each comes from."`
}

// Help implements kong.HelpProvider.
func (configCmd) Help() string {
	return `Settings come from flags, then from the environment, then from the file of --config (or SPLITRANK_CONFIG), then from the defaults. The file is YAML or JSON; its keys are the names of flags without dashes, and every flag that has a variable may stand in it. One file may serve all commands: each takes what it knows.

  addr: 127.0.0.1:8000
  model: [splitrank-mini, ms-marco-MiniLM-L6-v2]
  api-keys-file: /run/secrets/splitrank-keys
  log-format: json

  splitrank config check splitrank.yaml
  splitrank config show serve --config splitrank.yaml`
}

// configCheckCmd reads a file as serve would.
type configCheckCmd struct {
	File string `arg:"" name:"FILE" optional:"" help:"The file; without it that of --config."`
}

// Help implements kong.HelpProvider.
func (configCheckCmd) Help() string {
	return `Reads every key, of all commands, and then all settings together as serve would have them, the environment included. Nothing is started and no model is loaded.

  splitrank config check splitrank.yaml`
}

// Run checks.
func (c *configCheckCmd) Run(env *Env, ctx *kong.Context) error {
	path := c.File
	if path == "" {
		path = configPath(ctx)
	}
	if path == "" {
		return errors.New("no file to check: name it, or set --config or " + envConfig)
	}
	file, err := configfile.Read(path)
	if err != nil {
		return err
	}
	for _, warning := range exposedSecrets(file, ctx.Model.Node) {
		fmt.Fprintln(env.Stderr, "splitrank: warning: "+warning)
	}
	if errs := append(unknownSettings(file, ctx.Model.Node), wrongSettings(file, ctx.Model.Node)...); len(errs) > 0 {
		return wrongFile(env, errs)
	}
	if err := serves(env, path); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "%s: %d settings, nothing is wrong\n", path, len(file.Settings))
	return err
}

// wrongFile prints each error on a line of its own but the last, which it returns.
func wrongFile(env *Env, errs []error) error {
	last := len(errs) - 1
	for _, err := range errs[:last] {
		fail(env, exitFailure, err)
	}
	return errs[last]
}

// wrongSettings are errors for values that no flag of that name takes: serve has several
// models where eval has one.
func wrongSettings(file *configfile.File, app *kong.Node) (errs []error) {
	known := settableFlags(app)
	for _, s := range file.Settings {
		if err := wrongFor(known[s.Key], s); err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", file.Place(s), s.Key, err))
		}
	}
	return errs
}

// wrongFor all flags of a name; the error is the first one's.
func wrongFor(flags []*kong.Flag, s configfile.Setting) (first error) {
	for _, flag := range flags {
		_, err := valueFor(flag, s)
		if err == nil {
			return nil
		}
		first = cmp.Or(first, err)
	}
	return first
}

// serves reads a file as serve does, which looks at what goes together.
func serves(env *Env, path string) error {
	parser, err := newParser(env)
	if err != nil {
		return err
	}
	_, err = parser.Parse([]string{"serve", "--config", path})
	return err
}

// exposedSecrets are warnings about secrets in a file that other users can read.
func exposedSecrets(file *configfile.File, app *kong.Node) (warnings []string) {
	info, err := os.Stat(file.Path)
	const others = 0o044
	if err != nil || info.Mode().Perm()&others == 0 {
		return nil
	}
	known := settableFlags(app)
	for _, s := range file.Settings {
		if flags := known[s.Key]; len(flags) > 0 && isSecret(flags[0], strings.Join(s.Values, ",")) {
			warnings = append(warnings, fmt.Sprintf("%s: %s is a secret, and other users can read this file: take it from them (chmod 600)", file.Place(s), s.Key))
		}
	}
	return warnings
}
