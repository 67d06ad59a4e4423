package modelfiles

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/splitrank/splitrank/server/internal/hub"
)

func TestIdentify(t *testing.T) {
	miniLM := &hub.Files{Name: "cross-encoder/ms-marco-MiniLM-L6-v2", Commit: "c", Variant: "fp32"}
	half := &hub.Files{Name: miniLM.Name, Commit: "c", Variant: "fp16"}
	tests := []struct {
		name      string
		given     string
		files     *hub.Files
		names     []string
		languages []string
	}{
		{"folder", "/x/mine/", &hub.Files{Name: "/x/mine/", Dir: "/x/mine/"}, []string{"mine"}, nil},
		{"short name", "ms-marco-MiniLM-L6-v2", miniLM, []string{miniLM.Name, "ms-marco-MiniLM-L6-v2"}, []string{"en"}},
		{"former name", "ms-marco-MiniLM-L-6-v2", miniLM, []string{miniLM.Name, "ms-marco-MiniLM-L6-v2", "ms-marco-MiniLM-L-6-v2"}, []string{"en"}},
		{"variant", "ms-marco-MiniLM-L6-v2:fp16", half, []string{miniLM.Name + ":fp16", "ms-marco-MiniLM-L6-v2:fp16"}, []string{"en"}},
		{"not in the catalogue", "org/other", &hub.Files{Name: "org/other", Commit: "c"}, []string{"org/other", "other"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			names, languages := identify(tt.given, tt.files)
			if diff := cmp.Diff([][]string{tt.names, tt.languages}, [][]string{names, languages}); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
