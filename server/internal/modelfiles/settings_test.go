package modelfiles

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/shared/answer"
)

func TestReadSettings(t *testing.T) {
	tests := []struct {
		name, config string
		want         Settings
		err          string
	}{
		{"somebody else's model", `{"model_type":"bert"}`, Settings{}, ""},
		{"ours", `{"splitrank":{"calibration":{"logit":0.5,"heuristic":4,"shift":-2},"spread":0.25}}`,
			Settings{Calibration: answer.Calibration{Logit: 0.5, Heuristic: 4, Shift: -2}, Spread: 0.25}, ""},
		{"with a first stage", `{"splitrank":{"calibration":{"logit":1,"first_stage":8}}}`,
			Settings{Calibration: answer.Calibration{Logit: 1, FirstStage: 8}}, ""},
		{"with what documents say of each other", `{"splitrank":{"calibration":{"logit":1,"rarity":10.8,"feedback":3.5}}}`,
			Settings{Calibration: answer.Calibration{Logit: 1, Rarity: 10.8, Feedback: 3.5}}, ""},
		{"feedback turned round", `{"splitrank":{"calibration":{"logit":1,"feedback":-1}}}`, Settings{}, "feedback is negative"},
		{"languages and prefixes", `{"splitrank":{"languages":["en","he"],"late_interaction":{"match":2,"query_prefix":[5,6],"document_prefix":[7]}}}`,
			Settings{Languages: []string{"en", "he"}, LateInteraction: &LateInteraction{Match: 2, QueryPrefix: []int32{5, 6}, DocumentPrefix: []int32{7}}}, ""},
		{"no language", `{"splitrank":{"languages":[]}}`, Settings{}, "languages is empty"},
		{"a language by name", `{"splitrank":{"languages":["en","Hebrew"]}}`, Settings{}, `languages has "Hebrew", not an ISO 639-1 code`},
		{"a prefix that is no token", `{"splitrank":{"late_interaction":{"match":2,"document_prefix":[-1]}}}`, Settings{}, "late_interaction.document_prefix has the id -1"},
		{"a prefix without end", `{"splitrank":{"late_interaction":{"match":2,"query_prefix":[` + strings.Repeat("1,", 64) + `1]}}}`, Settings{}, "late_interaction.query_prefix has 65 tokens, and at most 64 are read"},
		{"turned round", `{"splitrank":{"calibration":{"logit":-1}}}`, Settings{}, "logit is not above 0"},
		{"no JSON", `{`, Settings{}, "reading what config.json says of splitrank"},
		{"a wrong type", `{"splitrank":{"spread":"small"}}`, Settings{}, "spread"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadSettings(fstest.MapFS{"config.json": {Data: []byte(tt.config)}})
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("error %v, want %q", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestSpelled pins what digests were made of before there were prefixes, and that these
// count.
func TestSpelled(t *testing.T) {
	l := LateInteraction{Bits: 4, Cosine: 1, Match: 11.601, Shift: -11.307, Skip: []int32{}}
	if got := l.Spelled(); got != "{Bits:4 Cosine:1 Match:11.601 Shift:-11.307 Skip:[]}" {
		t.Errorf("%s", got)
	}
	l.DocumentPrefix = []int32{9}
	if got := l.Spelled(); got != "{Bits:4 Cosine:1 Match:11.601 Shift:-11.307 Skip:[]} after [] and [9]" {
		t.Errorf("%s", got)
	}
}

// TestAddCalibration pins what digests in calibration files were made of.
func TestAddCalibration(t *testing.T) {
	tests := []struct {
		c    answer.Calibration
		want string
	}{
		{answer.Calibration{}, "read as {0 0 0}"},
		{answer.Calibration{Logit: 0.4, Heuristic: 5, Shift: -3}, "read as {0.4 5 -3}"},
		{answer.Calibration{Logit: 1, FirstStage: 8}, "read as {1 0 0}, first stage 8"},
		{answer.Calibration{Logit: 1, Rarity: 10.8, Feedback: 3.5}, "read as {1 0 0}, rarity 10.8, feedback 3.5"},
	}
	for _, tt := range tests {
		var b strings.Builder
		if addCalibration(&b, tt.c); b.String() != tt.want {
			t.Errorf("%+v: %q, want %q", tt.c, b.String(), tt.want)
		}
	}
}
