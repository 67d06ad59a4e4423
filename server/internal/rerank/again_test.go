package rerank

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// subjects are words that documents of one kind share.
var subjects = []string{"pressure valve alarm cylinder", "router cable lamp switch", "parliament tax vote law", "river bridge boat harbour"}

// kinds are documents of which the first ones hold the query's words and the others not.
func kinds(with, without int) *api.Request {
	req := &api.Request{Query: "reset the pump"}
	for i := range with + without {
		text := strings.Repeat(subjects[i%len(subjects)]+" ", 6) + fmt.Sprint("number ", i)
		if i < with {
			text += strings.Repeat(" pump reset", 1+i%5)
		}
		req.Documents = append(req.Documents, api.Document{Text: text})
	}
	return req
}

// firstKind has logits that are high for documents of the first kind.
func firstKind(n int) map[int]float64 {
	logits := map[int]float64{}
	for i := range n {
		logits[i] = -5
		if i%len(subjects) == 0 {
			logits[i] = 5
		}
	}
	return logits
}

// countFirst of a list are those of the first kind.
func countFirst(list []int) (n int) {
	for _, d := range list {
		if d%len(subjects) == 0 {
			n++
		}
	}
	return n
}

// TestAgain: the second half of what a model reads is like what it liked in the first.
func TestAgain(t *testing.T) {
	for _, tt := range []struct {
		name   string
		budget api.Budget
		known  int  // of the documents, the last ones, which the words do not find
		more   bool // are of the first kind than one in four
	}{
		{"twenty of eighty", api.Budget{Documents: 20}, 0, true},
		{"few", api.Budget{Documents: fewForAgain - 1}, 0, false},
		{"as many as tokens allow", api.Budget{Documents: 20, Tokens: 500}, 0, true},
		{"among known ones", api.Budget{Documents: 20}, 10, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := &fakeModel{logits: firstKind(80), known: map[int]float64{}}
			for d := 80 - tt.known; d < 80; d++ {
				m.known[d] = m.logits[d]
			}
			req := kinds(40, 40)
			req.Budget = tt.budget
			r := answered(t, cascadeOf(t, m, nil), req)
			read := slices.DeleteFunc(scoredIn(r), func(d int) bool { _, known := m.known[d]; return known })
			if r.Usage.Read != len(read) || r.Usage.Cached != tt.known || r.Usage.Trimmed != 80-len(read)-tt.known {
				t.Errorf("usage %+v of %d read", r.Usage, len(read))
			}
			if b := tt.budget; len(read) > b.Documents || b.Tokens == 0 && len(read) < b.Documents || b.Tokens > 0 && r.Usage.Tokens > b.Tokens {
				t.Errorf("%d read, %d tokens, of %+v", len(read), r.Usage.Tokens, b)
			}
			if n := countFirst(read); (n > len(read)/4+2) != tt.more {
				t.Errorf("%d of %d read are of the kind that the model likes: %v", n, len(read), read)
			}
		})
	}
}

// TestAgainWatched: a document that is no longer planned waits for no score, and every
// answer on the way holds what is promised.
func TestAgainWatched(t *testing.T) {
	e := cascadeOf(t, &fakeModel{logits: firstKind(80)}, nil)
	req := kinds(40, 40)
	req.Budget.Documents = 20
	seen := map[int]bool{}
	r, err := e.Watch(t.Context(), req, func(r *api.Response) {
		if len(r.Results) != 80 {
			t.Errorf("%d results on the way", len(r.Results))
		}
		for _, d := range scoredIn(r) {
			seen[d] = true
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := slices.Sorted(maps.Keys(seen)); !slices.Equal(scoredIn(r), want) {
		t.Errorf("scored %v, on the way %v", scoredIn(r), want)
	}
	for _, x := range r.Results[:20] {
		if x.Logit == nil {
			t.Errorf("document %d without a score stands among those with one", x.Index)
		}
	}
}

// TestAgainTwice: the same request reads nothing more once what it read is known, and its
// answer is the same.
func TestAgainTwice(t *testing.T) {
	m := &fakeModel{logits: firstKind(80), known: map[int]float64{}}
	e := cascadeOf(t, m, nil)
	req := kinds(40, 40)
	req.Budget.Documents = 20
	once := answered(t, e, req)
	for _, d := range scoredIn(once) {
		m.known[d] = m.logits[d]
	}
	twice := answered(t, e, req)
	if twice.Usage.Read != 0 || twice.Usage.Cached != 20 || !slices.Equal(scoredIn(once), scoredIn(twice)) {
		t.Errorf("scored %v and then %v, usage %+v", scoredIn(once), scoredIn(twice), twice.Usage)
	}
}
