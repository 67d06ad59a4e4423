package tune

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/server/internal/limitedfile"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/wholefile"
	"github.com/splitrank/splitrank/shared/answer"
)

// maxFileBytes bounds a File on disk, which has a few kilobytes.
const maxFileBytes = 1 << 20

// Version of the form of a File.
const Version = 1

// File is what a measurement found, as it lies on disk.
type File struct {
	Version int `json:"version"`
	// Name that answers call it by.
	Name string `json:"name"`
	// Model that it holds for, and Scorer, the version of the heuristics.
	Model  ModelID `json:"model"`
	Scorer string  `json:"scorer"`
	// Data that it was measured on.
	Data []Data `json:"data"`
	Rule Rule   `json:"rule"`
	Loss Loss   `json:"loss"`
	// Relevance is nil where there was too little to fit it to.
	Relevance *answer.Calibration `json:"relevance,omitempty"`
}

// ModelID is a model by name and by a digest of all that its logits depend on.
type ModelID struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
}

// Data is a judged collection.
type Data struct {
	Name    string `json:"name"`
	Queries int    `json:"queries"`
	// Digest of its queries, candidates and judgements.
	Digest string `json:"digest"`
}

// Rule is a budget for requests that name none: a number of documents, or an
// adaptive trim. See heuristics.Budget.
type Rule struct {
	Documents int     `json:"documents,omitzero"`
	Floor     int     `json:"floor,omitzero"`
	Cap       int     `json:"cap,omitzero"`
	Threshold float64 `json:"threshold,omitzero"`
}

// Loss is what the rule costs against scoring every candidate, in nDCG@10.
type Loss struct {
	Allowed float64 `json:"allowed"`
	// Mean that was measured, and the bound that it stays under with
	// Confidence. Below 0 the trim wins.
	Mean       float64 `json:"mean"`
	Bound      float64 `json:"bound"`
	Confidence float64 `json:"confidence"`
	// Scored pairs of a query, on average.
	Scored float64 `json:"scored_per_query"`
}

// Budget is the rule as the heuristics take it.
func (r Rule) Budget() heuristics.Budget {
	return heuristics.Budget{
		Documents: r.Documents, Floor: r.Floor, Cap: r.Cap,
		Threshold: heuristics.Score(math.Round(r.Threshold * float64(heuristics.One))),
	}
}

func (r Rule) validate() error {
	if r.Documents == 0 && (r.Floor < 1 || r.Cap < 1 || !(r.Threshold > 0)) {
		return errors.New("want documents, or floor, cap and threshold")
	}
	return r.Budget().Validate()
}

// Validate returns an error that names the field at fault.
func (f *File) Validate() error {
	switch {
	case f.Version != Version:
		return fmt.Errorf("version %d: this program reads version %d; run splitrank tune again", f.Version, Version)
	case f.Name == "":
		return errors.New("name is empty")
	case f.Model.Digest == "" || f.Scorer == "":
		return errors.New("model.digest or scorer is empty")
	}
	if err := f.Rule.validate(); err != nil {
		return fmt.Errorf("rule: %w", err)
	}
	if f.Relevance != nil {
		if err := f.Relevance.Validate(); err != nil {
			return fmt.Errorf("relevance: %w", err)
		}
	}
	return nil
}

// Tuning is what the server needs of it.
func (f *File) Tuning() rerank.Tuning {
	t := rerank.Tuning{Name: f.Name, Rule: f.Rule.Budget()}
	if f.Relevance != nil {
		t.Relevance = *f.Relevance
	}
	return t
}

// Read reads a file and validates it.
func Read(path string) (*File, error) {
	data, err := limitedfile.Read(path, maxFileBytes)
	if err != nil {
		return nil, fmt.Errorf("reading a calibration: %w", err)
	}
	f := new(File)
	if err = json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), f, json.RejectUnknownMembers(true)); err == nil {
		err = f.Validate()
	}
	if err != nil {
		return nil, fmt.Errorf("reading calibration %q: %w", path, err)
	}
	return f, nil
}

// Write writes a file, whole or not at all.
func (f *File) Write(path string) error {
	var b bytes.Buffer
	err := json.MarshalWrite(&b, f, json.Deterministic(true), jsontext.WithIndent("  "))
	if err == nil {
		b.WriteByte('\n')
		err = wholefile.Write(path, b.Bytes())
	}
	if err != nil {
		return fmt.Errorf("writing calibration %q: %w", path, err)
	}
	return nil
}
