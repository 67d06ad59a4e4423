package crossencoder

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/rerank"
)

// Calibration of the model's logits, from its config.json.
func (m *Model) Calibration() rerank.Calibration { return m.calibration }

// Own is what config.json says under "splitrank", which only models made for
// this program have:
//
//	{"splitrank": {"calibration": {"logit": 0.4, "heuristic": 5, "first_stage": 8, "shift": -3}, "spread": 0.002}}
type Own struct {
	Calibration rerank.Calibration `json:"calibration"`
	// Spread is by how much a score was found to change with its company.
	Spread float32 `json:"spread"`
}

// ReadOwn reads it from a model's folder.
func ReadOwn(folder fs.FS) (Own, error) {
	var config struct {
		Own Own `json:"splitrank"`
	}
	data, err := fs.ReadFile(folder, "config.json")
	if err == nil {
		err = json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &config)
	}
	if err == nil {
		err = config.Own.Calibration.Validate()
	}
	if err != nil {
		return Own{}, fmt.Errorf("reading what config.json says of splitrank: %w", err)
	}
	return config.Own, nil
}

// folder of a model's files.
func folder(files *hub.Model) fs.FS {
	if files.Inside != nil {
		return files.Inside
	}
	return os.DirFS(files.Dir)
}
