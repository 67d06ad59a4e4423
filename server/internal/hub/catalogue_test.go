package hub

import (
	"slices"
	"strings"
	"testing"
)

func TestCatalogueIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range catalogue {
		if !e.Builtin && (!validID(e.ID) || e.Bytes < 1*mb || e.Bytes > 1*gb) || e.Purpose == "" || e.License == "" || len(e.Languages) == 0 || !slices.IsSorted(e.Languages) {
			t.Errorf("%q lacks something: %+v", e.ID, e)
		}
		for _, name := range append(e.Former, e.Name()) {
			if seen[name] {
				t.Errorf("%q stands for two models", name)
			}
			seen[name] = true
		}
	}
}

func TestLookup(t *testing.T) {
	cases := map[string]string{
		"ms-marco-MiniLM-L6-v2":                       "cross-encoder/ms-marco-MiniLM-L6-v2",
		"MS-MARCO-minilm-l6-v2":                       "cross-encoder/ms-marco-MiniLM-L6-v2",
		"ms-marco-MiniLM-L-6-v2":                      "cross-encoder/ms-marco-MiniLM-L6-v2",
		"cross-encoder/ms-marco-MiniLM-L-6-v2":        "cross-encoder/ms-marco-MiniLM-L6-v2",
		"ms-marco-MiniLM-L12-v2":                      "cross-encoder/ms-marco-MiniLM-L12-v2",
		"ms-marco-TinyBERT-L-2-v2":                    "cross-encoder/ms-marco-TinyBERT-L2-v2",
		"ms-marco-TinyBERT-L-6":                       "cross-encoder/ms-marco-TinyBERT-L6",
		"mmarco-mMiniLMv2-L12-H384-v1":                "cross-encoder/mmarco-mMiniLMv2-L12-H384-v1",
		"Cross-Encoder/stsb-distilroberta-base":       "cross-encoder/stsb-distilroberta-base",
		"answerai-colbert-small-v1":                   "answerdotai/answerai-colbert-small-v1",
		"splitrank-mini":                              "splitrank-mini",
		"splitrank-small":                             "splitrank-small",
		"other/splitrank-mini":                        "",
		"other/ms-marco-MiniLM-L6-v2":                 "",
		"cross-encoder/":                              "",
		"":                                            "",
		"ms-marco":                                    "",
		"cross-encoder/cross-encoder/ms-marco-MiniLM": "",
	}
	for name, want := range cases {
		if e, ok := Lookup(name); e.ID != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", name, e.ID, ok, want)
		}
	}
}

func TestCatalogueWarns(t *testing.T) {
	mmarco, _ := Lookup("mmarco-mMiniLMv2-L12-H384-v1")
	if !strings.Contains(mmarco.Warning, "not trained on Hebrew") || slices.Contains(mmarco.Languages, "he") || len(mmarco.Languages) != 14 {
		t.Errorf("mmarco: %v, %q", mmarco.Languages, mmarco.Warning)
	}
	stsb, _ := Lookup("stsb-distilroberta-base")
	if !strings.Contains(stsb.Warning, "similarity, not relevance") {
		t.Errorf("stsb: %q", stsb.Warning)
	}
}
