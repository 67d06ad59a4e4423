package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// imageName is the name of the image before its tag.
const imageName = "splitrank"

// writeArchive writes an image as one file in the OCI image layout. It has the
// list that `docker load` reads, too, as those that docker itself writes.
func writeArchive(img v1.Image, version, out string) error {
	folder, err := os.MkdirTemp(filepath.Dir(out), ".layout-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if err := writeLayout(img, version, folder); err != nil {
		return fmt.Errorf("writing the image: %w", err)
	}
	return archiveFolder(folder, out)
}

func writeLayout(img v1.Image, version, folder string) error {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	path, err := layout.Write(folder, index)
	if err != nil {
		return err
	}
	err = path.AppendImage(img, layout.WithPlatform(v1.Platform{OS: "linux", Architecture: "amd64"}), layout.WithAnnotations(map[string]string{
		"org.opencontainers.image.ref.name": version,
		"io.containerd.image.name":          "docker.io/library/" + imageName + ":" + version,
	}))
	if err != nil {
		return err
	}
	return writeDockerList(img, version, folder)
}

// dockerImage is an entry of manifest.json, which docker load reads.
type dockerImage struct {
	Config   string
	RepoTags []string
	Layers   []string
}

func writeDockerList(img v1.Image, version, folder string) error {
	config, err := img.ConfigName()
	if err != nil {
		return err
	}
	layers, err := img.Layers()
	if err != nil {
		return err
	}
	list := dockerImage{Config: blob(config), RepoTags: []string{imageName + ":" + version, imageName + ":latest"}}
	for _, l := range layers {
		digest, err := l.Digest()
		if err != nil {
			return err
		}
		list.Layers = append(list.Layers, blob(digest))
	}
	text, err := json.Marshal([]dockerImage{list})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "manifest.json"), text, 0o644)
}

func blob(h v1.Hash) string { return "blobs/" + h.Algorithm + "/" + h.Hex }

// archiveFolder writes a folder as a tar file that is there whole or not at all.
func archiveFolder(folder, out string) (err error) {
	entries, err := folderEntries(folder)
	if err != nil {
		return err
	}
	f, err := os.Create(out + ".new")
	if err != nil {
		return err
	}
	defer os.Remove(out + ".new")
	if err := writeTar(f, entries); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(out+".new", out)
}

// report prints what was made.
func report(img v1.Image, out string) error {
	digest, err := img.Digest()
	if err != nil {
		return err
	}
	size, err := compressed(img)
	if err != nil {
		return err
	}
	_, err = fmt.Printf("%s  %s  %.1f MB compressed\n", out, digest, float64(size)/1e6)
	return err
}

// compressed is the size of all layers, in bytes.
func compressed(img v1.Image) (total int64, err error) {
	layers, err := img.Layers()
	if err != nil {
		return 0, err
	}
	for _, l := range layers {
		size, err := l.Size()
		if err != nil {
			return 0, err
		}
		total += size
	}
	return total, nil
}
