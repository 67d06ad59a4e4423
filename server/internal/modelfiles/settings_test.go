package modelfiles

import (
	"strings"
	"testing"
	"testing/fstest"

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
			if got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
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
	}
	for _, tt := range tests {
		var b strings.Builder
		if addCalibration(&b, tt.c); b.String() != tt.want {
			t.Errorf("%+v: %q, want %q", tt.c, b.String(), tt.want)
		}
	}
}
