package remote

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/limitedfile"
)

// File is the name of the configuration within a model's folder. It stands in the
// place of a graph.
const File = hub.RemoteFile

// Protocols that a backend may speak.
const (
	OIP      = "oip"      // Open Inference Protocol v2 over HTTP: KServe, Triton, MLServer
	TEI      = "tei"      // text-embeddings-inference
	VLLM     = "vllm"     // vLLM's /score
	Infinity = "infinity" // infinity's /rerank
)

// Config is what File says. Zero fields have the defaults named beside them.
type Config struct {
	// Protocol of all backends: OIP, TEI, VLLM or Infinity. Required.
	Protocol string `json:"protocol"`
	// Backends are their base URLs, which paths of the protocol are put behind, as
	// http://10.0.0.1:8000. At least one, at most MostBackends.
	Backends []string `json:"backends"`
	// Model is its name there. Required but for TEI, which serves one.
	Model string `json:"model"`
	// Version of the model to ask for, of OIP. "" = the backend's choice.
	Version string `json:"version"`
	// KeyEnv and KeyFile name an environment variable, or a file, with a key that is
	// sent as Authorization: Bearer. At most one of them. "" = none is sent.
	KeyEnv  string `json:"key_env"`
	KeyFile string `json:"key_file"`

	// Tensors are the names of OIP.
	Tensors Tensors `json:"tensors"`

	// TimeoutMS of one try, in milliseconds. 0 = DefaultTimeout.
	TimeoutMS int `json:"timeout_ms"`
	// InFlight calls of one backend. 0 = DefaultInFlight.
	InFlight int `json:"in_flight"`
	// Hedge asks a second backend where the first is later than nearly all calls.
	// nil = true.
	Hedge *bool `json:"hedge"`
	// BatchTokens and BatchPairs bound one call: tokens with their padding, and pairs.
	// 0 = DefaultBatchTokens and DefaultBatchPairs.
	BatchTokens int `json:"batch_tokens"`
	BatchPairs  int `json:"batch_pairs"`
	// PairByPair sends one pair a call, for a model whose scores depend on its batch.
	PairByPair bool `json:"pair_by_pair"`

	// Languages of the training data as ISO 639-1 codes. nil = not known.
	Languages []string `json:"languages"`
	// Expect are logits that a backend must give, within Tolerance. The local model, if
	// its graph lies beside File, adds its own.
	Expect []Expected `json:"expect"`
	// Tolerance of these. 0 = DefaultTolerance.
	Tolerance float64 `json:"tolerance"`
}

// Tensors of a graph behind OIP. Zero fields have the defaults named beside them.
type Tensors struct {
	// InputIDs, AttentionMask and TokenTypeIDs are names of inputs. "" = input_ids,
	// attention_mask and token_type_ids; "none" = the graph does not take it.
	InputIDs      string `json:"input_ids"`
	AttentionMask string `json:"attention_mask"`
	TokenTypeIDs  string `json:"token_type_ids"`
	// Logits is the output. "" = logits.
	Logits string `json:"logits"`
	// Datatype of the inputs, INT64 or INT32. "" = INT64.
	Datatype string `json:"datatype"`
	// Labels is how many logits a pair has, 1 or 2. 0 = config.json says so.
	Labels int `json:"labels"`
	// Binary sends tensors as bytes. nil = where the backend says that it reads them.
	Binary *bool `json:"binary"`
}

// None is the name of an input that a graph does not take.
const None = "none"

// Expected is a logit that is known.
type Expected struct {
	Query    string  `json:"query"`
	Document string  `json:"document"`
	Logit    float64 `json:"logit"`
}

// Defaults and bounds of Config.
const (
	DefaultTimeout     = 5 * time.Second
	DefaultInFlight    = 4
	DefaultBatchTokens = 4096
	DefaultBatchPairs  = 32
	DefaultTolerance   = 0.25
	MostBackends       = 64
	mostInFlight       = 1024
	mostTimeout        = 10 * time.Minute
	mostExpected       = 64
	mostConfigBytes    = 1 << 20
)

// ReadConfig reads File in a folder. An error names the field and quotes no key.
func ReadConfig(folder fs.FS) (Config, error) {
	var c Config
	data, err := limitedfile.ReadFS(folder, File, mostConfigBytes)
	if err == nil {
		err = json.Unmarshal(data, &c, json.RejectUnknownMembers(true))
	}
	if err == nil {
		err = c.validate()
	}
	if err != nil {
		return Config{}, fmt.Errorf("reading %s: %w", File, err)
	}
	return c.withDefaults(), nil
}

func (c Config) withDefaults() Config {
	c.Tensors = c.Tensors.withDefaults()
	c.TimeoutMS = cmp.Or(c.TimeoutMS, int(DefaultTimeout/time.Millisecond))
	c.InFlight = cmp.Or(c.InFlight, DefaultInFlight)
	c.BatchTokens, c.BatchPairs = cmp.Or(c.BatchTokens, DefaultBatchTokens), cmp.Or(c.BatchPairs, DefaultBatchPairs)
	c.Tolerance = cmp.Or(c.Tolerance, DefaultTolerance)
	if c.Hedge == nil {
		yes := true
		c.Hedge = &yes
	}
	if c.PairByPair {
		c.BatchPairs = 1
	}
	return c
}

