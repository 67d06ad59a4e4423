package ort

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// env is an environment of its own.
func env(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

func TestFindLibrary(t *testing.T) {
	name := libraryNames(runtime.GOOS)[0]
	dir := t.TempDir()
	for _, at := range []string{"chosen/any.so", "cache/splitrank/ort/" + Version + "/" + name, "home/.cache/splitrank/ort/" + Version + "/" + name, "system/" + libraryNames(runtime.GOOS)[1]} {
		write(t, dir, at, "x")
	}
	system := "LD_LIBRARY_PATH"
	if runtime.GOOS == "darwin" {
		system = "DYLD_LIBRARY_PATH"
	}
	in := func(path string) string { return filepath.Join(dir, filepath.FromSlash(path)) }
	cache, home := in("cache"), in("home")
	tests := []struct {
		name string
		env  map[string]string
		want string
	}{
		{"chosen", map[string]string{EnvLibrary: in("chosen/any.so"), "XDG_CACHE_HOME": cache}, in("chosen/any.so")},
		{"cache", map[string]string{"XDG_CACHE_HOME": cache, "HOME": home}, in("cache/splitrank/ort/" + Version + "/" + name)},
		{"home", map[string]string{"HOME": home, system: in("system")}, in("home/.cache/splitrank/ort/" + Version + "/" + name)},
		{"relative cache", map[string]string{"XDG_CACHE_HOME": "cache", "HOME": home}, in("home/.cache/splitrank/ort/" + Version + "/" + name)},
		{"system", map[string]string{system: "relative" + string(filepath.ListSeparator) + in("system")}, in("system/" + libraryNames(runtime.GOOS)[1])},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := FindLibrary(env(tt.env)); err != nil || got != tt.want {
				t.Errorf("%q, error %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestFindLibraryInWorkingFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, ".", "mine.so", "x")
	got, err := FindLibrary(env(map[string]string{EnvLibrary: "mine.so"}))
	if err != nil || !filepath.IsAbs(got) || filepath.Base(got) != "mine.so" {
		t.Errorf("%q, error %v, want an absolute path", got, err)
	}
}

func TestLibraryNotFound(t *testing.T) {
	if _, err := FindLibrary(env(map[string]string{"HOME": t.TempDir()})); err != nil { // else the system has one
		if !errors.Is(err, ErrNoLibrary) {
			t.Errorf("error %v, want %v", err, ErrNoLibrary)
		}
		wantError(t, err, EnvLibrary)
	}
	_, err := FindLibrary(env(map[string]string{EnvLibrary: "/no/such/file"}))
	wantError(t, err, `SPLITRANK_ORT_LIB names "/no/such/file", which is no file`)
	_, err = FindLibrary(env(map[string]string{EnvLibrary: t.TempDir()}))
	wantError(t, err, "which is no file")
}

func TestSystemFolders(t *testing.T) {
	tests := []struct {
		goos, goarch, want string
	}{
		{"linux", "amd64", "/usr/lib/x86_64-linux-gnu"},
		{"linux", "arm64", "/usr/lib/aarch64-linux-gnu"},
		{"darwin", "arm64", "/opt/homebrew/lib"},
	}
	for _, tt := range tests {
		t.Run(tt.goos+"-"+tt.goarch, func(t *testing.T) {
			if got := systemFolders(env(nil), tt.goos, tt.goarch); !slices.Contains(got, tt.want) {
				t.Errorf("%v, want %s among them", got, tt.want)
			}
		})
	}
}

// The installer and the program look for the same version.
func TestVersion(t *testing.T) {
	script, err := os.ReadFile("install.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(script), `const version = "`+Version+`";`) {
		t.Errorf("install.mjs does not install %s", Version)
	}
}

// asStarter has the test program start the libraries named in it, one after
// the other, and print what came of it: a process can load only one.
const asStarter = "SPLITRANK_TEST_START"

func TestMain(m *testing.M) {
	paths := os.Getenv(asStarter)
	if paths == "" {
		os.Exit(m.Run())
	}
	for _, path := range filepath.SplitList(paths) {
		if err := Start(path); err != nil {
			println(err.Error())
		} else {
			println("started")
		}
	}
}

// start returns what a fresh process says to the libraries, line by line.
func start(t *testing.T, paths ...string) []string {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), asStarter+"="+strings.Join(paths, string(filepath.ListSeparator)))
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func TestWrongLibrary(t *testing.T) {
	library(t) // without cgo everything fails alike
	dir := t.TempDir()
	write(t, dir, "text.so", "this is no library")
	tests := []struct {
		name string
		path string
		want string
	}{
		{"missing", filepath.Join(dir, "missing.so"), "missing.so"},
		{"text", filepath.Join(dir, "text.so"), "text.so"},
		{"another library", compile(t, "int splitrank_test(void) { return 1; }"), "OrtGetApiBase"},
		{"too old", compile(t, `
			static const void *get(unsigned version) { return 0; }
			static const char *name(void) { return "1.17.3"; }
			static const struct { const void *(*get)(unsigned); const char *(*name)(void); } base = {get, name};
			const void *OrtGetApiBase(void) { return &base; }`), "it is older than 1.24"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines := start(t, tt.path)
			if len(lines) != 1 || !strings.HasPrefix(lines[0], "loading libonnxruntime from \""+tt.path) || !strings.Contains(lines[0], tt.want) {
				t.Errorf("%q, want one line with %q", lines, tt.want)
			}
		})
	}
}

// compile builds a shared library from C.
func compile(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "lib.c", source)
	cc, err := exec.Command("go", "env", "CC").Output()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "lib.so")
	words := append(strings.Fields(string(cc)), "-shared", "-fPIC", "-o", path, filepath.Join(dir, "lib.c"))
	if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

func TestStartAgain(t *testing.T) {
	library(t)
	good, err := FindLibrary(os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(t.TempDir(), "missing.so")
	lines := start(t, bad, good, good, bad)
	if len(lines) != 4 || lines[1] != "started" || lines[2] != "started" ||
		!strings.Contains(lines[0], "missing.so") || !strings.Contains(lines[3], "already loaded from") {
		t.Errorf("%q, want an error, two starts and an error", lines)
	}
}
