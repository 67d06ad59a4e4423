package ort_test

import (
	"math"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/ort"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
)

// TestOneText: a graph that takes one text a call gives what the same one for batches
// gives of it, is said to be run text by text, and refuses what it cannot read.
func TestOneText(t *testing.T) {
	orttest.Library(t)
	load := func(e orttest.Encoder) *ort.Encoder {
		m, err := ort.LoadEncoder(e.Folder(t, "tiny"), ort.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = m.Close() })
		return m
	}
	many, one := load(orttest.Encoder{Seed: 1}), load(orttest.Encoder{Seed: 1, OneText: true})
	if many.ReadsOneText() || !one.ReadsOneText() || !one.BatchDependent() {
		t.Fatalf("reads one text: %v and %v, one by one %v", many.ReadsOneText(), one.ReadsOneText(), one.BatchDependent())
	}
	text := []ort.Text{{IDs: []int32{2, 5, 6, 7, 3}}}
	want, err := many.Encode(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	got, err := one.Encode(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range want[0].Tokens {
		if math.Abs(float64(v-got[0].Tokens[i])) > 1e-6 {
			t.Fatalf("value %d is %v, want %v", i, got[0].Tokens[i], v)
		}
	}
	for _, tt := range []struct {
		texts []ort.Text
		fails string
	}{
		{append(text, text...), "2 texts for a graph that reads one a call"},
		{[]ort.Text{{IDs: []int32{2, 5, 3}, Unattended: 1}}, "1 unattended tokens for a graph without attention_mask"},
	} {
		if _, err := one.Encode(t.Context(), tt.texts); err == nil || !strings.Contains(err.Error(), tt.fails) {
			t.Errorf("error %v, want %q", err, tt.fails)
		}
	}
}

// TestOneTextIsTried: what a graph cannot read is found when it is loaded.
func TestOneTextIsTried(t *testing.T) {
	orttest.Library(t)
	e := orttest.Encoder{Seed: 1, OneText: true, Claims: 80}
	if _, err := ort.LoadEncoder(e.Folder(t, "tiny"), ort.Options{}); err == nil || !strings.Contains(err.Error(), "trying the model: ") {
		t.Errorf("80 positions promised, 64 there: error %v", err)
	}
}
