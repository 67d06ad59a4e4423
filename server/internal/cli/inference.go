package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/splitrank/splitrank/server/internal/lateinteraction"
	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/model"
)

// inferenceFlags say where models are and how they run. They are the same for
// every command that loads one.
type inferenceFlags struct {
	Threads     int    `placeholder:"N" help:"Threads of a model (default: one for each processor)."`
	Device      string `default:"cpu" placeholder:"NAME" help:"What models run on: cpu; openvino, the processor by OpenVINO (make ort-openvino fetches it); openvino:bf16, the same in bf16, faster where the processor has that; cuda, with a libonnxruntime that has it (not tested); or the path of a plugin of ONNX Runtime, such as ./libprovider.so, with :cpu, :gpu or :npu behind it where not its first device is meant. Scores and vectors of different devices are kept apart (default ${default})."`
	MaxLength   int    `placeholder:"N" help:"Longest pair of query and document, in tokens; documents are cut to fit (default: what the model can read)."`
	BatchTokens int    `default:"1024" placeholder:"N" help:"Tokens in one run of a model, padding counted (default ${default})."`
	CacheDir    string `placeholder:"DIR" help:"Where models lie (default: $$HF_HUB_CACHE, $$HF_HOME/hub, or ~/.cache/huggingface/hub)."`

	FirstModel string `placeholder:"NAME" help:"Late-interaction model that chooses what the model of pipeline cascade reads, such as splitrank-mini before a cross-encoder; it is loaded where --model does not name it (default: the words choose)."`

	truncationFlags `embed:""`
}

// noModel stands for no model where models are named.
const noModel = "none"

// Validate refuses numbers that mean nothing.
func (f inferenceFlags) Validate() error {
	if f.Threads < 0 || f.MaxLength < 0 {
		return fmt.Errorf("--threads %d and --max-length %d: want 0 (the default) or more", f.Threads, f.MaxLength)
	}
	if f.BatchTokens < 1 {
		return fmt.Errorf("--batch-tokens %d: want 1 or more", f.BatchTokens)
	}
	if _, err := ort.ParseDevice(f.Device); err != nil {
		return fmt.Errorf("--device: %w", err)
	}
	return f.truncationFlags.Validate()
}

// queueFlags bound what waits for a model, where requests come as they like.
type queueFlags struct {
	QueueTokens int `default:"1048576" placeholder:"N" help:"Tokens that may wait for a model; requests beyond are refused with 429 (default ${default})."`
}

// Validate refuses a queue that holds nothing.
func (f queueFlags) Validate() error {
	if f.QueueTokens < 1 {
		return fmt.Errorf("--queue-tokens %d: want 1 or more", f.QueueTokens)
	}
	return nil
}

// device that Validate has let pass.
func (f inferenceFlags) device() ort.Device {
	d, _ := ort.ParseDevice(f.Device)
	return d
}

func (f inferenceFlags) options() lateinteraction.Options {
	return lateinteraction.Options{Options: modelserving.Options{Threads: f.Threads, Device: f.device(), MaxLength: f.MaxLength, BatchTokens: f.BatchTokens, Truncation: f.truncation()}}
}

// load loads the models of a list, in its order. An error is one line, and
// nothing stays loaded after it. When ctx is done it returns its cause at once:
// a model half read is given up, and closed should it be loaded after all.
// Where the list names nothing it is the default model, or none; then warn
// is called with the reason.
func (f inferenceFlags) load(ctx context.Context, list []string, o lateinteraction.Options, warn func(error)) (models, error) {
	names, err := modelNames(list)
	if err != nil {
		return nil, err
	}
	if len(trimmed(list)) == 0 {
		return f.loadDefault(ctx, o, warn)
	}
	if f.FirstModel != "" && !slices.Contains(names, f.FirstModel) {
		names = append(names, f.FirstModel)
	}
	var loaded models
	for _, name := range names {
		m, err := await(ctx, func() (servedModel, error) { return f.loadOne(name, o) }, closeUnused)
		if err != nil {
			return nil, errors.Join(err, loaded.close(context.Background()))
		}
		loaded = append(loaded, m)
	}
	return loaded, nil
}

// loadDefault loads the built-in models, if there are any. That they
// cannot be loaded, as without libonnxruntime, is no error: nobody asked for them.
// See RATIONALE: why-the-default-model-may-be-missing.
func (f inferenceFlags) loadDefault(ctx context.Context, o lateinteraction.Options, warn func(error)) (loaded models, err error) {
	inside := model.Builtin()
	for _, name := range model.Names() {
		if inside[name] == nil {
			continue
		}
		m, err := await(ctx, func() (servedModel, error) { return f.loadOne(name, o) }, closeUnused)
		if err == nil {
			loaded = append(loaded, m)
			continue
		}
		if closed := loaded.close(context.Background()); ctx.Err() != nil || closed != nil {
			return nil, errors.Join(context.Cause(ctx), closed)
		}
		if f.device() != ort.CPU {
			return nil, err // somebody asked for the device
		}
		warn(err)
		return nil, nil
	}
	return loaded, nil
}

// modelNames takes the spaces and the word none off a list.
func modelNames(list []string) ([]string, error) {
	names := trimmed(list)
	if slices.Contains(names, "") {
		return nil, errors.New("--model names a model without a name")
	}
	if !slices.Contains(names, noModel) {
		return names, nil
	}
	if len(names) > 1 {
		return nil, fmt.Errorf("--model %s goes with no other model", noModel)
	}
	return nil, nil
}

func (f inferenceFlags) loadOne(name string, o lateinteraction.Options) (servedModel, error) {
	hub, err := hubFlags{CacheDir: f.CacheDir}.hub()
	if _, builtin := model.Builtin()[name]; builtin && err != nil {
		hub, err = hubFlags{CacheDir: os.DevNull}.hub() // a service may have no home, and this model needs none
	}
	if err != nil {
		return nil, err
	}
	files, err := hub.Find(name)
	if err != nil {
		return nil, err
	}
	return loadFiles(name, files, o)
}

// models that a command has loaded.
type models []servedModel

// warm makes the first request as fast as any other.
func (list models) warm(ctx context.Context) error {
	for _, m := range list {
		if err := m.Warm(ctx); err != nil {
			return err
		}
	}
	return nil
}

// closeTimeout bounds the wait for pairs that nobody waits for any more.
const closeTimeout = 5 * time.Second

// close drains the queues and frees the models.
func (list models) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, closeTimeout)
	defer cancel()
	var all []error
	for _, m := range list {
		all = append(all, m.Close(ctx))
	}
	return errors.Join(all...)
}
