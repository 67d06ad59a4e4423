package api

import (
	"math"
	"testing"
)

// Requests made by hand can be wrong in ways that JSON cannot express.
func TestValidate(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Request)
		field  string // "" = valid
	}{
		{"untouched", func(*Request) {}, ""},
		{"NaN score", func(r *Request) { r.Documents[0].Score = ptr(math.NaN()) }, "documents[0].score"},
		{"infinite score", func(r *Request) { r.Documents[0].Score = ptr(math.Inf(-1)) }, "documents[0].score"},
		{"NaN diversity", func(r *Request) { r.Diversity = math.NaN() }, "diversity"},
		{"negative top_k", func(r *Request) { r.TopK = -1 }, "top_k"},
		{"negative rank", func(r *Request) { r.Documents[0].Rank = -1 }, "documents[0].rank"},
		{"negative tokens", func(r *Request) { r.Budget.Tokens = -1 }, "budget.tokens"},
		{"no query", func(r *Request) { r.Query = "" }, "query"},
		{"no documents", func(r *Request) { r.Documents = nil }, "documents"},
		{"too many documents", func(r *Request) { r.Documents = make([]Document, DefaultDocuments+1) }, "documents"},
		{"chunk without id", func(r *Request) { r.Shape = Chunks }, "chunks[0].id"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &Request{Query: "q", Documents: []Document{{Text: "a"}}}
			tt.change(r)
			got := ""
			if err := r.Validate(Limits{}); err != nil {
				got = err.(*Error).Field
			}
			if got != tt.field {
				t.Errorf("wrong field %q, want %q", got, tt.field)
			}
		})
	}
}

func TestLimitsValidate(t *testing.T) {
	tests := []struct {
		name   string
		limits Limits
		ok     bool
	}{
		{"zero is the default", Limits{}, true},
		{"least depth", Limits{Depth: MinDepth}, true},
		{"too shallow", Limits{Depth: MinDepth - 1}, false},
		{"negative", Limits{QueryBytes: -1}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.limits.Validate(); (err == nil) != tt.ok {
				t.Errorf("error %v, want ok %v", err, tt.ok)
			}
		})
	}
}
