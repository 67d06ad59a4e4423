package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

func TestContainerfileRefuses(t *testing.T) {
	for _, test := range []struct{ name, text, says string }{
		{"a shell", "FROM scratch\nENTRYPOINT splitrank serve\n", "ENTRYPOINT wants a shell"},
		{"a shell for the health", "FROM scratch\nHEALTHCHECK CMD splitrank healthcheck\n", "HEALTHCHECK wants a shell"},
		{"what only a daemon can do", "FROM scratch\nRUN [\"/bin/true\"]\n", "RUN in the last stage"},
		{"another base", "FROM debian\nUSER 1\n", "from debian"},
		{"a variable", "FROM scratch\nENV HOME=\"$WHERE/x\"\n", "HOME has the variable WHERE"},
		{"a slip", "FROM scratch\nENTRYPIONT [\"x\"]\n", "ENTRYPIONT"},
		{"nothing", "", "file with no instructions"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "Containerfile")
			if err := os.WriteFile(file, []byte(test.text), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := readContainerfile(file); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, want %q", err, test.says)
			}
		})
	}
}

// Values are without the quotes that they are written in.
func TestContainerfileValuesAreUnquoted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "Containerfile")
	if err := os.WriteFile(file, []byte("FROM scratch\nLABEL a=\"two words\" b='x'\nENV P=\"/usr/bin\" Q=plain \\\n R=\"say \\\"hi\\\"\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := readContainerfile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(l.config.Env, "|"); got != `P=/usr/bin|Q=plain|R=say "hi"` || l.config.Labels["a"] != "two words" || l.config.Labels["b"] != "x" {
		t.Errorf("environment %s, labels %q", got, l.config.Labels)
	}
}

// The stage that builds has the Go that the project asks for, or a patch of it.
func TestContainerfileBuildsWithTheProjectsGo(t *testing.T) {
	text, err := os.ReadFile("../Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	module, err := os.ReadFile("../../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(module), "\ngo ")
	version, _, _ := strings.Cut(rest, "\n")
	minor := version[:strings.LastIndex(version, ".")+1]
	if want := "FROM golang:" + minor; !strings.Contains(string(text), "\n"+want) {
		t.Errorf("no line %q… in the Containerfile", want)
	}
}

// Equal files make equal images, whenever and wherever they were written, and equal
// contents however the layers are compressed.
func TestImageIsReproducible(t *testing.T) {
	contents := map[string]bool{}
	for how, media := range map[compression]types.MediaType{byZstd: types.OCILayerZStd, byGzip: types.OCILayer} {
		digests := map[string]bool{}
		for _, day := range []time.Time{time.Unix(1e9, 0), time.Unix(1.5e9, 0)} {
			from := sampleSources(t, day)
			from.compression = how
			img, err := build(from)
			if err != nil {
				t.Fatal(err)
			}
			consistent(t, writtenAndRead(t, img))
			manifest, err := img.Manifest()
			if err != nil {
				t.Fatal(err)
			}
			file, err := img.ConfigFile()
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range manifest.Layers {
				digests[l.Digest.String()] = true
				if l.MediaType != media {
					t.Errorf("a layer by %s is of the type %s, want %s", how, l.MediaType, media)
				}
			}
			for _, l := range file.RootFS.DiffIDs {
				contents[l.String()] = true
			}
			if len(digests) != len(manifest.Layers) {
				t.Errorf("%d digests of %d layers by %s: those of two days differ", len(digests), len(manifest.Layers), how)
			}
		}
		if len(contents) != len(digests) {
			t.Errorf("%d contents of %d layers: what is in them depends on the compression", len(contents), len(digests))
		}
	}
}

// consistent: each layer has the digests that manifest and configuration say of it,
// compressed and not. (The library's own validation reads gzip alone.)
func consistent(t *testing.T, img v1.Image) {
	t.Helper()
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	config, err := img.ConfigFile()
	if err != nil || len(layers) != len(config.RootFS.DiffIDs) {
		t.Fatalf("%d layers, error %v", len(layers), err)
	}
	for i, layer := range layers {
		want, err := layer.Digest()
		if got := digestOf(t, layer.Compressed); err != nil || got != want {
			t.Errorf("layer %d: digest %s, the manifest says %s, error %v", i, got, want, err)
		}
		if got := digestOf(t, layer.Uncompressed); got != config.RootFS.DiffIDs[i] {
			t.Errorf("layer %d: digest of its contents %s, the configuration says %s", i, got, config.RootFS.DiffIDs[i])
		}
	}
}

