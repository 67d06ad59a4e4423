package hub

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFromEnv(t *testing.T) {
	home := t.TempDir()
	write(t, home, map[string][]byte{".cache/huggingface/token": []byte("hf_stored\n"), "elsewhere": []byte("hf_elsewhere")})
	at := func(parts ...string) string { return filepath.Join(append([]string{home}, parts...)...) }
	cases := []struct {
		name string
		env  map[string]string
		want Config
	}{
		{"home", nil, Config{Cache: at(".cache", "huggingface", "hub"), Token: "hf_stored"}},
		{"XDG_CACHE_HOME", map[string]string{"XDG_CACHE_HOME": at("xdg")}, Config{Cache: at("xdg", "huggingface", "hub")}},
		{"HF_HOME", map[string]string{"HF_HOME": at("hf"), "XDG_CACHE_HOME": at("xdg")}, Config{Cache: at("hf", "hub")}},
		{"HF_HUB_CACHE", map[string]string{"HF_HUB_CACHE": at("c"), "HF_HOME": at("hf")}, Config{Cache: at("c")}},
		{"SPLITRANK_CACHE_DIR", map[string]string{"SPLITRANK_CACHE_DIR": at("s"), "HF_HUB_CACHE": at("c")}, Config{Cache: at("s"), Token: "hf_stored"}},
		{"HF_TOKEN", map[string]string{"HF_HOME": at("hf"), "HF_TOKEN": " hf_env\n"}, Config{Cache: at("hf", "hub"), Token: "hf_env"}},
		{"HF_TOKEN_PATH", map[string]string{"HF_HOME": at("hf"), "HF_TOKEN_PATH": at("elsewhere")}, Config{Cache: at("hf", "hub"), Token: "hf_elsewhere"}},
		{"HF_ENDPOINT", map[string]string{"HF_HOME": at("hf"), "HF_ENDPOINT": "https://mirror.example/hf/"}, Config{Cache: at("hf", "hub"), Endpoint: "https://mirror.example/hf/"}},
		{"HF_HUB_OFFLINE", map[string]string{"HF_HOME": at("hf"), "HF_HUB_OFFLINE": "YES"}, Config{Cache: at("hf", "hub"), Offline: true}},
		{"HF_HUB_OFFLINE=0", map[string]string{"HF_HOME": at("hf"), "HF_HUB_OFFLINE": "0"}, Config{Cache: at("hf", "hub")}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := FromEnv(func(name string) string {
				if name == "HOME" {
					return home
				}
				return c.env[name]
			})
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
}

func TestFromEnvWithoutAHome(t *testing.T) {
	if _, err := FromEnv(func(string) string { return "" }); err == nil {
		t.Error("it found a home")
	}
}

func TestNewRefuses(t *testing.T) {
	cases := map[string]struct {
		config Config
		says   string
	}{
		"no cache":     {Config{}, "no folder is named"},
		"no scheme":    {Config{Cache: "x", Endpoint: "huggingface.co"}, `reading the hub's address "huggingface.co" (HF_ENDPOINT)`},
		"ftp":          {Config{Cache: "x", Endpoint: "ftp://x"}, "want http(s)://HOST[/PATH]"},
		"password":     {Config{Cache: "x", Endpoint: "https://u:secret@x"}, `"https://u:xxxxx@x" (HF_ENDPOINT): want http(s)://HOST[/PATH]`},
		"line break":   {Config{Cache: "x", Token: "a\r\nX: y"}, "reading HF_TOKEN: it has characters that no token has"},
		"tries":        {Config{Cache: "x", Tries: -1}, "configuring the hub"},
		"waits":        {Config{Cache: "x", MinWait: time.Hour}, "configuring the hub"},
		"negative cap": {Config{Cache: "x", MaxBytes: -1}, "configuring the hub"},
	}
	for name, c := range cases {
		if _, err := New(c.config); err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "X: y") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v, want %q", name, err, c.says)
		}
	}
}

// A mirror may live below a path; a revision is one part of the address.
func TestAddress(t *testing.T) {
	h, err := New(Config{Cache: "x", Endpoint: "https://mirror.example/hf/"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := h.address("org/name", "resolve", "abc", "onnx/a b#.onnx"), "https://mirror.example/hf/org/name/resolve/abc/onnx/a%20b%23.onnx"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1 kB", 2_500_000: "2.5 MB", 91_000_000: "91 MB", 1_200_000_000: "1.2 GB"} {
		if got := Bytes(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}
