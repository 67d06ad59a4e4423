package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// follows is what may follow these words: the kind, and the words.
func follows(t *testing.T, words ...string) (string, []string) {
	t.Helper()
	code, stdout, stderr := command(t, "", append([]string{"complete", "--"}, words...)...)
	if code != 0 || stderr != "" {
		t.Fatalf("code %d: %s", code, stderr)
	}
	lines := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
	var found []string
	for _, line := range lines[1:] {
		word, _, _ := strings.Cut(line, "\t")
		found = append(found, word)
	}
	return lines[0], found
}

func TestComplete(t *testing.T) {
	tests := []struct {
		name, words, kind, want string
		most                    int // words at most, 0 = exactly those
	}{
		{"commands", "", "words", "serve rerank eval config completion", 20},
		{"the beginning of one", "ser", "words", "serve", 0},
		{"commands of a command", "config ", "words", "check show", 0},
		{"flags", "serve --log-", "words", "--log-format --log-level --log-queries", 0},
		{"flags that a family has by its default", "eval --data", "words", "--data", 0},
		{"flags of every command", "version --conf", "words", "--config", 0},
		{"a flag that can be taken back", "serve --no-pa", "words", "--no-page", 0},
		{"values", "serve --log-format ", "words", "text json", 0},
		{"a value after an equals sign", "serve --log-format=j", "words", "--log-format=json", 0},
		{"the same, as bash parts it", "serve --log-format = j", "words", "json", 0},
		{"nothing after it yet", "serve --log-format =", "words", "text json", 0},
		{"models and folders", "serve --model splitrank", "dirs", "splitrank-mini splitrank-small", 0},
		{"models", "models path ms-marco-MiniLM-L6", "words", "ms-marco-MiniLM-L6-v2", 5},
		{"files", "rerank ", "files", "", 0},
		{"files of a flag", "serve --config ", "files", "", 0},
		{"what is free", "serve --addr ", "words", "", 0},
		{"behind a flag with its value", "serve --threads 2 --log-f", "words", "--log-format", 0},
		{"shells", "completion ", "words", "bash zsh fish", 0},
		{"an unknown command", "bogus ", "words", "serve", 20},
		{"an unknown flag", "serve --bogus --log-f", "words", "--log-format", 0},
		{"what looks like a flag that is not there", "serve --bogus=", "words", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			words := strings.Split(tt.words, " ")
			kind, got := follows(t, words...)
			want := strings.Fields(tt.want)
			missing := slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(got, w) })
			if kind != tt.kind || missing || len(got) > max(tt.most, len(want)) {
				t.Errorf("%s %q, want %s %q", kind, got, tt.kind, want)
			}
		})
	}
	if kind, got := follows(t); kind != "words" || !slices.Contains(got, "serve") || slices.Contains(got, "complete") {
		t.Errorf("no words: %s %q", kind, got)
	}
}

// TestCompletionInShells has each shell that is here complete by its script.
func TestCompletionInShells(t *testing.T) {
	bin := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := "#!/bin/sh\n" + asProgram + "=1 exec '" + self + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(bin, "splitrank"), []byte(program), 0o700); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "my requests.json"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const bash = `source <(splitrank completion bash)
complete -p splitrank >/dev/null || exit 1
try() { COMP_WORDS=(splitrank "$@"); COMP_CWORD=$#; COMPREPLY=(); _splitrank splitrank; printf '%s|' "${COMPREPLY[@]}"; echo; }
try ser
try serve --log-format = j
try serve --log-level
try rerank my
try config ''`
	const fish = `source (splitrank completion fish | psub)
for line in 'splitrank ser' 'splitrank serve --log-format ' 'splitrank serve --log-l' 'splitrank rerank my' 'splitrank config '
  complete -C $line | string split -f1 \t | string join '|'
end`
	const zsh = `autoload -Uz compinit && compinit -D -u
source <(splitrank completion zsh)
(( $+functions[_splitrank] )) && [[ $_comps[splitrank] == _splitrank ]] || exit 1
_describe() { local -a all; all=("${(@P)2}"); print -r -- "${(j:|:)${(@)all%%:*}}" }
_files() { print -r -- "files $*" }
for line in 'ser' 'serve --log-format ' 'serve --log-l' 'rerank my' 'config '; do
  words=(splitrank "${(@s: :)line}"); CURRENT=$#words; _splitrank
done`
	for _, tt := range []struct{ shell, script, want string }{
		{"bash", bash, "serve|\njson|\n--log-level|\nmy requests.json|\ncheck|show|\n"},
		{"fish", fish, "serve\njson|text\n--log-level\nmy requests.json\ncheck|show\n"},
		{"zsh", zsh, "serve\ntext|json\n--log-level\nfiles \ncheck|show\n"},
	} {
		t.Run(tt.shell, func(t *testing.T) {
			path, err := exec.LookPath(tt.shell)
			if err != nil {
				t.Skipf("%s is not here", tt.shell)
			}
			run := exec.CommandContext(t.Context(), path, "-c", tt.script)
			run.Dir = folder
			run.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "HOME="+t.TempDir())
			out, err := run.CombinedOutput()
			if err != nil || string(out) != tt.want {
				t.Errorf("%v\n%s\nwant\n%s", err, out, tt.want)
			}
		})
	}
	if code, _, stderr := command(t, "", "completion", "powershell"); code != exitUsage || !strings.Contains(stderr, "powershell") {
		t.Errorf("another shell: code %d: %s", code, stderr)
	}
}