func (t Tensors) withDefaults() Tensors {
	t.InputIDs, t.AttentionMask = cmp.Or(t.InputIDs, "input_ids"), cmp.Or(t.AttentionMask, "attention_mask")
	t.TokenTypeIDs, t.Logits = cmp.Or(t.TokenTypeIDs, "token_type_ids"), cmp.Or(t.Logits, "logits")
	t.Datatype = cmp.Or(t.Datatype, "INT64")
	return t
}

// Timeout of one try.
func (c Config) Timeout() time.Duration { return time.Duration(c.TimeoutMS) * time.Millisecond }

func (c Config) validate() error {
	switch {
	case !slices.Contains([]string{OIP, TEI, VLLM, Infinity}, c.Protocol):
		return fmt.Errorf("protocol is %q, none of oip, tei, vllm and infinity", c.Protocol)
	case c.Model == "" && c.Protocol != TEI:
		return fmt.Errorf("model, its name at the backends, is missing")
	case strings.ContainsAny(c.Model+c.Version, "/?#%\\") && c.Protocol == OIP:
		return errors.New("model and version must not hold / ? # % or \\, for they become a path")
	case c.KeyEnv != "" && c.KeyFile != "":
		return errors.New("key_env and key_file: give one of them")
	case c.Version != "" && c.Protocol != OIP:
		return fmt.Errorf("version goes with protocol oip alone")
	case c.Tensors != (Tensors{}) && c.Protocol != OIP:
		return fmt.Errorf("tensors go with protocol oip alone: %s is sent texts", c.Protocol)
	}
	return cmp.Or(c.validateBackends(), c.validateBounds(), c.Tensors.validate(), c.validateExpected())
}

func (c Config) validateBackends() error {
	if len(c.Backends) == 0 || len(c.Backends) > MostBackends {
		return fmt.Errorf("backends has %d addresses, not 1 to %d", len(c.Backends), MostBackends)
	}
	for i, b := range c.Backends {
		u, err := url.Parse(b)
		switch {
		case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
			return fmt.Errorf("backends[%d] is not like http://10.0.0.1:8000", i)
		case u.User != nil:
			return fmt.Errorf("backends[%d] holds a user: name a key by key_env or key_file", i)
		case u.RawQuery != "" || u.Fragment != "":
			return fmt.Errorf("backends[%d] ends in ? or #: paths are put behind it", i)
		case slices.Contains(c.Backends[:i], b):
			return fmt.Errorf("backends[%d] is there twice", i)
		}
	}
	return nil
}

func (c Config) validateBounds() error {
	for _, f := range []struct {
		name       string
		value, top int
	}{
		{"timeout_ms", c.TimeoutMS, int(mostTimeout / time.Millisecond)}, {"in_flight", c.InFlight, mostInFlight},
		{"batch_tokens", c.BatchTokens, 1 << 20}, {"batch_pairs", c.BatchPairs, 4096},
	} {
		if f.value < 0 || f.value > f.top {
			return fmt.Errorf("%s is %d, not 0 (the default) to %d", f.name, f.value, f.top)
		}
	}
	if !(c.Tolerance >= 0) || math.IsInf(c.Tolerance, 0) {
		return fmt.Errorf("tolerance is %v, not 0 (the default) or more", c.Tolerance)
	}
	return nil
}

func (t Tensors) validate() error {
	switch {
	case t.InputIDs == None:
		return errors.New("tensors.input_ids is none, and a graph without it reads nothing")
	case t.Datatype != "" && t.Datatype != "INT64" && t.Datatype != "INT32":
		return fmt.Errorf("tensors.datatype is %q, neither INT64 nor INT32", t.Datatype)
	case t.Labels < 0 || t.Labels > 2:
		return fmt.Errorf("tensors.labels is %d, not 1 or 2", t.Labels)
	}
	return nil
}

func (c Config) validateExpected() error {
	if len(c.Expect) > mostExpected {
		return fmt.Errorf("expect has %d logits, more than %d", len(c.Expect), mostExpected)
	}
	return nil
}

// Key that the backends want, "" = none. An error quotes none of it.
func (c Config) Key(getenv func(string) string) (string, error) {
	const mostKey = 64 << 10
	var key string
	switch {
	case c.KeyEnv != "":
		if key = strings.TrimSpace(getenv(c.KeyEnv)); key == "" {
			return "", fmt.Errorf("key_env names %s, which is not set or empty", c.KeyEnv)
		}
	case c.KeyFile != "":
		data, err := limitedfile.Read(c.KeyFile, mostKey)
		if err != nil {
			return "", fmt.Errorf("reading key_file: %w", err)
		}
		if key = strings.TrimSpace(string(data)); key == "" {
			return "", errors.New("key_file is empty")
		}
	}
	if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", errors.New("the key of the backends has characters that no key has")
	}
	return key, nil
}
