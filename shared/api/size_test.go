package api

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
)

// heap is what is alive.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestAnswerBytes: no answer holds more than was counted for it beforehand. It
// tries the texts with the most hits and the documents with the least text.
func TestAnswerBytes(t *testing.T) {
	letters := "b c d e f g h i j k l m n o p q r s t u v w x y z "
	for _, tt := range []struct {
		name, text, query string
		documents         int
		diversity         float64
		explain           bool
	}{
		{"one letter, explained", strings.Repeat("b ", 1<<19), "zebra b", 4, 0, true},
		{"one letter, explained and diverse", strings.Repeat("b ", 1<<19), "zebra b", 4, 0.5, true},
		{"all letters, explained and diverse", strings.Repeat(letters, 1<<20/50), "zebra " + letters, 1000, 0.5, true},
		{"all letters, diverse", strings.Repeat(letters, 1<<20/50), "zebra " + letters, 1000, 0.5, false},
		{"without spaces", strings.Repeat("b,", 1<<19), "zebra b", 100, 0.5, true},
		{"Chinese", strings.Repeat("中 文 ", 1<<17), "中 文", 100, 0.5, true},
		{"tiny, explained", strings.Repeat("b", 1000), "b", 1000, 0, true},
		{"tiny", strings.Repeat("b", 1000), "b", 1000, 0, false},
		{"English, explained", strings.Repeat("The quick brown fox jumps over the lazy dog. ", 2000), "quick fox", 100, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := &Request{Query: tt.query, Explain: tt.explain, Diversity: tt.diversity, ReturnDocuments: true}
			n := len(tt.text) / tt.documents
			var docs []heuristics.Document
			for i := range tt.documents {
				text := strings.ToValidUTF8(tt.text[i*n:(i+1)*n], "")
				req.Documents = append(req.Documents, Document{Text: text, ID: ID{Text: fmt.Sprint(i)}})
				docs = append(docs, heuristics.Document{Text: text})
			}
			estimate := req.AnswerBytes(1)
			before := heap()
			ranker, answer := answered(t, req, docs)
			if tt.diversity == 0 && !tt.explain {
				ranker = nil // it goes to the next request
			}
			held := heap() - before
			if held > estimate {
				t.Errorf("%d bytes are held, %d were counted", held, estimate)
			}
			if json := int64(len(AppendResponse(nil, answer))); tt.explain && json > estimate {
				t.Errorf("%d bytes of JSON, %d were counted", json, estimate)
			}
			runtime.KeepAlive(ranker)
			runtime.KeepAlive(answer)
			runtime.KeepAlive(req)
			runtime.KeepAlive(docs)
		})
	}
}

// answered ranks as the pipelines do, and keeps what they keep.
func answered(t *testing.T, req *Request, docs []heuristics.Document) (*heuristics.Ranker, *Response) {
	t.Helper()
	ranker := new(heuristics.Ranker)
	ranking, err := ranker.Rank(req.Query, docs, heuristics.Options{Explain: req.Explain, Matches: req.Explain})
	if err != nil {
		t.Fatal(err)
	}
	r := &Response{}
	for _, item := range ranking.Items {
		result := Result{Index: item.Index, ScoredBy: "heuristic", Logit: ptr(0.5)}
		if req.Explain {
			result.Explanation = &Explanation{Parts: slices.Clone(item.Explanation), Blend: &Blend{Terms: make([]Term, 4)}}
			result.Matches = append([]heuristics.Span{}, item.Matches...)
		}
		r.Results = append(r.Results, result)
	}
	return ranker, r
}

