package crossencoder

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/modelserving"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

func TestFold(t *testing.T) {
	tests := []struct {
		name        string
		logits      []float64
		best, mean2 float64
	}{
		{"one", []float64{-3}, -3, -3},
		{"two", []float64{-3, 1}, 1, -1},
		{"falling", []float64{5, 1, -9}, 5, 3},
		{"rising", []float64{-9, 1, 5}, 5, 3},
		{"the first is the second best", []float64{4, -9, 6}, 6, 5},
		{"equals", []float64{2, 2, 0}, 2, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := modelserving.Fold(tt.logits, ""); got != tt.best {
				t.Errorf("best %v, want %v", got, tt.best)
			}
			if got := modelserving.Fold(tt.logits, api.BestTwoWindows); got != tt.mean2 {
				t.Errorf("mean of two %v, want %v", got, tt.mean2)
			}
		})
	}
}

// TestTruncation: what the model read, and whether that was everything.
func TestTruncation(t *testing.T) {
	long := strings.Repeat("water ", 100)
	m := tiny(t, orttest.Model{}, Options{}) // reads 64 tokens, 3 of them special
	tests := []struct {
		name            string
		query, document string
		t               api.Truncation
		pairs, tokens   int
		truncated       bool
	}{
		{"the beginning", "light", long, api.Truncation{}, 1, 64, true},
		{"windows", "light", long, api.Truncation{Windows: &api.Windows{}}, 2, 64 + 4 + 40, false},
		{"windows of a short text", "light", "water", api.Truncation{Windows: &api.Windows{}}, 1, 5, false},
		{"windows of nothing", "light", "", api.Truncation{Windows: &api.Windows{Size: 9, Stride: 4}}, 1, 4, false},
		{"small windows", "light", long, api.Truncation{Windows: &api.Windows{Size: 25}}, 4, 100 + 4*4, false},
		{"windows that share", "light", long, api.Truncation{Windows: &api.Windows{Size: 50, Stride: 25}}, 3, 150 + 3*4, false},
		{"as many as are allowed", "light", long, api.Truncation{Windows: &api.Windows{Size: 25, Count: 3}}, 3, 75 + 3*4, true},
		{"as many as by default", "light", long, api.Truncation{Windows: &api.Windows{Size: 6}}, 16, 96 + 16*4, true},
		{"query cap", long, "light", api.Truncation{MaxQueryTokens: 5}, 1, 9, true},
		{"query cap that is not reached", "water", "light", api.Truncation{MaxQueryTokens: 5}, 1, 5, false},
		{"query cap and windows", long, "light", api.Truncation{MaxQueryTokens: 5, Windows: &api.Windows{}}, 1, 9, true},
		{"document cap", "light", long, api.Truncation{MaxDocumentTokens: 5}, 1, 9, true},
		{"document cap that is not reached", "light", "water", api.Truncation{MaxDocumentTokens: 5}, 1, 5, false},
		{"document cap and windows", "light", long, api.Truncation{MaxDocumentTokens: 70, Windows: &api.Windows{Size: 50}}, 2, 70 + 2*4, true},
		{"nothing to truncate", "light", "water", api.Truncation{Strategy: api.DoNotTruncate}, 1, 5, false},
		{"a document cut on request is not too long", "light", long, api.Truncation{Strategy: api.DoNotTruncate, MaxDocumentTokens: 5}, 1, 9, true},
		{"longest first", long, "light", api.Truncation{Strategy: api.LongestFirst}, 1, 64, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := request(tt.query, "food", tt.document)
			req.Truncation = &tt.t
			p := m.Open(req).(*pairs)
			lengths, err := p.Tokenize(t.Context(), []int{0, 1})
			if err != nil {
				t.Fatal(err)
			}
			scores := map[int]answer.Score{}
			_, err = p.Score(t.Context(), []int{0, 1}, func(list []answer.Score) {
				for _, s := range list {
					scores[s.Document] = s
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if n := len(p.tokenized[1]); n != tt.pairs || lengths[1] != tt.tokens || scores[1].Truncated != tt.truncated || len(scores) != 2 {
				t.Errorf("%d pairs, %d tokens, scores %v", n, lengths[1], scores)
			}
		})
	}
}

// TestWindowsAreScored: the score is that of the windows, each read alone.
func TestWindowsAreScored(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{Truncation: api.Truncation{Windows: &api.Windows{Size: 2}}})
	parts := []string{"plants make", "sugar light", "the shop"}
	var each []float64
	for _, part := range parts {
		each = append(each, logitOf(t, m, part))
	}
	whole := strings.Join(parts, " ")
	if got, want := logitOf(t, m, whole), slices.Max(each); math.Abs(got-want) > 1e-5 {
		t.Errorf("logit %v, want %v", got, want)
	}
	m.truncation.Windows.Score = api.BestTwoWindows
	slices.Sort(each)
	if got, want := logitOf(t, m, whole), (each[1]+each[2])/2; math.Abs(got-want) > 1e-5 {
		t.Errorf("mean of two %v, want %v", got, want)
	}
}

func logitOf(t *testing.T, m *Model, document string) float64 {
	t.Helper()
	a, err := scoreTexts(m, t.Context(), "food", []string{document})
	if err != nil {
		t.Fatal(err)
	}
	return a.Logits[0]
}

// TestRequestTruncation: a request's own wins, and its faults name the field.
func TestRequestTruncation(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{})
	long := strings.Repeat("water ", 100)
	req := request("food", long)
	req.Truncation = &api.Truncation{Windows: &api.Windows{}}
	j, err := score(t, t.Context(), m, req)
	if err != nil || j.Results[0].Truncated || j.Usage.Scored != 1 || j.Usage.Tokens != 64+4+40 {
		t.Errorf("judgement %+v, error %v", j, err)
	}
	req.Truncation.Windows.Stride = 60
	_, err = score(t, t.Context(), m, req)
	wantFault(t, err, api.OutOfRange, "truncation.windows.stride")
	req.Truncation.Windows = &api.Windows{}
	req.Query = long
	_, err = score(t, t.Context(), m, req)
	wantFault(t, err, api.TooLong, "query")
}

