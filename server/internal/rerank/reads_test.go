package rerank

import (
	"context"
	"testing"
	"time"

	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// lookedAt counts how often a model is asked whether it reads a text.
type lookedAt struct {
	*fakeModel
	times   map[string]int
	nothing bool // its Pairs know nothing
}

func (m lookedAt) SupportsScript(text string) bool {
	m.times[text]++
	return m.fakeModel.SupportsScript(text)
}

func (m lookedAt) Open(r *api.Request) Pairs {
	if m.nothing {
		return nothingPairs{m.fakeModel.Open(r)}
	}
	return m.fakeModel.Open(r)
}

// nothingPairs may not be asked what they know.
type nothingPairs struct{ Pairs }

func (nothingPairs) KnowsNothing() bool { return true }

func (nothingPairs) Known(context.Context, []int) ([]answer.Score, Timing) { panic("asked") }

// TestReads: each document is looked at once, and where nothing can be known only those
// that the trim keeps.
func TestReads(t *testing.T) {
	for _, nothing := range []bool{false, true} {
		m := lookedAt{&fakeModel{speed: time.Nanosecond}, map[string]int{}, nothing}
		e := cascadeOf(t, m.fakeModel, nil)
		e.config.Models[0].Model = m
		req := breads(100)
		req.Budget.Documents = 7
		r := answered(t, e, req)
		if r.Usage.Scored != 7 {
			t.Errorf("%+v", r.Usage)
		}
		n := 0
		for i := range req.Documents {
			switch m.times[req.Documents[i].Text] {
			case 0:
			case 1:
				n++
			default:
				t.Errorf("%q was looked at %d times", req.Documents[i].Text, m.times[req.Documents[i].Text])
			}
		}
		if want := map[bool]int{false: 100, true: 7}[nothing]; n != want {
			t.Errorf("nothing is known %v: %d documents were looked at, want %d", nothing, n, want)
		}
	}
}
