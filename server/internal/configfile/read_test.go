package configfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "splitrank.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRead(t *testing.T) {
	one := func(key string, line int, value string) Setting {
		return Setting{Key: key, Values: []string{value}, Line: line}
	}
	tests := []struct {
		name, content string
		want          []Setting
	}{
		{"empty", "", nil},
		{"blank", " \n\n", nil},
		{"comments", "# nothing\n", nil},
		{"null", "null\n", nil},
		{"yaml", "# where\naddr: :8000\npage: false\n", []Setting{one("addr", 2, ":8000"), one("page", 3, "false")}},
		{"json", "{\n\t\"addr\": \":8000\",\n\t\"threads\": 2\n}\n", []Setting{one("addr", 2, ":8000"), one("threads", 3, "2")}},
		{"numbers stay as they are written", "a: 1e3\nb: 0x10\nc: 007\n", []Setting{one("a", 1, "1e3"), one("b", 2, "0x10"), one("c", 3, "007")}},
		{"quoted", "a: \"\"\nb: 'none'\n", []Setting{one("a", 1, ""), one("b", 2, "none")}},
		{"lists", "a: [x, y]\nb:\n  - z\nc: []\n", []Setting{
			{Key: "a", Values: []string{"x", "y"}, List: true, Line: 1}, {Key: "b", Values: []string{"z"}, List: true, Line: 2}, {Key: "c", List: true, Line: 4},
		}},
		{"aliases", "a: &it x\nb: *it\nc: [*it]\n", []Setting{one("a", 1, "x"), one("b", 2, "x"), {Key: "c", Values: []string{"x"}, List: true, Line: 3}}},
		{"Hebrew", "a: שלום\n", []Setting{one("a", 1, "שלום")}},
		{"a byte order mark", "\ufeffa: x\n", []Setting{one("a", 1, "x")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Read(write(t, tt.content))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, f.Settings); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"no mapping", "- a\n", "line 1: want settings as key: value"},
		{"a word", "addr\n", "want settings as key: value"},
		{"no YAML", "a: [\n", "line"},
		{"settings in settings", "a:\n  b: c\n", `line 2: "a" holds settings of its own`},
		{"lists in lists", "a: [[b]]\n", `"a" holds settings of its own`},
		{"no value", "a: x\naddr:\n", `line 2: "addr" has no value`},
		{"no value in a list", "a: [x, null]\n", `"a" has no value`},
		{"twice", "a: x\nb: y\na: z\n", `line 3: "a" stands in line 1 already`},
		{"a list as key", "[a, b]: c\n", "a key is a single word"},
		{"two documents", "a: x\n---\nb: y\n", "more than one document"},
		{"too large", "a: " + strings.Repeat("x", maxBytes), "larger than"},
		{"an alias of itself", "a: &it [*it]\n", ""},
		{"a bomb", "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", `holds settings of its own`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, tt.content)
			_, err := Read(path)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v", err)
			}
		})
	}
	if _, err := Read(t.TempDir()); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Read(filepath.Join(t.TempDir(), "missing")); !os.IsNotExist(err) {
		t.Errorf("a missing file: %v", err)
	}
}

// TestLine: what is written reads as it was, on one line.
func TestLine(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  []string
	}{
		{"x", []string{"x"}}, {"", []string{""}}, {"true", []string{"true"}}, {true, []string{"true"}}, {-1.5, []string{"-1.5"}}, {"null", []string{"null"}},
		{"# no comment", []string{"# no comment"}}, {"a: b", []string{"a: b"}}, {"two\nlines", []string{"two\nlines"}}, {[]string{"two\r\nlines"}, []string{"two\r\nlines"}}, {"שלום", []string{"שלום"}},
		{[]string{"a", "b, c", ""}, []string{"a", "b, c", ""}}, {[]string{}, nil}, {strings.Repeat("long ", 100), []string{strings.Repeat("long ", 100)}},
	} {
		line, err := Line("key", tt.value)
		if err != nil || strings.Contains(line, "\n") {
			t.Errorf("%v: %q, %v", tt.value, line, err)
			continue
		}
		list, err := parse([]byte(line + "  # from somewhere"))
		if err != nil || len(list) != 1 || list[0].Key != "key" || !cmp.Equal(list[0].Values, tt.want) {
			t.Errorf("%v: %q reads as %+v, %v", tt.value, line, list, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("a: [x, y]\nb: 1\n"))
	f.Add([]byte("a: &it x\nb: *it\n"))
	f.Add([]byte(`{"a": "b"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := parse(data)
		for _, s := range list {
			if err == nil && (!s.List && len(s.Values) != 1 || s.Line < 1) {
				t.Errorf("%+v", s)
			}
		}
	})
}
