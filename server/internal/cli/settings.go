package cli

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/splitrank/splitrank/server/internal/configfile"
)

// configFlags are those of every command.
type configFlags struct {
	Config string `placeholder:"FILE" help:"Settings as YAML or JSON. Its keys are the names of flags, of all commands; a flag and its variable go before it. splitrank config check reads it (default: none)."`
}

const envConfig = "SPLITRANK_CONFIG"

// BeforeResolve implements kong.BeforeResolve: it has the settings of the file stand
// in for what neither a flag nor the environment says.
func (configFlags) BeforeResolve(ctx *kong.Context) error {
	if needsNoSettings(ctx) {
		return nil
	}
	path := configPath(ctx)
	if path == "" && isSet(envConfig) {
		return errors.New(envConfig + " is set and empty: name the file, or leave it unset")
	}
	if path == "" {
		return nil
	}
	file, err := configfile.Read(path)
	if err != nil {
		return fmt.Errorf("--config: %w", err)
	}
	if unknown := unknownSettings(file, ctx.Model.Node); len(unknown) > 0 {
		return fmt.Errorf("--config: %w", unknown[0])
	}
	ctx.AddResolver(settings{file})
	return nil
}

// needsNoSettings of a command that does the same whatever they are, and must not
// fail because of them.
func needsNoSettings(ctx *kong.Context) bool {
	return slices.ContainsFunc(ctx.Path, func(p *kong.Path) bool { return p.Command != nil && p.Command.Tag.Has("nosettings") })
}

func configPath(ctx *kong.Context) string {
	for _, flag := range ctx.Model.Flags {
		if flag.Name == "config" {
			return ctx.FlagValue(flag).(string)
		}
	}
	return ""
}

// settings of a file are the values of flags that have none yet;
// see RATIONALE: why-settings-are-yaml-under-the-names-of-flags.
type settings struct{ file *configfile.File }

// Validate implements kong.Resolver; BeforeResolve has done it.
func (settings) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver. The parser asks it for flags that are not on the
// command line; a variable goes before the file.
func (s settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	setting, ok := s.file.Find(flag.Name)
	if !ok || !settable(flag) || slices.ContainsFunc(flag.Envs, isSet) {
		return nil, nil
	}
	value, err := valueFor(flag, setting)
	if err != nil {
		return nil, fmt.Errorf("%w (%s)", err, s.file.Place(setting))
	}
	return value, nil
}

// settable flags may stand in a file: those that may stand in the environment, but for
// the file's own name.
func settable(flag *kong.Flag) bool { return len(flag.Envs) > 0 && flag.Name != "config" }

// valueFor a flag, as the parser takes it; an error if the flag does not take it.
func valueFor(flag *kong.Flag, s configfile.Setting) (any, error) {
	value, err := spelledFor(flag, s)
	if err != nil {
		return nil, err
	}
	target := reflect.New(flag.Target.Type()).Elem()
	scan := kong.Scan().PushTyped(value, kong.FlagValueToken)
	if err := flag.Mapper.Decode(&kong.DecodeContext{Value: flag.Value, Scan: scan}, target); err != nil {
		return nil, err
	}
	if allowed := flag.EnumSlice(); flag.Enum != "" && !slices.Contains(allowed, fmt.Sprint(target)) {
		return nil, fmt.Errorf("%q is none of %s", s.Values[0], strings.Join(allowed, ", "))
	}
	return value, nil
}

// spelledFor a flag: a word, or a list that is not split again.
func spelledFor(flag *kong.Flag, s configfile.Setting) (any, error) {
	if _, ok := flag.Target.Addr().Interface().(*wordList); ok {
		return strings.Join(s.Values, ","), nil
	}
	if !s.List {
		return s.Values[0], nil
	}
	if !flag.IsCumulative() {
		return nil, errors.New("want one value, not a list")
	}
	list := make([]any, len(s.Values))
	for i, v := range s.Values {
		list[i] = v
	}
	return list, nil
}

// unknownSettings are errors for keys that no command has a flag for.
func unknownSettings(file *configfile.File, app *kong.Node) (errs []error) {
	known := settableFlags(app)
	for _, s := range file.Settings {
		if len(known[s.Key]) == 0 {
			errs = append(errs, fmt.Errorf("%s: unknown key %q%s", file.Place(s), s.Key, suggestion(s.Key, known)))
		}
	}
	return errs
}

// settableFlags of a node and all below, by name: commands may share one.
func settableFlags(node *kong.Node) map[string][]*kong.Flag {
	all := map[string][]*kong.Flag{}
	var visit func(*kong.Node)
	visit = func(n *kong.Node) {
		for _, flag := range n.Flags {
			if settable(flag) {
				all[flag.Name] = append(all[flag.Name], flag)
			}
		}
		for _, child := range n.Children {
			visit(child)
		}
	}
	visit(node)
	return all
}

// suggestion of keys that may have been meant.
func suggestion(key string, known map[string][]*kong.Flag) string {
	var names []string
	for name := range known {
		names = append(names, name)
	}
	near := nearest(key, names)
	if len(near) == 0 {
		return "; keys are the names of flags, as splitrank serve --help has them"
	}
	return ", did you mean " + strings.Join(near, " or ") + "?"
}
