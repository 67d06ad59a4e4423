package heuristics

import (
	"math/bits"
	"strings"
	"testing"
)

// TestBuckets: the table follows from the bytes of the request and nothing
// else, or scores would depend on what was ranked before.
func TestBuckets(t *testing.T) {
	var v vectors
	for _, c := range []struct {
		name  string
		bytes int
		want  int
	}{
		{"much", 1 << 24, maxBuckets},
		{"nothing", 0, minBuckets},
		{"the last that fits the smallest", 16 * minBuckets, minBuckets},
		{"one word more", 16*minBuckets + 16, 2 * minBuckets},
		{"the first that needs the largest", 8*maxBuckets + 16, maxBuckets},
		{"just below", 8 * maxBuckets, maxBuckets / 2},
	} {
		for _, docs := range [][]Document{
			{{Text: strings.Repeat("x", c.bytes)}},
			{{Title: strings.Repeat("x", c.bytes/2)}, {}, {Text: strings.Repeat("x", c.bytes-c.bytes/2)}},
		} {
			v.reset(docs)
			if len(v.buckets) != c.want || len(v.centroid) != c.want || v.mask != uint64(c.want-1) {
				t.Errorf("%s: %d buckets for %d bytes in %d documents, want %d", c.name, len(v.buckets), c.bytes, len(docs), c.want)
			}
		}
	}
	if bits.OnesCount(minBuckets) != 1 || bits.OnesCount(maxBuckets) != 1 {
		t.Error("the bounds are no powers of two")
	}
}

func TestVectorsCountWords(t *testing.T) {
	var v vectors
	v.reset(nil)
	var got [3]span32
	for i, words := range [][]uint64{{1, 2, 1, 1}, {}, {2, 2, 3}} {
		got[i].from = v.begin()
		for _, w := range words {
			v.add(w)
		}
		got[i].to = v.end()
	}
	for i, want := range []map[int32]int32{{1: 3, 2: 1}, {}, {2: 2, 3: 1}} {
		entries := v.entries[got[i].from:got[i].to]
		if len(entries) != len(want) {
			t.Errorf("document %d has %d entries, want %d", i, len(entries), len(want))
		}
		for _, e := range entries {
			if e.value != want[e.bucket] {
				t.Errorf("document %d has word %d %d times, want %d", i, e.bucket, e.value, want[e.bucket])
			}
		}
	}
	for word, df := range map[int]int32{1: 1, 2: 2, 3: 1, 4: 0} {
		if v.buckets[word].df != df {
			t.Errorf("%d documents hold word %d, want %d", v.buckets[word].df, word, df)
		}
	}
}

func TestZeroed(t *testing.T) {
	s := []int{1, 2, 3, 4}
	if got := zeroed(s, 3); len(got) != 3 || got[0]+got[1]+got[2] != 0 || &got[0] != &s[0] {
		t.Errorf("three of four are %v, want zeros in the same memory", got)
	}
	if got := zeroed(s, 9); len(got) != 9 || got[8] != 0 {
		t.Errorf("nine of four are %v, want zeros", got)
	}
	if got := zeroed[int](nil, 0); len(got) != 0 {
		t.Errorf("none of nothing are %v", got)
	}
}
