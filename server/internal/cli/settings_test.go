package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func settingsFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "splitrank.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// withoutModelVariable takes away what TestMain sets, for a test that starts no model.
func withoutModelVariable(t *testing.T) {
	t.Setenv("SPLITRANK_MODEL", "") // which puts it back
	if err := os.Unsetenv("SPLITRANK_MODEL"); err != nil {
		t.Fatal(err)
	}
}

// shownSetting is the line of config show about a flag, of a command line.
func shownSetting(t *testing.T, name string, args ...string) string {
	t.Helper()
	code, stdout, stderr := command(t, "", append([]string{"config", "show"}, args...)...)
	if code != 0 {
		t.Fatalf("code %d: %s", code, stderr)
	}
	for _, line := range strings.Split(stdout, "\n") {
		if strings.HasPrefix(strings.TrimPrefix(line, "# "), name+":") {
			return line
		}
	}
	t.Fatalf("no %s in\n%s", name, stdout)
	return ""
}

// TestSettingsPrecedence: a flag goes before the environment, that before the file,
// and the file before the default.
func TestSettingsPrecedence(t *testing.T) {
	path := settingsFile(t, "threads: 3\n")
	if got := shownSetting(t, "threads"); got != "# threads: 0" {
		t.Errorf("by default %q", got)
	}
	if got := shownSetting(t, "threads", "serve", "--config", path); got != "threads: 3  # file: "+path {
		t.Errorf("in a file %q", got)
	}
	t.Setenv("SPLITRANK_CONFIG", path)
	if got := shownSetting(t, "threads"); got != "threads: 3  # file: "+path {
		t.Errorf("in a file that a variable names %q", got)
	}
	t.Setenv("SPLITRANK_THREADS", "4")
	if got := shownSetting(t, "threads"); got != "threads: 4  # environment: SPLITRANK_THREADS" {
		t.Errorf("in the environment %q", got)
	}
	if got := shownSetting(t, "threads", "serve", "--threads", "5"); got != "threads: 5  # flag" {
		t.Errorf("as a flag %q", got)
	}
}

// TestSettingsOfEveryKind: each kind of value arrives, also one that turns a default off.
func TestSettingsOfEveryKind(t *testing.T) {
	withoutModelVariable(t)
	path := settingsFile(t, `addr: 127.0.0.1:0
model: [one, "two,three"]
alias: [a=one]
page: false
cors-origins: ["https://a.example", "https://b.example"]
read-timeout: 7s
log-level: debug
max-in-flight-bytes: 123456
llm-max-cost-per-request: 0.25
`)
	for name, want := range map[string]string{
		"addr": "addr: 127.0.0.1:0", "model": `model: [one, 'two,three']`, "page": "page: false", "cors-origins": "cors-origins: ['https://a.example,https://b.example']",
		"read-timeout": "read-timeout: 7s", "log-level": "log-level: DEBUG", "max-in-flight-bytes": "max-in-flight-bytes: 123456", "llm-max-cost-per-request": "llm-max-cost-per-request: 0.25",
	} {
		if got, _, _ := strings.Cut(shownSetting(t, name, "serve", "--config", path), "  # "); got != want {
			t.Errorf("%s is shown as %q, want %q", name, got, want)
		}
	}
}

// TestShownSettingsAreSettings: what show prints, read again, says the same.
func TestShownSettingsAreSettings(t *testing.T) {
	withoutModelVariable(t)
	args := []string{"config", "show", "serve", "--addr", ":9", "--model", "a", "--model", "b: c", "--no-page", "--cors-origins", "https://a.example", "--llm-effort", "", "--shutdown-timeout", "90s"}
	_, first, stderr := command(t, "", args...)
	path := settingsFile(t, first)
	_, second, _ := command(t, "", "config", "show", "serve", "--config", path)
	if again := strings.ReplaceAll(second, "  # file: "+path, "  # flag"); stderr != "" || again != first {
		t.Errorf("first\n%s\nthen\n%s\n%s", first, again, stderr)
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	t.Setenv("SPLITRANK_QUERY_ID_KEY", "secret-sixteen-bytes")
	path := settingsFile(t, "api-keys: [secret-one, secret-two]\ncache-redis: redis://user:secret-three@host:6379/0\n")
	for _, format := range []string{"--json", "--no-json"} {
		args := []string{"config", "show", format, "serve", "--config", path}
		if format == "--no-json" {
			args = []string{"config", "show", "serve", "--config", path}
		}
		code, stdout, stderr := command(t, "", args...)
		if code != 0 || strings.Contains(stdout+stderr, "secret-") || strings.Count(stdout, "(hidden)") != 3 {
			t.Errorf("code %d: %s%s", code, stdout, stderr)
		}
	}
	if got := shownSetting(t, "cache-redis", "serve", "--cache-redis", "redis://host:6379"); got != "cache-redis: redis://host:6379  # flag" {
		t.Errorf("an address without a password is shown as %q", got)
	}
}

func TestSettingsRefused(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"an unknown key", "addr: :0\nlog_level: debug\n", `:2: unknown key "log_level", did you mean log-level?`},
		{"one with dashes", "--threads: 2\n", `:1: unknown key "--threads", did you mean threads`},
		{"one that is like no other", "colour: red\n", `unknown key "colour"; keys are the names of flags`},
		{"a flag for the command line only", "query: what\n", `unknown key "query"`},
		{"the file's own name", "config: other.yaml\n", `unknown key "config"`},
		{"no number", "threads: many\n", `expected a valid 64 bit int but got "many"`},
		{"a list where a value is wanted", "threads: [1, 2]\n", "want one value, not a list"},
		{"a word that is none of those", "log-format: yaml\n", `"yaml" is none of text, json`},
		{"no boolean", "page: perhaps\n", `"perhaps"`},
		{"what does not go together", "cache-redis: redis://host\ncache-size: 0\n", "--cache-redis is the second level of a cache"},
		{"keys that are empty", "api-keys: []\n", "--api-keys"},
		{"no value", "addr:\n", `"addr" has no value`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := settingsFile(t, tt.content)
			for _, args := range [][]string{{"serve", "--model", "none", "--config", path}, {"config", "check", path}} {
				code, stdout, stderr := command(t, "", args...)
				if code == 0 || stdout != "" || !strings.Contains(stderr, tt.want) || strings.Count(stderr, "\n") != 1 {
					t.Errorf("%s: code %d: %s", args[0], code, stderr)
				}
			}
		})
	}
}

