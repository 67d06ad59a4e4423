package model_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// cards of the models, by name, as README.md has them.
func cards(t *testing.T) map[string]string {
	t.Helper()
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]string{}
	for _, part := range strings.Split("\n"+string(page), "\n# ")[1:] {
		name, card, _ := strings.Cut(part, "\n")
		list[name] = strings.ReplaceAll(card, "\n", " ")
	}
	return list
}

// TestCardSizes: what a card says that its model takes is what its folder takes, within 1 MB.
func TestCardSizes(t *testing.T) {
	for name, card := range cards(t) {
		told := regexp.MustCompile(`(\d+) MB`).FindStringSubmatch(card)
		files, err := filepath.Glob(filepath.Join(name, "*"))
		if err != nil || len(files) == 0 || told == nil {
			t.Fatalf("%s: %d files, error %v, told %v", name, len(files), err, told)
		}
		size := 0.0
		for _, file := range files {
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			size += float64(info.Size()) / 1e6
		}
		if mb, _ := strconv.ParseFloat(told[1], 64); math.Abs(mb-size) > 1 {
			t.Errorf("the card of %s says %s, its folder has %.1f MB", name, told[0], size)
		}
	}
}

// TestCardOfMini: digest and formulas are those of the folder.
func TestCardOfMini(t *testing.T) {
	const name = "splitrank-mini"
	card := cards(t)[name]
	graph, err := os.ReadFile(filepath.Join(name, "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range append(formulasOf(t, name), fmt.Sprintf("SHA-256 of `model.onnx`: `%x`", sha256.Sum256(graph))) {
		if !strings.Contains(card, want) {
			t.Errorf("the card of %s does not say %q", name, want)
		}
	}
}

// formulasOf a model, by its config.json.
func formulasOf(t *testing.T, name string) []string {
	t.Helper()
	var config struct {
		Splitrank struct {
			Calibration struct {
				Heuristic, Rarity, Feedback, Shift float64
				FirstStage                         float64 `json:"first_stage"`
			}
			LateInteraction struct{ Cosine, Match, Shift float64 } `json:"late_interaction"`
		}
	}
	data, err := os.ReadFile(filepath.Join(name, "config.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &config); err != nil {
		t.Fatal(err)
	}
	late, c := config.Splitrank.LateInteraction, config.Splitrank.Calibration
	return []string{
		fmt.Sprintf("logit = %v · cosine + %v · matches − %v", late.Cosine, late.Match, -late.Shift),
		fmt.Sprintf("logit + %v · heuristic score + %v · agreement · prior + %v · rarity + %v · feedback − %v", c.Heuristic, c.FirstStage, c.Rarity, c.Feedback, -c.Shift),
	}
}
