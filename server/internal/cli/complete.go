package cli

import (
	"strings"

	"github.com/alecthomas/kong"
)

// complete says what the last of words may become. Words that a shell has parted at
// an equals sign are taken together again. See RATIONALE: why-shells-ask-the-program.
func complete(app *kong.Node, words []string) completions {
	typed, before := "", words
	if n := len(words); n > 0 {
		typed, before = words[n-1], words[:n-1]
	}
	if typed == "=" {
		typed, before = "", words
	}
	node, flag := follow(app, before)
	if name, value, ok := strings.Cut(typed, "="); ok && strings.HasPrefix(name, "--") {
		if flag = flagOf(node, name); flag != nil {
			return valuesOf(flag).startingWith(value).after(name + "=")
		}
	}
	switch {
	case flag != nil:
		return valuesOf(flag).startingWith(typed)
	case strings.HasPrefix(typed, "-"):
		return flagsOf(node).startingWith(typed)
	case len(node.Children) > 0:
		return commandsOf(node).startingWith(typed)
	case len(node.Positional) > 0:
		return argumentsOf(node.Positional[len(node.Positional)-1]).startingWith(typed)
	}
	return completions{kind: followWords}
}

// follow words to the command that they name, and the flag, if any, that waits for its
// value after them.
func follow(node *kong.Node, words []string) (*kong.Node, *kong.Flag) {
	var waiting *kong.Flag
	for _, word := range words {
		switch {
		case word == "=": // of the flag before it
		case waiting != nil:
			waiting = nil
		case strings.HasPrefix(word, "-"):
			if flag := flagOf(node, word); flag != nil && !flag.IsBool() {
				waiting = flag
			}
		default:
			if child := childOf(node, word); child != nil {
				node = child
			}
		}
	}
	return node, waiting
}

func childOf(node *kong.Node, name string) *kong.Node {
	for _, child := range node.Children {
		if child.Name == name {
			return child
		}
	}
	return nil
}

// flagOf a command or of those above it; nil for none, and for one that has its value.
func flagOf(node *kong.Node, word string) *kong.Flag {
	for _, flag := range allFlags(node) {
		if word == "--"+flag.Name || flag.Short != 0 && word == "-"+string(flag.Short) {
			return flag
		}
	}
	return nil
}

// allFlags of a command, of its default command, and of those above it.
func allFlags(node *kong.Node) (all []*kong.Flag) {
	if node.DefaultCmd != nil {
		all = append(all, node.DefaultCmd.Flags...)
	}
	for n := node; n != nil; n = n.Parent {
		all = append(all, n.Flags...)
	}
	return all
}

func commandsOf(node *kong.Node) completions {
	c := completions{kind: followWords}
	for _, child := range node.Children {
		if !child.Hidden {
			c.words = append(c.words, completedWord{child.Name, child.Help})
		}
	}
	return c
}

func flagsOf(node *kong.Node) completions {
	c := completions{kind: followWords}
	for _, flag := range allFlags(node) {
		if flag.Hidden {
			continue
		}
		c.words = append(c.words, completedWord{"--" + flag.Name, summary(flag.Help)})
		if flag.Tag.Negatable != "" {
			c.words = append(c.words, completedWord{"--no-" + flag.Name, summary(flag.Help)})
		}
	}
	return c
}

// summary is the first sentence of a help text.
func summary(help string) string {
	first, _, _ := strings.Cut(help, ". ")
	first, _, _ = strings.Cut(first, "\n")
	return strings.TrimSuffix(first, ".")
}

// valuesOf a flag: those that it lists, or what its placeholder names.
func valuesOf(flag *kong.Flag) completions {
	return named(flag.PlaceHolder, flag.Value)
}

func argumentsOf(arg *kong.Positional) completions { return named(arg.Name, arg) }

// named are the words and the kind of files that a placeholder such as NAME|DIR, or
// a list of values, stands for.
func named(placeholder string, value *kong.Value) completions {
	c := completions{kind: followWords}
	if value.Enum != "" {
		for _, word := range value.EnumSlice() {
			c.words = append(c.words, completedWord{word: word})
		}
		return c
	}
	for _, part := range strings.Split(placeholder, "|") {
		part, _, _ = strings.Cut(part, "[")
		switch {
		case part == "FILE" || part == "LOG" || strings.HasSuffix(part, ".json"):
			c.kind = followFiles
		case part == "DIR":
			c.kind = followDirs
		case part == "none":
			c.words = append(c.words, completedWord{word: part})
		case part == "NAME" && strings.HasSuffix(value.Name, "model") || part == "name":
			c.words = append(c.words, modelWords()...)
		}
	}
	return c
}

// modelWords are the models that have names here; a cache that cannot be read has none.
func modelWords() (words []completedWord) {
	words = append(words, completedWord{noModel, "no model: the heuristics alone"})
	h, err := hubFlags{Offline: true}.hub()
	if err != nil {
		return words
	}
	list, err := h.List()
	if err != nil {
		return words
	}
	for _, m := range list {
		words = append(words, completedWord{modelName(m.Entry), m.Entry.Purpose})
	}
	return words
}

// after puts what stands before the value in front of every word.
func (c completions) after(prefix string) completions {
	for i := range c.words {
		c.words[i].word = prefix + c.words[i].word
	}
	return c
}