func digestOf(t *testing.T, open func() (io.ReadCloser, error)) v1.Hash {
	t.Helper()
	from, err := open()
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	digest, _, err := v1.SHA256(from)
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

// writtenAndRead is an image as an engine finds it.
func writtenAndRead(t *testing.T, img v1.Image) v1.Image {
	t.Helper()
	path, err := layout.Write(t.TempDir(), empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := path.AppendImage(img); err != nil {
		t.Fatal(err)
	}
	digest, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}
	read, err := path.Image(digest)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func TestCompressionIsKnown(t *testing.T) {
	for _, name := range []string{"zstd", "gzip"} {
		if c, err := parseCompression(name); err != nil || string(c) != name {
			t.Errorf("%s: %q, %v", name, c, err)
		}
	}
	for _, name := range []string{"", "xz", "ZSTD"} {
		if _, err := parseCompression(name); err == nil || !strings.Contains(err.Error(), "want zstd or gzip") {
			t.Errorf("%q: error %v", name, err)
		}
	}
}

func sampleSources(t *testing.T, day time.Time) sources {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"root/etc/os-release": "ID=debian\n", "root/var/lib/splitrank/.keep": "", "splitrank": "program", "library": "library", "LICENSE": "licence",
	} {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, day, day); err != nil {
			t.Fatal(err)
		}
	}
	in := func(name string) string { return filepath.Join(folder, name) }
	return sources{
		containerfile: "../Containerfile", debian: in("root"), program: in("splitrank"), library: in("library"), licence: in("LICENSE"), libraryLicence: in("LICENSE"),
		version: "v1", revision: "abc", architecture: "amd64", created: time.Unix(1, 0).UTC(), compression: byZstd,
	}
}

func TestVersionsCompareByNumber(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"2.9", "2.36", -1}, {"2.36", "2.36", 0}, {"2.36", "2.2.5", 1}, {"2.34", "", 1}, {"", "", 0}} {
		if got := compareVersions(test.a, test.b); got != test.want {
			t.Errorf("%q and %q: %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

// What the image is made of stands beside it, each part with its digest.
func TestImageIsDescribed(t *testing.T) {
	from := sampleSources(t, time.Unix(1e9, 0))
	folder := t.TempDir()
	from.lock, from.sbom, from.libraryVersion = "../debian/packages.lock", filepath.Join(folder, "in.json"), "1.2.3"
	if err := os.WriteFile(from.sbom, []byte(`{"bomFormat":"CycloneDX","metadata":{"timestamp":"now"},"components":[{"name":"chi"}]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	img, err := build(from)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(folder, "image.tar")
	if err := errors.Join(writeArchive(img, "v1", out), describe(img, from, out)); err != nil {
		t.Fatal(err)
	}
	digest, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}
	packages, err := pinned(from.lock)
	if err != nil || len(packages) < 5 {
		t.Fatalf("%d packages (%v)", len(packages), err)
	}
	for file, wants := range map[string][]string{
		"provenance.json":    {digest.Hex, `"gitCommit": "abc"`, "pkg:npm/onnxruntime-node@1.2.3"},
		"splitrank.cdx.json": {`"name": "chi"`, `"1970-01-01T00:00:01Z"`, `"name": "libonnxruntime"`},
	} {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range packages {
			wants = append(wants, p.sha256)
		}
		for _, want := range wants {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s does not say %s", file, want)
			}
		}
	}
}

func TestPinsAreWhole(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lock")
	if err := os.WriteFile(file, []byte("# pins\nlibc6 2.36 amd64\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := pinned(file); err == nil || !strings.Contains(err.Error(), "libc6") {
		t.Errorf("error %v", err)
	}
}