// TestDoNotTruncate: what would have to be cut is refused.
func TestDoNotTruncate(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{})
	req := request("food", "light", strings.Repeat("water ", 100))
	req.Truncation = &api.Truncation{Strategy: api.DoNotTruncate}
	_, err := score(t, t.Context(), m, req)
	wantFault(t, err, api.TooLong, "documents")
	req.Documents = req.Documents[:1]
	if r, err := score(t, t.Context(), m, req); err != nil || r.Results[0].Truncated {
		t.Errorf("answer %+v, error %v", r, err)
	}
}

// TestIdentityOfTruncation: each option is told apart, and what is spelled out
// is no other than the default.
func TestIdentityOfTruncation(t *testing.T) {
	m := tiny(t, orttest.Model{}, Options{})
	identity := func(truncation api.Truncation) string {
		m.truncation = truncation
		id, err := m.Identity()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	if identity(api.Truncation{}) != identity(api.Truncation{Strategy: api.OnlySecond}) {
		t.Error("the default spelled out is another")
	}
	seen := map[string]int{}
	for i, truncation := range []api.Truncation{
		{}, {Strategy: api.LongestFirst}, {MaxQueryTokens: 9}, {Windows: &api.Windows{}}, {Windows: &api.Windows{Size: 9}},
		{Windows: &api.Windows{Stride: 9}}, {MaxDocumentTokens: 9}, {Windows: &api.Windows{}, MaxDocumentTokens: 9}, {Windows: &api.Windows{Count: 9}}, {Windows: &api.Windows{Score: api.BestTwoWindows}},
	} {
		id := identity(truncation)
		if other, ok := seen[id]; ok {
			t.Errorf("%d is taken for %d", i, other)
		}
		seen[id] = i
	}
}
