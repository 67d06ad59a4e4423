// Package modelfiles reads what the files of a model say about it, whatever its
// kind: its names, languages and settings, and the digest of all that its scores
// depend on.
package modelfiles

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/shared/answer"
)

// Description of a model.
type Description struct {
	names     []string // the first is told to callers
	languages []string // nil = not known
	files     hub.Files
	settings  Settings
	device    string                    // part of the digests; "" = the processor
	unspelled func(text string) float64 // nil = all can be spelled
}

// Describe reads the files of a model that was asked for as given: a name of the
// hub, with or without a variant, or a folder. A graph that draws on files which a
// digest could not speak of is refused.
func Describe(given string, files *hub.Files) (Description, error) {
	if files.ONNX != "" {
		if err := checkExternal(files); err != nil {
			return Description{}, err
		}
	}
	settings, err := settingsOf(files)
	if err != nil {
		return Description{}, err
	}
	d := Description{files: *files, settings: settings}
	d.names, d.languages = identify(given, files)
	if settings.Languages != nil {
		d.languages = settings.Languages
	}
	return d, nil
}

// Spelling is d of a model whose vocabulary cannot spell that share of the letters of a
// text.
func (d Description) Spelling(unspelled func(text string) float64) Description {
	d.unspelled = unspelled
	return d
}

// settingsOf a model. One that is sent texts elsewhere needs no config.json here.
func settingsOf(files *hub.Files) (Settings, error) {
	settings, err := ReadSettings(files.FS())
	if files.Remote && errors.Is(err, fs.ErrNotExist) {
		return Settings{}, nil
	}
	return settings, err
}

// WithLanguages is the description of a model whose languages are known, as ISO 639-1
// codes; nil = they are not.
func (d Description) WithLanguages(languages []string) Description {
	d.languages = languages
	return d
}

// On is the description of a model that runs on a device, as ort.Device.Spelled has it.
func (d Description) On(device string) Description {
	d.device = device
	return d
}

// Named is a description of a model without files, for tests.
func Named(names, languages []string) Description {
	return Description{names: names, languages: languages}
}

// identify names a model and says what it was trained on. A folder goes by its
// last part: where things lie on a server is no business of its callers.
// See RATIONALE: why-a-folder-is-called-by-its-last-part.
func identify(given string, files *hub.Files) (names, languages []string) {
	if files.Commit == "" && files.Builtin == nil {
		path, err := filepath.Abs(files.Dir)
		if err != nil {
			path = files.Dir
		}
		return []string{filepath.Base(path)}, nil
	}
	name := files.Name
	if suffix := ":" + files.Variant; strings.HasSuffix(given, suffix) {
		name += suffix
	}
	if files.Builtin != nil {
		entry, _ := hub.Lookup(name)
		return []string{name}, entry.Languages
	}
	names = []string{name, name[strings.IndexByte(name, '/')+1:]}
	if given != names[0] && given != names[1] {
		names = append(names, given)
	}
	if entry, ok := hub.Lookup(files.Name); ok {
		languages = entry.Languages
	}
	return names, languages
}

// Name is what answers call the model.
func (d Description) Name() string { return d.names[0] }

// Names are all that a request may call the model, Name first.
func (d Description) Names() []string { return d.names }

// Languages of the training data as ISO 639-1 codes; nil = not known.
func (d Description) Languages() []string { return d.languages }

// Builtin reports that the model is built in.
func (d Description) Builtin() bool { return d.files.Builtin != nil }

// Settings are what config.json says for this program.
func (d Description) Settings() Settings { return d.settings }

// Calibration of the model's logits, from its config.json.
func (d Description) Calibration() answer.Calibration { return d.settings.Calibration }

// AddFiles adds the digest of the files that a score depends on, and of the device.
func (d Description) AddFiles(h io.Writer) error {
	if err := addFiles(h, &d.files); err != nil {
		return fmt.Errorf("hashing model %q: %w", d.Name(), err)
	}
	_, err := io.WriteString(h, d.device)
	return err
}

// Dir is the folder of the files; "" = the model is built in.
func (d Description) Dir() string { return d.files.Dir }
