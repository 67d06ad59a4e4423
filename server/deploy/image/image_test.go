package main

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// archiveVariable names the image that is tested: make test-image builds it.
const archiveVariable = "SPLITRANK_IMAGE"

// mostBytes of the image by zstd: see RATIONALE: why-layers-are-compressed-by-zstd.
const mostBytes = 80e6

func archive(t *testing.T) v1.Image {
	t.Helper()
	file := os.Getenv(archiveVariable)
	if file == "" {
		t.Skipf("%s names no image: make test-image does", archiveVariable)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	folder := t.TempDir()
	untar(t, f, folder)
	index, err := layout.ImageIndexFromPath(folder)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil || len(manifest.Manifests) != 1 {
		t.Fatalf("error %v, %d images in the archive, want 1", err, len(manifest.Manifests))
	}
	img, err := index.Image(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestArchiveIsValid(t *testing.T) {
	img := archive(t)
	consistent(t, img)
	size, err := compressed(img)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MB compressed", float64(size)/1e6)
	if size > mostBytes {
		t.Errorf("%d bytes compressed, want %.0f at most", size, mostBytes)
	}
}

// What the image says of itself, as an engine reads it.
func TestArchiveStartsAsTheContainerfileSays(t *testing.T) {
	file, err := archive(t).ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	c := file.Config
	said := strings.Join([]string{file.OS, file.Architecture, c.User, strings.Join(append(c.Entrypoint, c.Cmd...), " ")}, "|")
	if want := "linux|amd64|65532:65532|/usr/local/bin/splitrank serve"; said != want {
		t.Errorf("the image is %s, want %s", said, want)
	}
	if c.Healthcheck == nil || strings.Join(c.Healthcheck.Test, " ") != "CMD /usr/local/bin/splitrank healthcheck" {
		t.Errorf("the check of its health is %+v", c.Healthcheck)
	}
	for _, label := range []string{"title", "description", "licenses", "source", "version", "revision", "created"} {
		if c.Labels["org.opencontainers.image."+label] == "" {
			t.Errorf("no label %s", label)
		}
	}
	stage, err := readContainerfile("../Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(c.Env, " "), strings.Join(stage.config.Env, " "); got != want || !slices.Contains(c.Env, "SPLITRANK_ADDR=:8000") {
		t.Errorf("environment %q, want %q", got, want)
	}
}

// What the Containerfile copies is there, and nothing that runs but splitrank.
func TestArchiveHoldsWhatTheContainerfileCopies(t *testing.T) {
	root := unpack(t, archive(t))
	stage, err := readContainerfile("../Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range stage.copies {
		if _, err := os.Stat(filepath.Join(root, c.DestPath)); err != nil {
			t.Error(err)
		}
	}
	for _, folder := range []string{"bin", "sbin", "usr/bin", "usr/sbin"} {
		if list, _ := os.ReadDir(filepath.Join(root, folder)); len(list) > 0 {
			t.Errorf("%d programs in /%s", len(list), folder)
		}
	}
}

// unpack makes a folder of an image's root. Everything in it belongs to who runs the test.
func unpack(t *testing.T, img v1.Image) string {
	t.Helper()
	root := t.TempDir()
	all := mutate.Extract(img)
	defer all.Close()
	untar(t, all, root)
	return root
}

func untar(t *testing.T, from io.Reader, folder string) {
	t.Helper()
	for archive := tar.NewReader(from); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err == nil {
			err = place(archive, h, filepath.Join(folder, filepath.FromSlash(h.Name)))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func place(from io.Reader, h *tar.Header, name string) error {
	switch h.Typeflag {
	case tar.TypeDir:
		return os.MkdirAll(name, 0o755)
	case tar.TypeSymlink:
		return os.Symlink(h.Linkname, name)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, os.FileMode(h.Mode&0o755))
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}
