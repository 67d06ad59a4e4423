package lateinteraction

import (
	"strings"
	"testing"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/ort/orttest"
	"github.com/splitrank/splitrank/shared/api"
)

// TestPrefixes: a text behind a prefix is read as a text that begins with its words,
// each window of it too, and counts as other vectors.
func TestPrefixes(t *testing.T) {
	word := func(i int32) string { return orttest.Words[i] }
	alone := Options{}
	alone.BatchTokens = 1 // text by text: the last bit of a sum may hang on the batch
	plain := loadFolder(t, orttest.Encoder{Seed: 1}.Folder(t, "plain"), alone)
	prefixed := loadFolder(t, orttest.Encoder{Seed: 1, QueryPrefix: []int32{6}, DocumentPrefix: []int32{7, 8}}.Folder(t, "prefixed"), alone)
	long := strings.TrimSpace(strings.Repeat(word(9)+" "+word(10)+" ", 20))
	req := &api.Request{Query: word(5), Documents: []api.Document{{Text: word(9)}, {Text: long}, {Text: ""}}}
	spelled := &api.Request{Query: word(6) + " " + word(5)}
	for _, d := range req.Documents {
		spelled.Documents = append(spelled.Documents, api.Document{Text: word(7) + " " + word(8) + " " + d.Text})
	}
	want, err := scoreAll(t.Context(), plain, spelled)
	if err != nil {
		t.Fatal(err)
	}
	got, err := scoreAll(t.Context(), prefixed, req)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%v, error %v", got, err)
	}
	for i := range got {
		if got[i].Logit != want[i].Logit {
			t.Errorf("document %d: logit %v, spelled out %v", i, got[i].Logit, want[i].Logit)
		}
	}
	if plain.identity == prefixed.identity {
		t.Error("the vectors of both pass for the same")
	}
	cut := prefixed.cutter(&api.Truncation{Windows: &api.Windows{Size: 8}})
	text, err := cut.readDocument(long)
	if err != nil || len(text.parts) < 2 {
		t.Fatalf("%d windows, error %v", len(text.parts), err)
	}
	for i, part := range text.parts {
		if part.IDs[1] != 7 || part.IDs[2] != 8 {
			t.Errorf("window %d begins with %v", i, part.IDs[:3])
		}
	}
}

// TestPrefixIsNoToken: an id that the tokenizer never gives is an error at load.
func TestPrefixIsNoToken(t *testing.T) {
	orttest.Library(t)
	dir := orttest.Encoder{QueryPrefix: []int32{30000}}.Folder(t, "m")
	_, err := Load(dir, &hub.Files{Name: dir, Dir: dir, ONNX: "onnx/model.onnx"}, Options{})
	if err == nil || !strings.Contains(err.Error(), "a prefix under late_interaction: token 30000 is none of the tokenizer's") {
		t.Errorf("error %v", err)
	}
}
