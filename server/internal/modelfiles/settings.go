package modelfiles

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/limitedfile"
	"github.com/splitrank/splitrank/shared/answer"
)

// Settings are what config.json says under "splitrank", which only models made for
// this program have:
//
//	{"splitrank": {"calibration": {"logit": 0.4, "heuristic": 5, "first_stage": 8, "rarity": 10, "feedback": 3, "shift": -3}, "spread": 0.002, "languages": ["en", "he"]}}
type Settings struct {
	Calibration answer.Calibration `json:"calibration"`
	// Languages that the model reads, as ISO 639-1 codes; nil = not said.
	Languages []string `json:"languages"`
	// Spread is by how much a score was found to change with its batch.
	Spread float32 `json:"spread"`
	// LateInteraction is nil for a cross-encoder.
	LateInteraction *LateInteraction `json:"late_interaction"`
}

// LateInteraction says how the vectors of a late-interaction model are kept and
// compared: logit = Cosine · cosine of the means + Match · MaxSim + Shift, and Across
// where query and document are in different scripts.
type LateInteraction struct {
	// Bits of a kept value of a token's vector, 4 or 8. 0 = 8.
	Bits int `json:"bits"`
	// Cosine, Match and Shift make the logit.
	Cosine float64 `json:"cosine"`
	Match  float64 `json:"match"`
	Shift  float64 `json:"shift"`
	// Across makes up for how little texts in different scripts have alike whatever they
	// say. See RATIONALE: why-other-scripts-are-lifted.
	Across float64 `json:"across"`
	// Skip are the ids of tokens whose vectors of a document are not kept.
	Skip []int32 `json:"skip"`
	// QueryPrefix and DocumentPrefix are ids of tokens that the encoder reads before a
	// text, such as those of "query: ".
	QueryPrefix    []int32 `json:"query_prefix"`
	DocumentPrefix []int32 `json:"document_prefix"`
}

// Spelled names all that makes logits other ones.
func (l LateInteraction) Spelled() string {
	text := fmt.Sprintf("{Bits:%v Cosine:%v Match:%v Shift:%v Skip:%v}", l.Bits, l.Cosine, l.Match, l.Shift, l.Skip)
	if len(l.QueryPrefix)+len(l.DocumentPrefix) > 0 { // digests from before there were any hold
		text += fmt.Sprintf(" after %v and %v", l.QueryPrefix, l.DocumentPrefix)
	}
	if l.Across != 0 {
		text += fmt.Sprintf(" across %v", l.Across)
	}
	return text
}

// maxPrefix bounds the tokens that stand before every text.
const maxPrefix = 64

// Validate refuses what cannot be kept or compared.
func (l LateInteraction) Validate() error {
	if l.Bits != 0 && l.Bits != 4 && l.Bits != 8 {
		return fmt.Errorf("late_interaction.bits is %d, not 4 or 8", l.Bits)
	}
	for _, x := range []float64{l.Cosine, l.Match, l.Shift, l.Across} {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return errors.New("late_interaction has a number that is not finite")
		}
	}
	if l.Match <= 0 {
		return errors.New("late_interaction.match is not above 0")
	}
	return cmp.Or(checkPrefix("query_prefix", l.QueryPrefix), checkPrefix("document_prefix", l.DocumentPrefix))
}

func checkPrefix(field string, ids []int32) error {
	if len(ids) > maxPrefix {
		return fmt.Errorf("late_interaction.%s has %d tokens, and at most %d are read", field, len(ids), maxPrefix)
	}
	for _, id := range ids {
		if id < 0 {
			return fmt.Errorf("late_interaction.%s has the id %d", field, id)
		}
	}
	return nil
}

// maxConfigBytes bounds config.json, which has a few kilobytes.
const maxConfigBytes = 16 << 20

// ReadSettings reads it from a model's folder.
func ReadSettings(folder fs.FS) (Settings, error) {
	var config struct {
		Settings Settings `json:"splitrank"`
	}
	data, err := limitedfile.ReadFS(folder, "config.json", maxConfigBytes)
	if err == nil {
		err = json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &config)
	}
	if err == nil {
		err = config.Settings.Calibration.Validate()
	}
	if late := config.Settings.LateInteraction; err == nil && late != nil {
		err = late.Validate()
	}
	if err == nil {
		err = checkLanguages(config.Settings.Languages)
	}
	if err != nil {
		return Settings{}, fmt.Errorf("reading what config.json says of splitrank: %w", err)
	}
	return config.Settings, nil
}

// checkLanguages refuses what is no code: a language that goes unnoticed would switch
// the model off for its own texts.
func checkLanguages(codes []string) error {
	if codes != nil && len(codes) == 0 {
		return errors.New("languages is empty: leave it out where they are not known")
	}
	for _, code := range codes {
		if len(code) != 2 || code[0] < 'a' || code[0] > 'z' || code[1] < 'a' || code[1] > 'z' {
			return fmt.Errorf("languages has %.20q, not an ISO 639-1 code", code)
		}
	}
	return nil
}
