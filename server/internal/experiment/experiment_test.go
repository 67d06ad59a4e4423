package experiment

import (
	"fmt"
	"strings"
	"testing"
)

const valid = `{"experiments":[{"name":"cascade-30","mode":"interleave","arms":[{},{"pipeline":"cascade","budget":{"documents":30}}]}]}`

func TestParse(t *testing.T) {
	list, err := Parse([]byte(valid))
	if err != nil {
		t.Fatal(err)
	}
	e := list[0]
	if e.Share != 1 || e.Unit != Client || e.MaxN != DefaultMaxN || e.Metric != "click" || e.Alpha != 0.05 || e.Arms[0].Name != "A" || e.Arms[1].Name != "B" {
		t.Errorf("%+v", e)
	}
	for _, tt := range []struct{ name, old, new, want string }{
		{"no experiments", valid, `{}`, "no experiments"},
		{"one arm", `{},{`, `{`, "experiments[0].arms are 1: want 2"},
		{"three arms", `{},{`, `{},{},{`, "experiments[0].arms are 3"},
		{"unknown field", `"mode"`, `"weight":1,"mode"`, "weight"},
		{"unknown mode", `interleave`, `magic`, "magic"},
		{"no name", `cascade-30`, ``, "name"},
		{"a name with a space", `cascade-30`, `a b`, "name"},
		{"unknown pipeline", `"cascade"`, `"magic"`, "arms[1].pipeline"},
		{"arms alike", `"pipeline":"cascade","budget":{"documents":30}`, ``, "do the same"},
		{"names alike", `{},{`, `{"name":"B"},{`, `both called "B"`},
		{"share", `"mode"`, `"share":1.5,"mode"`, ".share 1.5"},
		{"alpha", `"mode"`, `"alpha":1,"mode"`, ".alpha 1"},
		{"negative", `30}`, `-30}`, "negative"},
		{"budget of cross-encoder", `"cascade","b`, `"cross-encoder","b`, "trims nothing"},
		{"twice", `]}]}`, `]},{"name":"cascade-30","mode":"split","arms":[{},{"model":"m"}]}]}`, "given twice"},
		{"more", valid, valid + `{}`, "more follows"},
		{"not JSON", valid, `{`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse([]byte(strings.Replace(valid, tt.old, tt.new, 1)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// TestShareMayRise: units stay in, with their arm, and both arms grow alike.
func TestShareMayRise(t *testing.T) {
	small, large := Experiment{Name: "x", Mode: Split, Share: 0.1}, Experiment{Name: "x", Mode: Split, Share: 0.35}
	var in, arms [2]int
	const units = 20_000
	for i := range units {
		unit := fmt.Sprint("visitor-", i)
		if small.Includes(unit) && (!large.Includes(unit) || small.ArmOf(unit) != large.ArmOf(unit)) {
			t.Fatalf("%s changes", unit)
		}
		in[0] += count(small.Includes(unit))
		if large.Includes(unit) {
			in[1]++
			arms[large.ArmOf(unit)]++
		}
	}
	for i, share := range []float64{0.1, 0.35} {
		if p := SampleRatio(in[i], units-in[i], share); p < 0.001 {
			t.Errorf("%d of %d take part, want %v", in[i], units, share)
		}
	}
	if p := SampleRatio(arms[0], arms[1], large.FirstArmShare()); p < 0.001 {
		t.Errorf("arms %v", arms)
	}
	if small.Includes("") {
		t.Error("nobody takes part")
	}
}

func TestDigest(t *testing.T) {
	list, _ := Parse([]byte(valid))
	e := list[0]
	before := e.Digest()
	if e.Share = 0.5; e.Digest() != before || len(before) != 16 {
		t.Errorf("%s, %s with another share", before, e.Digest())
	}
	if e.Arms[1].Budget.Documents = 31; e.Digest() == before {
		t.Error("another arm has the same digest")
	}
}
