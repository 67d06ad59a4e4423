package layers

import "strings"

// A pattern names packages: "a/b" is that package, "a/b/..." is it and all
// below it. Packages of this module go without the module path.
type pattern string

func (p pattern) matches(path string) bool {
	root, tree := strings.CutSuffix(string(p), "/...")
	return path == root || tree && strings.HasPrefix(path, root+"/")
}

type patterns []pattern

func (ps patterns) match(path string) bool {
	for _, p := range ps {
		if p.matches(path) {
			return true
		}
	}
	return false
}

// folders names the same packages to the go command, from the module's root.
func (ps patterns) folders() []string {
	var out []string
	for _, p := range ps {
		out = append(out, "./"+string(p))
	}
	return out
}
