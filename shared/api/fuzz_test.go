package api

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// FuzzDecodeRequest: no body makes the decoder panic, a refusal is a good error,
// and what is accepted is valid, can be written, and reads back the same.
func FuzzDecodeRequest(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `{}`, `[`, `{"query":"q","documents":["a"]}`,
		`{"query":"מה זה embeddings?","documents":["ייצוג וקטורי",{"id":"x","text":"a","title":"t","rank":2,"score":-0.5,"meta":{"k":[1,{}]}},{"id":17,"text":"😀\u0000"}],"top_n":5,"pipeline":"cascade","first_stage":"hidden","budget":{"documents":30,"tokens":8192,"deadline_ms":150},"diversity":0.3,"language":"he","cache":false,"explain":true,"return_documents":true,"strict":true,"client_id":"visitor-7","model":"m","truncation":{"strategy":"only_second","max_query_tokens":3,"windows":{"size":5,"stride":2,"count":4,"score":"mean2"}}}`,
		`{"query":"q","chunks":[{"id":"a","text":"x"},{"id":-0,"text":"y"}],"top_k":1}`,
		`{"query":"q","documents":[{"text":"a","score":NaN}]}`, `{"query":"q","documents":["\ud800"]}`,
		`{"query":"q","documents":[{"text":"a","m":[[[[[[[[1]]]]]]]]}]}`, "{\"query\":\"\xff\"}",
		`{"requests":[{"query":"q","documents":["a"]},{"query":5,"x":[{"y":[]}]},7]}`,
		`{"query":"q","documents":["a"],"top_k":1e3}`, `{"query":"q","documents":["a"]}{}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := DecodeRequest(body, small)
		if err != nil {
			checkError(t, err)
			return
		}
		if err := r.Validate(small); err != nil {
			t.Fatalf("accepted, then invalid: %v", err)
		}
		again := roundTrip(t, r)
		if diff := cmp.Diff(r, again, cmpopts.IgnoreFields(Document{}, "Raw")); diff != "" {
			t.Fatalf("reads back differently (-first +second)\n%s", diff)
		}
		for i := range r.Documents {
			if !r.Documents[i].Raw.IsValid() {
				t.Fatalf("raw document %q is no JSON", r.Documents[i].Raw)
			}
		}
	})
}

// roundTrip reads under the limits of a body of any length: escapes that were
// short may come back longer.
func roundTrip(t *testing.T, r *Request) *Request {
	t.Helper()
	l := small
	l.BodyBytes = 0
	again, err := DecodeRequest(AppendRequest(nil, r), l)
	if err != nil {
		t.Fatalf("what was written is refused: %v\n%s", err, AppendRequest(nil, r))
	}
	return again
}

func checkError(t *testing.T, err error) {
	t.Helper()
	e, ok := err.(*Error)
	if !ok || e == nil {
		t.Fatalf("error is %#v, want an *Error", err)
	}
	if e.Message == "" || e.Status() < 400 || e.Status() >= 500 {
		t.Fatalf("error %+v has no message or is not the caller's", e)
	}
	if !jsontext.Value(AppendError(nil, e)).IsValid() {
		t.Fatalf("error %+v cannot be written", e)
	}
}

// FuzzDecodeBatch: as above, and every item is a request or an error.
func FuzzDecodeBatch(f *testing.F) {
	for _, seed := range []string{
		``, `{"requests":[]}`, `{"requests":[{"query":"q","documents":["a"]},{"query":"q","chunks":[{"id":1,"text":"a"}]}]}`,
		`{"requests":[{"query":5,"x":[{"y":[]}]},7]}`, `{"requests":[[[]],{"texts":[{}]}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		items, err := DecodeBatch(body, small)
		if err != nil {
			checkError(t, err)
			return
		}
		for i, item := range items {
			if (item.Request == nil) == (item.Err == nil) {
				t.Fatalf("item %d is %+v, want a request or an error", i, item)
			}
			if item.Err != nil {
				checkError(t, item.Err)
			} else if err := item.Request.Validate(small); err != nil {
				t.Fatalf("item %d accepted, then invalid: %v", i, err)
			}
		}
	})
}