func TestConfigCheck(t *testing.T) {
	path := settingsFile(t, "addr: 127.0.0.1:0\ndepth: 50\npipelines: [heuristic]\n")
	if code, stdout, stderr := command(t, "", "config", "check", path); code != 0 || stdout != path+": 3 settings, nothing is wrong\n" || stderr != "" {
		t.Errorf("keys of several commands: code %d: %s%s", code, stdout, stderr)
	}
	bad := settingsFile(t, "adr: 127.0.0.1:0\nthreads: x\ndepth: y\n")
	code, _, stderr := command(t, "", "config", "check", bad)
	if code != 1 || strings.Count(stderr, "\n") != 3 || !strings.Contains(stderr, bad+":2: threads:") || !strings.Contains(stderr, bad+":3: depth:") {
		t.Errorf("several errors: code %d: %s", code, stderr)
	}
	if code, _, stderr := command(t, "", "config", "check"); code != 1 || !strings.Contains(stderr, "no file to check") {
		t.Errorf("no file: code %d: %s", code, stderr)
	}
	t.Setenv("SPLITRANK_CONFIG", path)
	if code, stdout, _ := command(t, "", "config", "check"); code != 0 || !strings.HasPrefix(stdout, path) {
		t.Errorf("the variable's file: code %d: %s", code, stdout)
	}
	if code, _, stderr := command(t, "", "serve", "--config", path+".missing"); code != exitUsage || !strings.Contains(stderr, "no such file") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("a missing file: code %d: %s", code, stderr)
	}
	t.Setenv("SPLITRANK_CONFIG", "")
	if code, _, stderr := command(t, "", "serve"); code != exitUsage || !strings.Contains(stderr, "SPLITRANK_CONFIG is set and empty") {
		t.Errorf("set and empty: code %d: %s", code, stderr)
	}
	if code, _, stderr := command(t, "", "version"); code != 0 {
		t.Errorf("version needs settings: %s", stderr)
	}
}

func TestConfigCheckWarnsOfExposedSecrets(t *testing.T) {
	path := settingsFile(t, "api-keys: [secret-one]\ncache-redis: redis://host:6379\n")
	for mode, warnings := range map[os.FileMode]int{0o600: 0, 0o644: 1} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		code, _, stderr := command(t, "", "config", "check", path)
		if code != 0 || strings.Count(stderr, "warning") != warnings || strings.Contains(stderr, "secret-one") {
			t.Errorf("mode %o: code %d: %s", mode, code, stderr)
		}
	}
}

// TestServeFromFile: a server is what its file says.
func TestServeFromFile(t *testing.T) {
	path := settingsFile(t, "addr: 127.0.0.1:1\nmax-documents: 1\npage: false\n")
	url, end := serving(t, "--config", path, "--model", "none")
	defer end()
	if status, body := ask(t, url+"/rerank", question); status != 413 || !strings.Contains(body, "more than 1 entries") {
		t.Errorf("status %d: %s", status, body)
	}
	if status, _ := ask(t, url+"/", ""); status != 404 {
		t.Errorf("page switched off: status %d", status)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"addr", "log-level", "log-format", "model", "max-documents", "max-text-bytes", "threads"}
	tests := []struct{ name, want string }{
		{"adr", "addr"}, {"log_level", "log-level"}, {"Log-Level", "log-level"}, {"--threads", "threads"}, {"thread", "threads"}, {"models", "model"},
		{"log", "log-level log-format"}, {"max", "max-documents max-text-bytes"}, {"max-document", "max-documents"}, {"colour", ""}, {"", ""}, {"ad", ""},
	}
	for _, tt := range tests {
		if got := strings.Join(nearest(tt.name, names), " "); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"same", "same", 0}, {"ab", "ba", 2}}
	for _, tt := range tests {
		if got := editDistance(tt.a, tt.b); got != tt.want {
			t.Errorf("%q %q: %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
