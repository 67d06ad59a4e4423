//go:build !race

package token

import (
	"strings"
	"testing"
)

// Under the race detector sync.Pool drops a part of what it is given, on
// purpose: counting allocations means nothing there.

// TestAllocations: a text costs no memory once the buffers have grown.
func TestAllocations(t *testing.T) {
	text := strings.Repeat("Bread, water and salt; don't forget שמרים. naïve ", 12)
	for _, name := range []string{"bert", "roberta", "xlm-roberta"} {
		p := pairsOf(t, name, Limits{MaxLength: 128})
		q := must(p.Query("how much salt"))
		document := make([]int32, 0, 1024)
		ids, types, mask := make([]int64, 128), make([]int64, 128), make([]int64, 128)
		n := testing.AllocsPerRun(50, func() {
			document = must(p.Document(document[:0], q, text))
			pair, err := p.Join(q, document)
			if err != nil {
				t.Fatal(err)
			}
			p.Write(ids, types, mask, pair)
		})
		if n > 0 {
			t.Errorf("%s: %v allocations for a pair", name, n)
		}
	}
}
