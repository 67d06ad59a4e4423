package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// material is something that an image is made of and that splitrank's own list
// of modules does not know.
type material struct {
	name, version, purl, sha256 string
}

// materials are Debian's packages, as they are pinned, and libonnxruntime.
func materials(from sources) ([]material, error) {
	list, err := pinned(from.lock)
	if err != nil {
		return nil, err
	}
	digest, err := fileDigest(from.library)
	if err != nil {
		return nil, err
	}
	return append(list, material{"libonnxruntime", from.libraryVersion, "pkg:npm/onnxruntime-node@" + from.libraryVersion + "#libonnxruntime.so.1", digest}), nil
}

// pinned are the packages of packages.lock: name, version, architecture, SHA-256.
func pinned(lock string) (list []material, err error) {
	f, err := os.Open(lock)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if len(words) != 4 {
			return nil, fmt.Errorf("%s: %q is not name, version, architecture and SHA-256", lock, lines.Text())
		}
		purl := fmt.Sprintf("pkg:deb/debian/%s@%s?arch=%s&distro=bookworm", words[0], strings.ReplaceAll(words[1], "+", "%2B"), words[2])
		list = append(list, material{words[0], words[1], purl, words[3]})
	}
	return list, lines.Err()
}

func fileDigest(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// writeSBOM writes the CycloneDX list of the program with the materials added, beside
// the image. Its time is that of the commit.
func writeSBOM(from sources, list []material, out string) error {
	text, err := os.ReadFile(from.sbom)
	if err != nil {
		return err
	}
	var bom map[string]any
	if err := json.Unmarshal(text, &bom); err != nil {
		return fmt.Errorf("reading %s: %w", from.sbom, err)
	}
	metadata, ok := bom["metadata"].(map[string]any)
	components, also := bom["components"].([]any)
	if !ok || !also {
		return fmt.Errorf("%s is no list of components", from.sbom)
	}
	metadata["timestamp"] = from.created.Format("2006-01-02T15:04:05Z")
	for _, m := range list {
		components = append(components, map[string]any{
			"type": "library", "bom-ref": m.purl, "name": m.name, "version": m.version, "purl": m.purl,
			"hashes": []any{map[string]any{"alg": "SHA-256", "content": m.sha256}},
		})
	}
	bom["components"] = components
	return writeJSON(bom, filepath.Join(filepath.Dir(out), "splitrank.cdx.json"))
}

// resource is a thing with its digest, as in-toto names it.
type resource struct {
	Name   string            `json:"name,omitempty"`
	URI    string            `json:"uri,omitempty"`
	Digest map[string]string `json:"digest"`
}

// writeProvenance writes what the image was made of in the form of SLSA 1, beside it.
// Nobody signs it.
func writeProvenance(img v1.Image, from sources, list []material, out string) error {
	digest, err := img.Digest()
	if err != nil {
		return err
	}
	archive, err := fileDigest(out)
	if err != nil {
		return err
	}
	const home = "https://github.com/splitrank/splitrank"
	made := []resource{{URI: "git+" + home, Digest: map[string]string{"gitCommit": from.revision}}}
	for _, m := range list {
		made = append(made, resource{URI: m.purl, Digest: map[string]string{"sha256": m.sha256}})
	}
	return writeJSON(map[string]any{
		"_type":         "https://in-toto.io/Statement/v1",
		"subject":       []resource{{Name: imageName, Digest: map[string]string{"sha256": digest.Hex}}, {Name: filepath.Base(out), Digest: map[string]string{"sha256": archive}}},
		"predicateType": "https://slsa.dev/provenance/v1",
		"predicate": map[string]any{
			"buildDefinition": map[string]any{
				"buildType":            home + "/blob/main/server/deploy/README.md#the-image",
				"externalParameters":   map[string]any{"target": "image", "version": from.version, "platform": "linux/" + from.architecture},
				"resolvedDependencies": made,
			},
			"runDetails": map[string]any{"builder": map[string]any{"id": "make image"}},
		},
	}, filepath.Join(filepath.Dir(out), "provenance.json"))
}

func writeJSON(what any, file string) error {
	text, err := json.MarshalIndent(what, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
