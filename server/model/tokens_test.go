package model_test

import (
	"bufio"
	"os"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/token"
	"github.com/splitrank/splitrank/server/model"
)

// TestTokens: the tokenizer of the bilingual model gives what the reference gives with
// the same file. internal/token/parity/builtin.py writes the reference's answers.
func TestTokens(t *testing.T) {
	tokenizer, err := token.LoadFS(os.DirFS(model.Bilingual), "tokenizer.json", token.Options{})
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open("testdata/tokens.golden.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, cases, failed := bufio.NewScanner(file), 0, 0
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var want struct {
			Text string
			IDs  []int32
		}
		if err := json.Unmarshal(lines.Bytes(), &want, json.MatchCaseInsensitiveNames(true)); err != nil {
			t.Fatal(err)
		}
		got, err := tokenizer.Encode(nil, want.Text, 0)
		if err != nil || !slices.Equal(got, want.IDs) {
			if failed++; failed <= 5 {
				t.Errorf("%.100q: %.20v, %v, want %.20v", want.Text, got, err, want.IDs)
			}
		}
		cases++
	}
	if lines.Err() != nil || cases < 150 {
		t.Errorf("%d texts, error %v", cases, lines.Err())
	}
	if failed > 0 {
		t.Errorf("%d of %d texts have other tokens", failed, cases)
	}
}
