package configfile

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Line is a setting as a line of a file: a value or a list of values.
func Line(key string, value any) (string, error) {
	node := yaml.Node{}
	if err := node.Encode(value); err != nil {
		return "", fmt.Errorf("writing %s: %w", key, err)
	}
	onOneLine(&node)
	text, err := yaml.Marshal(map[string]*yaml.Node{key: &node})
	if err != nil {
		return "", fmt.Errorf("writing %s: %w", key, err)
	}
	return strings.TrimSuffix(string(text), "\n"), nil
}

// onOneLine has a value written without line breaks.
func onOneLine(n *yaml.Node) {
	n.Style |= yaml.FlowStyle
	if n.Kind == yaml.ScalarNode && strings.ContainsAny(n.Value, "\n\r") {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, child := range n.Content {
		onOneLine(child)
	}
}
