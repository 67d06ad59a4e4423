// Package configfile reads a file of settings: YAML, which JSON is a part of. It
// knows lists and single values, and not which settings there are.
package configfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/splitrank/splitrank/server/internal/limitedfile"
)

// maxBytes of a file: a list of a few hundred settings is a hundred times smaller.
const maxBytes = 1 << 20

// File is what a file says.
type File struct {
	Path string
	// Settings in the order of the file; each key stands once.
	Settings []Setting
}

// Setting is one key and its value.
type Setting struct {
	Key string
	// Values are those of a list, or the only one. What is written without quotes
	// is text all the same: whoever knows the setting knows its type.
	Values []string
	// List reports that the value is a list, which may be empty.
	List bool
	// Line of the key, from 1.
	Line int
}

// Read reads a file. An error names the file, and the line where it can. An empty
// file has no settings.
func Read(path string) (*File, error) {
	data, err := limitedfile.Read(path, maxBytes)
	if err != nil {
		return nil, err
	}
	settings, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return &File{Path: path, Settings: settings}, nil
}

// Find finds a setting by its key.
func (f *File) Find(key string) (Setting, bool) {
	for _, s := range f.Settings {
		if s.Key == key {
			return s, true
		}
	}
	return Setting{}, false
}

// Place is where a setting stands, for an error.
func (f *File) Place(s Setting) string { return fmt.Sprintf("%s:%d", f.Path, s.Line) }

func parse(data []byte) ([]Setting, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one document stands in it")
	}
	root := document.Content[0]
	if root.Tag == "!!null" {
		return nil, nil
	}
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("line %d: want settings as key: value", root.Line)
	}
	return settings(root.Content)
}

// settings of a mapping, whose keys and values take turns.
func settings(nodes []*yaml.Node) ([]Setting, error) {
	var list []Setting
	lines := map[string]int{}
	for i := 0; i+1 < len(nodes); i += 2 {
		s, err := setting(nodes[i], resolved(nodes[i+1]))
		if err != nil {
			return nil, err
		}
		if first, twice := lines[s.Key]; twice {
			return nil, fmt.Errorf("line %d: %q stands in line %d already", s.Line, s.Key, first)
		}
		lines[s.Key] = s.Line
		list = append(list, s)
	}
	return list, nil
}

func setting(key, value *yaml.Node) (Setting, error) {
	s := Setting{Key: key.Value, Line: key.Line}
	if key.Kind != yaml.ScalarNode {
		return s, fmt.Errorf("line %d: a key is a single word", key.Line)
	}
	entries := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		s.List, entries = true, value.Content
	}
	for _, e := range entries {
		e = resolved(e)
		if e.Kind != yaml.ScalarNode {
			return s, fmt.Errorf("line %d: %q holds settings of its own: want a value, or a list of values", e.Line, s.Key)
		}
		if e.Tag == "!!null" {
			return s, fmt.Errorf("line %d: %q has no value: give one, \"\" for an empty one, or leave the key out", s.Line, s.Key)
		}
		s.Values = append(s.Values, e.Value)
	}
	return s, nil
}

// resolved is what an alias stands for.
func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}
