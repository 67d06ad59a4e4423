package crossencoder

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/limitedfile"
	"github.com/splitrank/splitrank/shared/answer"
)

// Calibration of the model's logits, from its config.json.
func (m *Model) Calibration() answer.Calibration { return m.calibration }

// ModelSettings are what config.json says under "splitrank", which only models made for
// this program have:
//
//	{"splitrank": {"calibration": {"logit": 0.4, "heuristic": 5, "first_stage": 8, "shift": -3}, "spread": 0.002}}
type ModelSettings struct {
	Calibration answer.Calibration `json:"calibration"`
	// Spread is by how much a score was found to change with its batch.
	Spread float32 `json:"spread"`
}

// maxConfigBytes bounds config.json, which has a few kilobytes.
const maxConfigBytes = 16 << 20

// ReadSettings reads it from a model's folder.
func ReadSettings(folder fs.FS) (ModelSettings, error) {
	var config struct {
		Settings ModelSettings `json:"splitrank"`
	}
	data, err := limitedfile.ReadFS(folder, "config.json", maxConfigBytes)
	if err == nil {
		err = json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &config)
	}
	if err == nil {
		err = config.Settings.Calibration.Validate()
	}
	if err != nil {
		return ModelSettings{}, fmt.Errorf("reading what config.json says of splitrank: %w", err)
	}
	return config.Settings, nil
}

// folder of a model's files.
func folder(files *hub.Files) fs.FS {
	if files.Builtin != nil {
		return files.Builtin
	}
	return os.DirFS(files.Dir)
}
