package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// TestPairs: files of scores and Redis hold these digests, so they must not change.
func TestPairs(t *testing.T) {
	req := &api.Request{Query: "q", Documents: []api.Document{{Text: "text"}, {Title: "t", Text: "ext"}}}
	pairs := Pairs("model", req)
	want := sha256.Sum256([]byte("\x00\x00\x00\x00\x00\x00\x00\x05model\x00\x00\x00\x00\x00\x00\x00\x01q" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04text"))
	if pairs[0] != want {
		t.Errorf("%s, want %s", hex.EncodeToString(pairs[0][:]), hex.EncodeToString(want[:]))
	}
	if pairs[1] == pairs[0] {
		t.Error("a title and a text read like one text")
	}
}
