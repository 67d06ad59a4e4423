package notices

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// module is one that is linked.
type module struct{ path, version, dir string }

// TestNotices: every module that is linked has its licence here, as it stands in
// its own folder, and no other has.
func TestNotices(t *testing.T) {
	want := write(licences(t, linked(t)))
	if *update {
		if err := os.WriteFile("notices.txt", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(want) != text {
		t.Errorf("notices.txt is not of the modules that are linked: go test ./server/internal/notices -update writes it anew")
	}
}

// linked are the modules of everything that ships.
func linked(t *testing.T) []module {
	t.Helper()
	found := map[string]module{"Go": {"Go, its standard library and wasm_exec.js", "", goEnv(t, "GOROOT")}}
	for _, build := range []struct {
		env      []string
		packages []string
	}{
		{[]string{"GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=1"}, []string{"./server"}},
		{[]string{"GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0"}, []string{"./server"}},
		{[]string{"GOOS=darwin", "GOARCH=arm64", "CGO_ENABLED=0"}, []string{"./server"}},
		{[]string{"GOOS=js", "GOARCH=wasm"}, []string{"./wasm/browser", "./wasm/edge"}},
	} {
		args := append([]string{"list", "-deps", "-f", "{{with .Module}}{{.Path}}\t{{.Version}}\t{{.Dir}}\t{{.Main}}{{end}}"}, build.packages...)
		c := exec.Command("go", args...)
		c.Dir, c.Env = "../../..", append(os.Environ(), build.env...)
		out, err := c.Output()
		if err != nil {
			t.Fatalf("go %s: %v", strings.Join(args, " "), err)
		}
		for line := range strings.Lines(string(out)) {
			if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 4 && f[3] == "false" {
				found[f[0]] = module{f[0], f[1], f[2]}
			}
		}
	}
	var list []module
	for _, m := range found {
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b module) int { return strings.Compare(a.path, b.path) })
	return list
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// licence is a text, and whose it is.
type licence struct {
	of   []string
	text string
}

func licences(t *testing.T, modules []module) (all []licence) {
	t.Helper()
	at := map[string]int{}
	for _, m := range modules {
		texts := textsOf(t, m)
		if len(texts) == 0 {
			t.Errorf("%s has no licence in %s", m.path, m.dir)
		}
		for _, text := range texts {
			i, known := at[text]
			if !known {
				i = len(all)
				at[text], all = i, append(all, licence{text: text})
			}
			all[i].of = append(all[i].of, strings.TrimSpace(m.path+" "+m.version))
		}
	}
	return all
}

// textsOf a module: its licences and what it wants to be said beside.
func textsOf(t *testing.T, m module) (texts []string) {
	t.Helper()
	entries, err := os.ReadDir(m.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.HasPrefix(name, "LICENSE") && !strings.HasPrefix(name, "LICENCE") && !strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "NOTICE") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(m.dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n")))
	}
	return texts
}

func write(all []licence) []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, "What ships in splitrank beside its own code, and under which licences.")
	for _, l := range all {
		fmt.Fprintf(&b, "\n%s\n%s\n%s\n\n%s\n", strings.Repeat("=", 78), strings.Join(l.of, "\n"), strings.Repeat("-", 78), l.text)
	}
	return b.Bytes()
}
