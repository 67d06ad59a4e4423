package modelfiles

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/limitedfile"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// Digest stands for the files of the model: the graph and its weights, the
// tokenizer, the configuration, and how its logits are read. It takes as long as
// they are large.
func (d Description) Digest() (string, error) {
	h := sha256.New()
	if err := d.AddFiles(h); err != nil {
		return "", err
	}
	if late := d.settings.LateInteraction; late != nil {
		fmt.Fprint(h, "compared as ", late.Spelled())
	}
	addCalibration(h, d.settings.Calibration)
	return fmt.Sprintf("sha256:%x", h.Sum(nil)), nil
}

func addFiles(h io.Writer, of *hub.Files) error {
	files := of.FS()
	names, err := identityFiles(files, of)
	if err == nil {
		err = addConfig(h, files)
	}
	if of.Remote && errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	for _, name := range names {
		if err == nil {
			err = addFile(h, files, name)
		}
	}
	return err
}

// addCalibration adds nothing of what has no say, so that digests from before it could
// have one hold.
func addCalibration(h io.Writer, c answer.Calibration) {
	fmt.Fprintf(h, "read as {%v %v %v}", c.Logit, c.Heuristic, c.Shift)
	if c.FirstStage != 0 {
		fmt.Fprintf(h, ", first stage %v", c.FirstStage)
	}
	if c.Rarity != 0 || c.Feedback != 0 {
		fmt.Fprintf(h, ", rarity %v, feedback %v", c.Rarity, c.Feedback)
	}
}

// AddTruncation adds nothing for the usual one, spelled out or not.
func AddTruncation(h io.Writer, t api.Truncation) {
	if t.Strategy == api.LongestFirst {
		fmt.Fprint(h, ", longest first")
	}
	if t.MaxQueryTokens > 0 {
		fmt.Fprintf(h, ", queries of %d", t.MaxQueryTokens)
	}
	if t.MaxDocumentTokens > 0 {
		fmt.Fprintf(h, ", documents of %d", t.MaxDocumentTokens)
	}
	if w := t.Windows; w != nil {
		fmt.Fprintf(h, ", at most %d windows of %d sharing %d, mean of two %v",
			cmp.Or(w.Count, api.DefaultWindows), w.Size, w.Stride, w.Score == api.BestTwoWindows)
	}
}

// addConfig adds config.json without what it says under "splitrank": see Settings.
// The spread that stands there counts by its effect, which Identity adds.
func addConfig(h io.Writer, files fs.FS) error {
	var config map[string]any
	data, err := limitedfile.ReadFS(files, "config.json", maxConfigBytes)
	if err == nil {
		err = json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &config)
	}
	if err != nil {
		return err
	}
	delete(config, "splitrank")
	return json.MarshalWrite(h, config, json.Deterministic(true))
}

// identityFiles has the files beside the graph whose names begin with its own,
// where large models keep their weights, and every other that the graph names. The
// graph of a remote model, if it lies there, makes no score.
func identityFiles(files fs.FS, of *hub.Files) ([]string, error) {
	names, onnx := []string{"tokenizer.json", "tokenizer_config.json"}, of.ONNX
	if of.Remote {
		return names, nil
	}
	folder, base := path.Split(onnx)
	entries, err := fs.ReadDir(files, path.Clean(folder))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), base) {
			names = append(names, path.Join(folder, e.Name()))
		}
	}
	external, err := externalFiles(files, onnx)
	for _, name := range external {
		if !slices.Contains(names, name) { // digests from before hold where the names alone found all
			names = append(names, name)
		}
	}
	return names, err
}

// addFile adds name, length and content; a file that is not there adds its name.
func addFile(h io.Writer, files fs.FS, name string) error {
	fmt.Fprintf(h, "%q", name)
	f, err := files.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := binary.Write(h, binary.BigEndian, info.Size()); err != nil {
		return err
	}
	_, err = io.Copy(h, f)
	return err
}
