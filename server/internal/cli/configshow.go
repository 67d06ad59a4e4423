package cli

import (
	"fmt"
	"io"
	"net/url"
	"slices"

	"github.com/alecthomas/kong"
	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/configfile"
)

// configShowCmd prints settings, and where they come from.
type configShowCmd struct {
	JSON bool     `name:"json" env:"-" help:"Print them as JSON, before COMMAND."`
	Args []string `arg:"" name:"COMMAND" optional:"" passthrough:"" help:"Command and flags to show the settings of (default: serve)."`
}

// Help implements kong.HelpProvider.
func (configShowCmd) Help() string {
	return `What is printed is a file of settings that says the same; what nobody has set stands behind #. Secrets are left out.

  splitrank config show
  splitrank config show --json serve --config splitrank.yaml --threads 2`
}

// setting is the value of a flag, and where it comes from.
type setting struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
	// From is flag, environment, file or default.
	From string `json:"from"`
	// Source is the variable or the file.
	Source string `json:"source,omitzero"`
	Secret bool   `json:"secret,omitzero"`
}

// Run shows.
func (c *configShowCmd) Run(env *Env, ctx *kong.Context) error {
	args := c.Args
	if len(args) == 0 {
		args = []string{"serve"}
	}
	if path := configPath(ctx); path != "" {
		args = append([]string{"--config", path}, args...)
	}
	parser, err := newParser(env)
	if err != nil {
		return err
	}
	shown, err := parser.Parse(joinNegatives(args))
	if err != nil {
		return err
	}
	list := settingsOf(shown)
	if c.JSON {
		return writeSettingsJSON(env.Stdout, list)
	}
	return writeSettings(env.Stdout, list)
}

// settingsOf the command that was parsed, in the order of its help.
func settingsOf(ctx *kong.Context) (list []setting) {
	for _, path := range ctx.Path {
		for _, flag := range path.Flags {
			if settable(flag) {
				list = append(list, settingOf(ctx, flag))
			}
		}
	}
	return list
}

func settingOf(ctx *kong.Context, flag *kong.Flag) setting {
	s := setting{Name: flag.Name, Value: plain(flag.Target.Interface()), From: "default"}
	if i := slices.IndexFunc(flag.Envs, isSet); i >= 0 {
		s.From, s.Source = "environment", flag.Envs[i]
	}
	for _, p := range ctx.Path {
		switch {
		case p.Flag == nil || p.Flag.Value != flag.Value:
		case p.Resolved:
			s.From, s.Source = "file", configPath(ctx)
		default:
			s.From, s.Source = "flag", ""
		}
	}
	if isSecret(flag, fmt.Sprint(s.Value)) && s.From != "default" {
		s.Value, s.Secret = "(hidden)", true
	}
	return s
}

// isSecret reports that a value must not be shown: the flag says so of all of its
// values, or of URLs with a password in them.
func isSecret(flag *kong.Flag, value string) bool {
	if flag.Tag.Get("secret") != "password" {
		return flag.Tag.Has("secret")
	}
	u, err := url.Parse(value)
	return err != nil || u.User != nil
}

// plain is a value of a type that files of settings have.
func plain(value any) any {
	switch v := value.(type) {
	case bool, int, int64, float64, string:
		return v
	case []string:
		return slices.Concat([]string{}, v)
	case wordList:
		return slices.Concat([]string{}, v)
	}
	return fmt.Sprint(value)
}

func writeSettingsJSON(w io.Writer, list []setting) error {
	line, err := json.Marshal(struct {
		Settings []setting `json:"settings"`
	}{list})
	if err != nil {
		return fmt.Errorf("writing settings: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", line)
	return err
}

// writeSettings as a file of settings. A default, or a secret, is a comment.
func writeSettings(w io.Writer, list []setting) error {
	for _, s := range list {
		line, err := line(s)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

func line(s setting) (string, error) {
	line, err := configfile.Line(s.Name, s.Value)
	if err != nil {
		return "", err
	}
	if s.From == "default" {
		return "# " + line, nil
	}
	if s.Secret {
		line = "# " + line
	}
	if s.Source != "" {
		return line + "  # " + s.From + ": " + s.Source, nil
	}
	return line + "  # " + s.From, nil
}
