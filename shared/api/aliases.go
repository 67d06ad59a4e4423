package api

import (
	"fmt"
	"strings"
)

// Aliases are names of models that stand for others: those that clients of other
// services send. "*" stands for every name that is unknown.
type Aliases map[string]string

// DefaultModel is what an alias names for the server's own choice, also where no
// model is loaded.
const DefaultModel = "default"

// anyName is the alias of all names that are unknown.
const anyName = "*"

// ParseAliases reads NAME=MODEL pairs.
func ParseAliases(pairs []string) (Aliases, error) {
	a := Aliases{}
	for _, pair := range pairs {
		name, model, ok := strings.Cut(pair, "=")
		name, model = strings.TrimSpace(name), strings.TrimSpace(model)
		if !ok || name == "" || model == "" {
			return nil, fmt.Errorf("alias %q is not NAME=MODEL, such as rerank-v3.5=splitrank-mini or *=%s", pair, DefaultModel)
		}
		if _, twice := a[name]; twice {
			return nil, fmt.Errorf("alias %q is given twice", name)
		}
		a[name] = model
	}
	return a, nil
}

// Resolve a name that a request gave: names of models stand for themselves.
// "" is the server's own choice. A name that nothing is known of comes back.
func (a Aliases) Resolve(name string, isModel func(string) bool) string {
	if name == "" || isModel(name) {
		return name
	}
	model, ok := a[name]
	if !ok {
		model, ok = a[anyName]
	}
	switch {
	case !ok:
		return name
	case model == DefaultModel:
		return ""
	}
	return model
}
