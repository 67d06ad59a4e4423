package main

import (
	"fmt"
	"path"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// build makes the image: three layers, those that change least first.
func build(from sources) (v1.Image, error) {
	stage, err := readContainerfile(from.containerfile)
	if err != nil {
		return nil, err
	}
	layers, err := layersOf(stage, from)
	if err != nil {
		return nil, err
	}
	img := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	for _, l := range layers {
		img, err = mutate.Append(img, mutate.Addendum{Layer: l.layer, MediaType: from.compression.mediaType(), History: v1.History{
			Created: v1.Time{Time: from.created}, CreatedBy: "make image", Comment: l.holds,
		}})
		if err != nil {
			return nil, fmt.Errorf("adding %s: %w", l.holds, err)
		}
	}
	return configured(img, stage.config, from)
}

func configured(img v1.Image, config v1.Config, from sources) (v1.Image, error) {
	file, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	config.Labels["org.opencontainers.image.version"] = from.version
	config.Labels["org.opencontainers.image.revision"] = from.revision
	config.Labels["org.opencontainers.image.created"] = from.created.Format("2006-01-02T15:04:05Z")
	file.OS, file.Architecture, file.Config, file.Created = "linux", from.architecture, config, v1.Time{Time: from.created}
	return mutate.ConfigFile(img, file)
}

// named is a layer, and what is in it in a word.
type named struct {
	holds string
	layer v1.Layer
}

func layersOf(stage last, from sources) ([]named, error) {
	entries, err := folderEntries(from.debian)
	if err != nil {
		return nil, err
	}
	base, err := newLayer(withOwner(entries, stage.config), from.compression)
	if err != nil {
		return nil, fmt.Errorf("packing %s: %w", from.debian, err)
	}
	list := []named{{"packages of Debian", base}}
	for _, part := range []struct{ holds, name, file string }{
		{"libonnxruntime", "libonnxruntime.so.1", from.library},
		{"licence of libonnxruntime", "onnxruntime.LICENSE", from.libraryLicence},
		{"licence", "LICENSE", from.licence},
		{"splitrank", "splitrank", from.program},
	} {
		target, err := stage.target("build", part.name)
		if err != nil {
			return nil, err
		}
		layer, err := newLayer(fileEntries(target, part.file, entries), from.compression)
		if err != nil {
			return nil, fmt.Errorf("packing %s: %w", part.file, err)
		}
		list = append(list, named{part.holds, layer})
	}
	return list, nil
}

// withOwner gives the volumes to the user of the image and lets everybody write into /tmp.
func withOwner(entries []entry, config v1.Config) []entry {
	for i := range entries {
		if _, volume := config.Volumes["/"+entries[i].name]; volume {
			entries[i].owner = userOf(config)
		}
		if entries[i].name == "tmp" || entries[i].name == "var/tmp" {
			entries[i].mode = 0o1777
		}
	}
	return entries
}

func userOf(config v1.Config) (uid int) {
	_, _ = fmt.Sscanf(config.User, "%d", &uid)
	return uid
}

// fileEntries is a file at a path, and those folders above it that are not in
// the layer below.
func fileEntries(target, file string, below []entry) []entry {
	known := map[string]bool{}
	for _, e := range below {
		known[e.name] = true
	}
	name := strings.TrimPrefix(target, "/")
	list := []entry{{name: name, source: file, mode: 0o644}}
	if strings.HasPrefix(name, "usr/local/bin/") {
		list[0].mode = 0o755
	}
	for folder := path.Dir(name); folder != "." && !known[folder]; folder = path.Dir(folder) {
		list = append([]entry{{name: folder, folder: true, mode: 0o755}}, list...)
	}
	return list
}
