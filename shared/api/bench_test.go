package api

import (
	"strings"
	"testing"
)

// body of 100 documents of 600 bytes with some metadata.
func body() []byte {
	r := &Request{Query: "what is a cross-encoder?"}
	for i := range 100 {
		text := strings.Repeat("מקודד צולב reads query and document together. ", 13)[:600]
		r.Documents = append(r.Documents, Document{ID: ID{Text: strings.Repeat("x", i+1)}, Text: strings.ToValidUTF8(text, "")})
	}
	return AppendRequest(nil, r)
}

func BenchmarkDecodeRequest(b *testing.B) {
	in := body()
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeRequest(in, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestDecodeAllocs: two strings for a document with an id, and little beside.
func TestDecodeAllocs(t *testing.T) {
	in := body()
	got := testing.AllocsPerRun(20, func() {
		if _, err := DecodeRequest(in, Limits{}); err != nil {
			t.Fatal(err)
		}
	})
	if got > 240 {
		t.Errorf("%v allocations for 100 documents, want at most 240", got)
	}
}

func BenchmarkAppendResponse(b *testing.B) {
	r := full()
	for len(r.Results) < 100 {
		r.Results = append(r.Results, r.Results[0])
	}
	b.ReportAllocs()
	dst := AppendResponse(nil, r)
	b.SetBytes(int64(len(dst)))
	for b.Loop() {
		dst = AppendResponse(dst[:0], r)
	}
}
