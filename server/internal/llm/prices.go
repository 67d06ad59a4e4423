package llm

import (
	_ "embed"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/go-json-experiment/json"
)

// Prices of models, as of a day. A model that is not among them has no known
// price, which is not 0.
type Prices struct {
	// Of the day that they were read, as 2026-10-07.
	Of     string           `json:"of"`
	Models map[string]Price `json:"models"`
}

// Price in dollars for a million tokens.
type Price struct {
	Input  float64 `json:"input"`
	Output float64 `json:"output"`
	// Cached input, and input that is written to the provider's cache; 0 = as
	// Input, and a quarter more than Input.
	Cached     float64 `json:"cached,omitzero"`
	CacheWrite float64 `json:"cache_write,omitzero"`
	// Beyond so many tokens of a prompt, all count Times as much; 0 = never.
	Beyond int     `json:"beyond,omitzero"`
	Times  float64 `json:"times,omitzero"`
	// Batch is the share of all these that prompts in batches cost, such as 0.5; 0 =
	// what the model's maker says for all, if anything.
	Batch float64 `json:"batch,omitzero"`
}

//go:embed prices.json
var listPrices []byte

// ListPrices are those that were known when this was built.
func ListPrices() Prices {
	p, err := ReadPrices(listPrices)
	if err != nil {
		panic(err) // a test reads them
	}
	return p
}

// ReadPrices reads a price list as JSON, in the form of prices.json.
func ReadPrices(data []byte) (Prices, error) {
	var p Prices
	var named struct {
		Models map[string]struct {
			Input  *float64 `json:"input"`
			Output *float64 `json:"output"`
		} `json:"models"`
	}
	if err := errors.Join(json.Unmarshal(data, &p, json.RejectUnknownMembers(true)), json.Unmarshal(data, &named)); err != nil {
		return p, fmt.Errorf("reading prices: %w", err)
	}
	if _, err := time.Parse(time.DateOnly, p.Of); err != nil {
		return p, errors.New(`reading prices: "of" is no date as 2026-10-07`)
	}
	for model, price := range p.Models {
		if !price.valid() {
			return p, fmt.Errorf("reading prices: those of %q are negative or no numbers, or batch is above 1", model)
		}
		if n := named.Models[model]; n.Input == nil || n.Output == nil {
			return p, fmt.Errorf("reading prices: %q needs input and output: a price that is not named is not known, and 0 is free", model)
		}
	}
	return p, nil
}

func (p Price) valid() bool {
	for _, x := range []float64{p.Input, p.Output, p.Cached, p.CacheWrite, p.Times, p.Batch, float64(p.Beyond)} {
		if !(x >= 0) || math.IsInf(x, 0) {
			return false
		}
	}
	return (p.Beyond == 0 || p.Times > 0) && p.Batch <= 1
}

// of tokens in dollars, one call's: Beyond is for a prompt.
func (p Price) of(t Tokens) float64 {
	cached, write := p.Cached, p.CacheWrite
	if cached == 0 {
		cached = p.Input
	}
	if write == 0 {
		write = p.Input * 1.25
	}
	sum := float64(t.Input)*p.Input + float64(t.Cached)*cached + float64(t.CacheWrite)*write + float64(t.Output)*p.Output
	if p.Beyond > 0 && t.Input+t.Cached+t.CacheWrite > p.Beyond {
		sum *= p.Times
	}
	return sum / 1e6
}