// TestRequestBytes: a decoded request holds no more than was counted before it
// was decoded, nor after.
func TestRequestBytes(t *testing.T) {
	for name, body := range map[string]string{
		"tiny documents": `{"query":"q","documents":[` + strings.Repeat(`"a",`, 999) + `"a"]}`,
		"long documents": `{"query":"q","documents":["` + strings.Repeat("long ", 200_000) + `"]}`,
		"escaped":        `{"query":"q","documents":["` + strings.Repeat(`\u05d0`, 100_000) + `"]}`,
		"numbers":        `{"query":"q","documents":[` + strings.Repeat(`{"title":"t","text":"a","rank":1,"score":1.5},`, 999) + `{"text":"a"}]}`,
	} {
		before := heap()
		req, err := DecodeRequest([]byte(body), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		held := heap() - before
		if raw := int64(len(body)); held > req.Bytes()+2*raw || req.Bytes() > 2*DecodingBytes(len(body), DefaultDocuments) {
			t.Errorf("%s: %d bytes are held, %d counted, %d beforehand", name, held, req.Bytes(), DecodingBytes(len(body), DefaultDocuments))
		}
		runtime.KeepAlive(req)
	}
}

// TestServiceBytes: requests and answers of other services' shapes are counted as
// high as they come, too.
func TestServiceBytes(t *testing.T) {
	repeat := func(one string, n int) string { return strings.Repeat(one+",", n-1) + one }
	for _, tt := range []struct{ name, path, body string }{
		{"tiny strings", "/vllm/rerank", `{"query":"q","documents":[` + repeat(`"a"`, 1000) + `]}`},
		{"long strings", "/tei/rerank", `{"query":"q","return_text":true,"texts":[` + repeat(`"`+strings.Repeat("long ", 20_000)+`"`, 10) + `]}`},
		{"escaped", "/vllm/rerank", `{"query":"q","documents":["` + strings.Repeat(`\u0001`, 100_000) + `"]}`},
		{"tiny objects", "/v1/rerank", `{"query":"q","return_documents":true,"documents":[` + repeat(`{"text":"a"}`, 1000) + `]}`},
		{"fields that are no strings", "/voyage/v1/rerank", `{"query":"q","return_documents":true,"documents":[{"text":[` + repeat(`"\""`, 100_000) + `]}]}`},
		{"escaped again", "/infinity/rerank", `{"query":"q","return_documents":true,"documents":[{"text":"` + strings.Repeat(`\n`, 100_000) + `"}]}`},
		{"many fields", "/mixedbread/v1/reranking", `{"query":"q","return_input":true,"rank_fields":["a","b"],"input":[` + repeat(`{"a":"x","b":[[1,"\""]]}`, 1000) + `]}`},
		{"spaces", "/vllm/rerank", `{"query":"q","documents":[{"text":[` + strings.Repeat("\n", 100_000) + `1]}]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, _ := MountAt(tt.path)
			before := heap()
			req, _, err := m.Decode([]byte(tt.body), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			held := heap() - before
			if beforehand := DecodingBytes(len(tt.body), DefaultDocuments); held > req.Bytes()+2*int64(len(tt.body)) || req.Bytes() > 2*beforehand {
				t.Errorf("%d bytes are held, %d counted, %d beforehand", held, req.Bytes(), beforehand)
			}
			answer := &Response{}
			for i := range req.Documents {
				answer.Results = append(answer.Results, Result{Index: i, RelevanceScore: 0.123456789, Document: &req.Documents[i]})
				one := &Response{Results: answer.Results[i:]}
				if json := len(AppendAnswer(nil, req.Form(), one)); json > req.Documents[i].size(req)+piece {
					t.Errorf("document %d: %d bytes of JSON, %d counted", i, json, req.Documents[i].size(req))
				}
			}
			runtime.KeepAlive(req)
		})
	}
}

func TestBatchDocuments(t *testing.T) {
	one := `{"query":"q","documents":[` + strings.Repeat(`"a",`, 9) + `"a"]}`
	body := func(n int) []byte {
		return []byte(`{"requests":[` + strings.Repeat(one+",", n-1) + one + `]}`)
	}
	limits := Limits{BatchDocuments: 30}
	if items, err := DecodeBatch(body(3), limits); err != nil || len(items) != 3 {
		t.Errorf("%d requests, error %v", len(items), err)
	}
	_, err := DecodeBatch(body(4), limits)
	fault, ok := err.(*Error)
	if !ok || fault.Code != BatchTooLarge || fault.Field != "requests" || !strings.Contains(fault.Message, "more than 30 documents") {
		t.Errorf("error %v", err)
	}
}

// TestBatchBytes counts the largest of those that are at work at once.
func TestBatchBytes(t *testing.T) {
	of := func(n int) BatchItem {
		return BatchItem{Request: &Request{Documents: make([]Document, n)}}
	}
	items := []BatchItem{of(1), of(100), {Err: &Error{}}, of(50), of(2)}
	want := items[1].Request.AnswerBytes(1) + items[3].Request.AnswerBytes(1)
	if got := BatchBytes(items, 2); got != want {
		t.Errorf("%d, want %d", got, want)
	}
	if got := BatchBytes(items, 100); got <= want {
		t.Errorf("%d for all, %d for two", got, want)
	}
}
