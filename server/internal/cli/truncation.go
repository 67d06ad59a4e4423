package cli

import (
	"errors"

	"github.com/splitrank/splitrank/shared/api"
)

// truncationFlags are what requests get that say nothing of it themselves.
type truncationFlags struct {
	Truncation     string `enum:"only_second,longest_first" default:"only_second" placeholder:"STRATEGY" help:"What gives way where query and document are too long together: only_second is the document, longest_first the longer one (default ${default})."`
	MaxQueryTokens int    `placeholder:"N" help:"Cut longer queries (default: a query that leaves no room for a document is refused)."`
	Windows        bool   `help:"Score long documents in windows instead of their beginning alone."`
	WindowSize     int    `placeholder:"N" help:"Tokens of the document in a window (default: what fits beside the query)."`
	WindowStride   int    `placeholder:"N" help:"Tokens that neighbouring windows share (default 0)."`
	WindowCount    int    `default:"16" placeholder:"N" help:"Most windows of a document, its first ones, up to 64 (default ${default})."`
	WindowScore    string `enum:"max,mean2" default:"max" placeholder:"HOW" help:"max takes the best window, mean2 the mean of the best two (default ${default})."`
}

// Validate refuses what no request could ask for either, and what would do
// nothing.
func (f truncationFlags) Validate() error {
	if !f.Windows && (f.WindowSize != 0 || f.WindowStride != 0) {
		return errors.New("--window-size and --window-stride need --windows")
	}
	t := f.truncation()
	return t.Validate()
}

func (f truncationFlags) truncation() api.Truncation {
	t := api.Truncation{Strategy: api.Strategy(f.Truncation), MaxQueryTokens: f.MaxQueryTokens}
	if f.Windows {
		t.Windows = &api.Windows{Size: f.WindowSize, Stride: f.WindowStride, Count: f.WindowCount, Score: api.WindowScore(f.WindowScore)}
	}
	return t
}
