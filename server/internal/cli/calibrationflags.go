package cli

import (
	"fmt"
	"strings"

	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/tune"
)

// calibrationFlags name what splitrank tune found.
type calibrationFlags struct {
	Calibration []string `sep:"none" placeholder:"FILE" help:"What splitrank tune found for a model: the budget of requests that name none, and how its scores are read. Repeatable, one for a model (default: none)."`
}

// tunings by the place of the model in a list that they were made for. A file
// that fits no model is an error: it would change nothing, in silence.
func (f calibrationFlags) tunings(loaded models) ([]rerank.Tuning, error) {
	list := make([]rerank.Tuning, len(loaded))
	if len(f.Calibration) == 0 {
		return list, nil
	}
	digests, err := loaded.digests()
	if err != nil {
		return nil, err
	}
	for _, path := range f.Calibration {
		file, err := tune.Read(path)
		if err != nil {
			return nil, err
		}
		at, err := f.modelOf(file, loaded, digests)
		if err == nil && list[at].Name != "" {
			err = fmt.Errorf("model %q has one already", loaded[at].Name())
		}
		if err != nil {
			return nil, fmt.Errorf("--calibration %s: %w", path, err)
		}
		list[at] = file.Tuning()
	}
	return list, nil
}

func (calibrationFlags) modelOf(file *tune.File, loaded models, digests []string) (int, error) {
	if file.Scorer != scorer() {
		return 0, fmt.Errorf("it was made with scorer %q and this program has %q: run splitrank tune again", file.Scorer, scorer())
	}
	for i, digest := range digests {
		if digest == file.Model.Digest {
			return i, nil
		}
	}
	if len(loaded) == 0 {
		return 0, fmt.Errorf("it was made for model %q, and no model is loaded", file.Model.Name)
	}
	return 0, fmt.Errorf("it was made for model %q (%s), and loaded is %s: run splitrank tune again", file.Model.Name, short(file.Model.Digest), loaded.described(digests))
}

func (list models) digests() ([]string, error) {
	digests := make([]string, len(list))
	for i, m := range list {
		var err error
		if digests[i], err = m.Digest(); err != nil {
			return nil, err
		}
	}
	return digests, nil
}

func (list models) described(digests []string) string {
	names := make([]string, len(list))
	for i, m := range list {
		names[i] = describe(m, digests[i])
	}
	return strings.Join(names, ", ")
}

func describe(m servedModel, digest string) string {
	return fmt.Sprintf("%q (%s)", m.Name(), short(digest))
}

// short is enough of a digest to tell two apart.
func short(digest string) string { return digest[:min(len(digest), len("sha256:")+12)] }
