package hub

import (
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
)

// DefaultVariant is the one that Pull takes when none is asked for.
const DefaultVariant = "fp32"

// target is what a name means.
type target struct {
	id      string // on the hub; "" for a folder
	folder  string // on this machine; "" for a model of the hub
	variant string // "" = not said
}

var (
	idPart      = `[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?`
	idShape     = regexp.MustCompile(`^` + idPart + `/` + idPart + `$`)
	variantForm = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$`)
	commitShape = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

// maxID is the hub's own bound on a name, and keeps folder names legal.
const maxID = 96

// parse reads FOLDER, NAME or ORG/NAME, each with an optional :VARIANT. An
// existing folder wins, as in every tool of this family. variant, where not
// empty, must not contradict the one in the name.
func parse(name, variant string) (target, error) {
	t, err := parseName(name)
	if err != nil {
		return target{}, err
	}
	if variant != "" && t.variant != "" && variant != t.variant {
		return target{}, fmt.Errorf("asking for variant %q of %q: the name says another", variant, name)
	}
	if t.variant == "" {
		t.variant = variant
	}
	if t.variant != "" && (!variantForm.MatchString(t.variant) || strings.Contains(t.variant, "..")) {
		return target{}, fmt.Errorf("asking for variant %q: %w: letters, digits and _ - . only", t.variant, ErrUnsafe)
	}
	return t, nil
}

func parseName(name string) (target, error) {
	if isFolder(name) {
		return target{folder: name}, nil
	}
	base, variant := name, ""
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		base, variant = name[:i], name[i+1:]
	}
	if variant != "" && isFolder(base) {
		return target{folder: base, variant: variant}, nil
	}
	if e, ok := Lookup(base); ok {
		return target{id: e.ID, variant: variant}, nil
	}
	if !validID(base) {
		return target{}, fmt.Errorf("%w %q: neither a folder nor in the catalogue (splitrank models list); other models go by ORG/NAME", ErrUnknown, name)
	}
	return target{id: base, variant: variant}, nil
}

// validID holds the hub's rule for names, which also makes them safe in paths.
func validID(id string) bool {
	return len(id) <= maxID && idShape.MatchString(id) && !strings.Contains(id, "--") && !strings.Contains(id, "..")
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// safePath refuses what could leave a folder: absolute names, "..", empty
// parts, backslashes, colons and control characters.
func safePath(path string) error {
	bad := func(r rune) bool { return r == '\\' || r == ':' || r < ' ' || r == 0x7f }
	if !fs.ValidPath(path) || path == "." || strings.ContainsFunc(path, bad) {
		return fmt.Errorf("%w %q: not a plain relative path", ErrUnsafe, path)
	}
	return nil
}
