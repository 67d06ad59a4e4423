package main

import (
	"fmt"
	"maps"
	"os"
	"path"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// last is the last stage of a Containerfile: how an image starts, and what it is
// made of.
type last struct {
	config v1.Config
	copies []instructions.CopyCommand
}

// readContainerfile reads the last stage of a file with the parser that builds
// images elsewhere. An instruction that it does not know is an error, since the
// image would lack what it says.
func readContainerfile(name string) (last, error) {
	f, err := os.Open(name)
	if err != nil {
		return last{}, err
	}
	defer f.Close()
	parsed, err := parser.Parse(f)
	if err != nil {
		return last{}, fmt.Errorf("reading %s: %w", name, err)
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return last{}, fmt.Errorf("reading %s: %w", name, err)
	}
	stage := stages[len(stages)-1]
	if stage.BaseName != "scratch" {
		return last{}, fmt.Errorf("%s: the last stage is from %s, not from scratch", name, stage.BaseName)
	}
	var l last
	for _, c := range stage.Commands {
		if err := l.take(c); err != nil {
			return last{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return l, nil
}

func (l *last) take(command instructions.Command) error {
	c := &l.config
	switch is := command.(type) {
	case *instructions.CopyCommand:
		l.copies = append(l.copies, *is)
	case *instructions.LabelCommand:
		labels, err := unquoted(is.Labels)
		c.Labels = map[string]string{}
		for _, l := range labels {
			c.Labels[l.Key] = l.Value
		}
		return err
	case *instructions.EnvCommand:
		env, err := unquoted(is.Env)
		for _, e := range env {
			c.Env = append(c.Env, e.Key+"="+e.Value)
		}
		return err
	case *instructions.WorkdirCommand:
		c.WorkingDir = is.Path
	case *instructions.VolumeCommand:
		c.Volumes = set(is.Volumes)
	case *instructions.ExposeCommand:
		c.ExposedPorts = set(is.Ports)
	case *instructions.UserCommand:
		c.User = is.User
	case *instructions.StopSignalCommand:
		c.StopSignal = is.Signal
	case *instructions.EntrypointCommand:
		c.Entrypoint = is.CmdLine
		return withoutShell(is.Name(), is.PrependShell)
	case *instructions.CmdCommand:
		c.Cmd = is.CmdLine
		return withoutShell(is.Name(), is.PrependShell)
	case *instructions.HealthCheckCommand:
		h := is.Health
		c.Healthcheck = &v1.HealthConfig{Test: h.Test, Interval: h.Interval, Timeout: h.Timeout, StartPeriod: h.StartPeriod, Retries: h.Retries}
		return withoutShell(is.Name(), h.Test[0] == "CMD-SHELL")
	default:
		return fmt.Errorf("%s in the last stage means nothing here", command.Name())
	}
	return nil
}

func withoutShell(name string, shell bool) error {
	if shell {
		return fmt.Errorf("%s wants a shell, and the image has none: write it as a list", name)
	}
	return nil
}

// unquoted takes the quotes off values, as BuildKit does. A variable in one is an
// error: nothing is known here to put in its place.
func unquoted(list instructions.KeyValuePairs) (plain instructions.KeyValuePairs, err error) {
	lex := shell.NewLex('\\')
	for _, p := range list {
		value, unknown, err := lex.ProcessWord(p.Value, nothing{})
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", p.Key, err)
		}
		if len(unknown) > 0 {
			return nil, fmt.Errorf("%s has the variable %s, which nobody sets", p.Key, slices.Sorted(maps.Keys(unknown))[0])
		}
		plain = append(plain, instructions.KeyValuePair{Key: p.Key, Value: value})
	}
	return plain, nil
}

// nothing is an environment without variables.
type nothing struct{}

func (nothing) Get(string) (string, bool) { return "", false }
func (nothing) Keys() []string            { return nil }

func set(list []string) map[string]struct{} {
	m := map[string]struct{}{}
	for _, s := range list {
		m[s] = struct{}{}
	}
	return m
}

// target is where the stage copies what it calls name, from a stage of the
// name from.
func (l last) target(from, name string) (string, error) {
	for _, c := range l.copies {
		if c.From == from && len(c.SourcePaths) == 1 && path.Base(c.SourcePaths[0]) == name {
			return c.DestPath, nil
		}
	}
	return "", fmt.Errorf("the last stage copies no %s from the stage %s", name, from)
}
