package experiment

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// file is experiments.json.
type file struct {
	Experiments []Experiment `json:"experiments"`
}

// Parse reads experiments.json: {"experiments":[…]}. Unknown fields are errors.
// What is left out has its default in the result.
func Parse(data []byte) ([]Experiment, error) {
	var f file
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more follows the experiments")
	}
	if len(f.Experiments) == 0 {
		return nil, errors.New(`no experiments: want {"experiments":[{"name":…,"mode":…,"arms":[…,…]}]}`)
	}
	if err := checkArms(data); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for i := range f.Experiments {
		e := &f.Experiments[i]
		e.setDefaults()
		if err := e.validate(); err != nil {
			return nil, fmt.Errorf("experiments[%d]%w", i, err)
		}
		if seen[e.Name] {
			return nil, fmt.Errorf("experiments[%d].name %q is given twice", i, e.Name)
		}
		seen[e.Name] = true
	}
	return f.Experiments, nil
}

// checkArms wants exactly two, where Go's decoder fills an array up or cuts it.
func checkArms(data []byte) error {
	var f struct {
		Experiments []struct {
			Arms []json.RawMessage `json:"arms"`
		} `json:"experiments"`
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return err
	}
	for i, e := range f.Experiments {
		if len(e.Arms) != 2 {
			return fmt.Errorf("experiments[%d].arms are %d: want 2", i, len(e.Arms))
		}
	}
	return nil
}

func (e *Experiment) setDefaults() {
	setDefault(&e.Share, 1)
	setDefault(&e.Unit, Client)
	setDefault(&e.MaxN, DefaultMaxN)
	setDefault(&e.Metric, DefaultMetric)
	setDefault(&e.Alpha, DefaultAlpha)
	setDefault(&e.Arms[0].Name, "A")
	setDefault(&e.Arms[1].Name, "B")
}

func setDefault[T comparable](at *T, value T) {
	var zero T
	if *at == zero {
		*at = value
	}
}

// isName is compiled once: file names and labels are made of names.
var isName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}$`).MatchString

func (e *Experiment) validate() error {
	switch {
	case !isName(e.Name):
		return fmt.Errorf(".name %q: want 1 to 100 letters, digits and -_", e.Name)
	case e.Mode != Split && e.Mode != Interleave && e.Mode != Shadow:
		return fmt.Errorf(".mode %q is none of split, interleave, shadow", e.Mode)
	case e.Unit != Client && e.Unit != Request:
		return fmt.Errorf(".unit %q is neither client nor request", e.Unit)
	case !(e.Share > 0 && e.Share <= 1):
		return fmt.Errorf(".share %v: want more than 0 and at most 1", e.Share)
	case !(e.Alpha > 0 && e.Alpha < 1):
		return fmt.Errorf(".alpha %v: want more than 0 and less than 1", e.Alpha)
	case e.MaxN < 1:
		return fmt.Errorf(".max_n %d: want 1 or more", e.MaxN)
	case !isName(e.Metric):
		return fmt.Errorf(".metric %q is no action name", e.Metric)
	}
	return e.validateArms()
}

func (e *Experiment) validateArms() error {
	for i, a := range e.Arms {
		switch {
		case !isName(a.Name):
			return fmt.Errorf(".arms[%d].name %q: want letters, digits and -_", i, a.Name)
		case a.Pipeline != "" && a.Pipeline != "heuristic" && a.Pipeline != "cascade" && a.Pipeline != "cross-encoder" && a.Pipeline != "llm":
			return fmt.Errorf(".arms[%d].pipeline %q is none of cascade, cross-encoder, heuristic, llm", i, a.Pipeline)
		case a.Budget.Documents < 0 || a.Budget.Tokens < 0 || a.Budget.DeadlineMS < 0:
			return fmt.Errorf(".arms[%d].budget has a negative number", i)
		case a.Pipeline == "cross-encoder" && a.Budget.Documents+a.Budget.Tokens > 0:
			return fmt.Errorf(".arms[%d].budget: pipeline cross-encoder trims nothing, use cascade", i)
		}
	}
	a, b := e.Arms[0], e.Arms[1]
	if a.Name == b.Name {
		return fmt.Errorf(".arms are both called %q", a.Name)
	}
	if b.Name = a.Name; a == b {
		return errors.New(".arms do the same: nothing would be compared")
	}
	return nil
}

// Digest tells experiments apart that share a name: 16 hexadecimal digits of the
// SHA-256 of the experiment as JSON. Share is left out, which may be raised while
// it runs.
func (e Experiment) Digest() string {
	e.Share = 0
	data, err := json.Marshal(e)
	if err != nil {
		panic(err) // strings and finite numbers
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}
