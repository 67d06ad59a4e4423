package cli

import (
	"embed"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// completionCmd prints what a shell needs to complete command lines. The scripts ask
// the program itself, so that they know what it knows.
type completionCmd struct {
	Shell string `arg:"" name:"SHELL" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help implements kong.HelpProvider.
func (completionCmd) Help() string {
	return `  source <(splitrank completion bash)              # in ~/.bashrc
  splitrank completion zsh > ~/.zfunc/_splitrank   # a folder of $fpath
  splitrank completion fish > ~/.config/fish/completions/splitrank.fish`
}

//go:embed completion/splitrank.bash completion/splitrank.zsh completion/splitrank.fish
var completionScripts embed.FS

// Run prints the script.
func (c *completionCmd) Run(env *Env) error {
	script, err := completionScripts.ReadFile("completion/splitrank." + c.Shell)
	if err != nil {
		return err
	}
	_, err = env.Stdout.Write(script)
	return err
}

// completeCmd answers those scripts: first what kind of thing may follow, words, files
// or dirs (besides the words), then a word on each line, with a tab and what it means.
type completeCmd struct {
	Words []string `arg:"" name:"WORD" optional:"" passthrough:"" help:"The command line, the last word being typed."`
}

// Run completes.
func (c *completeCmd) Run(env *Env, ctx *kong.Context) error {
	words := c.Words
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	return complete(ctx.Model.Node, words).write(env.Stdout)
}

// Kinds of what may follow, besides words.
const (
	followWords = "words"
	followFiles = "files"
	followDirs  = "dirs"
)

// completions are what may follow.
type completions struct {
	kind  string
	words []completedWord
}

type completedWord struct{ word, help string }

func (c completions) write(w io.Writer) error {
	var out strings.Builder
	fmt.Fprintln(&out, c.kind)
	for _, word := range c.words {
		fmt.Fprintf(&out, "%s\t%s\n", word.word, word.help)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// startingWith drops the words that do not begin as typed.
func (c completions) startingWith(typed string) completions {
	kept := completions{kind: c.kind}
	for _, word := range c.words {
		if strings.HasPrefix(word.word, typed) {
			kept.words = append(kept.words, word)
		}
	}
	return kept
}
