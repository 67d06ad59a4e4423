package crossencoder

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/splitrank/splitrank/server/internal/rerank"
)

func TestReadOwn(t *testing.T) {
	tests := []struct {
		name, config string
		want         Own
		err          string
	}{
		{"somebody else's model", `{"model_type":"bert"}`, Own{}, ""},
		{"ours", `{"splitrank":{"calibration":{"logit":0.5,"heuristic":4,"shift":-2},"spread":0.25}}`,
			Own{rerank.Calibration{Logit: 0.5, Heuristic: 4, Shift: -2}, 0.25}, ""},
		{"turned round", `{"splitrank":{"calibration":{"logit":-1}}}`, Own{}, "logit is not above 0"},
		{"no JSON", `{`, Own{}, "reading what config.json says of splitrank"},
		{"a wrong type", `{"splitrank":{"spread":"small"}}`, Own{}, "spread"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadOwn(fstest.MapFS{"config.json": {Data: []byte(tt.config)}})
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("error %v, want %q", err, tt.err)
			}
			if got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}
