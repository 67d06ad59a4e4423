package heuristics

import (
	"math/bits"
	"math/rand/v2"
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

// TestVectorsHoldAllBuckets: a document with a word in every bucket, each of
// them twice, fits behind others.
func TestVectorsHoldAllBuckets(t *testing.T) {
	var v vectors
	for range 2 { // the second time in memory that is there
		v.reset(nil)
		n := len(v.buckets)
		for document := range 5 {
			from := v.begin()
			for word := range 2 * n {
				v.add(uint64(word))
			}
			if to := v.end(); int(to-from) != n {
				t.Fatalf("document %d has %d entries, want %d", document, to-from, n)
			}
			for i, e := range v.entries[from:v.end()] {
				if e != (entry{int32(i), 2}) {
					t.Fatalf("entry %d of document %d is %+v, want bucket %d twice", i, document, e, i)
				}
			}
		}
	}
}

// BenchmarkVectors counts words of which half come again, in no order.
func BenchmarkVectors(b *testing.B) {
	var words [1000]uint64
	rng := rand.New(rand.NewPCG(4, 4))
	for i := range words {
		words[i] = rng.Uint64() >> rng.IntN(64)
	}
	var v vectors
	for b.Loop() {
		v.reset(nil)
		for from := 0; from < len(words); from += 100 {
			v.begin()
			for _, w := range words[from : from+100] {
				v.add(w)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(words)), "ns/word")
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
