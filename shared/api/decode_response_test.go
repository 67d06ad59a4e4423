package api

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// ownToTheAsker is what an asker knows of its own results: of an explanation what the
// words say.
var ownToTheAsker = cmp.Options{
	cmpopts.IgnoreFields(Result{}, "ID", "Document", "Matches"),
	cmp.Transformer("ofModels", func(e *Explanation) []any {
		if e == nil || e.Blend == nil && e.LLM == nil {
			return nil
		}
		return []any{e.Blend, e.LLM}
	}),
}

func TestDecodeResponse(t *testing.T) {
	for name, want := range map[string]*Response{"full": full(), "bare": bare(), "empty": {Model: ModelNone}} {
		t.Run(name, func(t *testing.T) {
			got, err := DecodeResponse(AppendResponse(nil, want))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, ownToTheAsker, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestDecodeResponseOfANewerServer(t *testing.T) {
	got, err := DecodeResponse([]byte(`{"results":[{"index":3,"new":[{}]}],"also":{"new":1},"usage":{"new":1},"timings_ms":{"new":1}}`))
	if err != nil || len(got.Results) != 1 || got.Results[0].Index != 3 {
		t.Errorf("%+v, error %v", got, err)
	}
}

func TestDecodeResponseErrors(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		code       Code
	}{
		{"empty", ``, MalformedJSON},
		{"cut off", `{"results":[{"index":1`, MalformedJSON},
		{"a page", `<html>`, MalformedJSON},
		{"an array", `[]`, WrongType},
		{"a number where a list belongs", `{"results":1}`, WrongType},
		{"an index that is none", `{"results":[{"index":-1}]}`, OutOfRange},
		{"a score that is none", `{"results":[{"relevance_score":"1"}]}`, WrongType},
		{"a blend that is none", `{"results":[{"explanation":{"blend":[]}}]}`, WrongType},
		{"a score too large", `{"results":[{"relevance_score":1e999}]}`, NotFinite},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var fault *Error
			if _, err := DecodeResponse([]byte(tt.body)); !errors.As(err, &fault) || fault.Code != tt.code {
				t.Errorf("error %#v", err)
			}
		})
	}
}

func TestDecodeError(t *testing.T) {
	want := &Error{Code: TooLong, Message: "query is \"long\"", Field: "query"}
	got, err := DecodeError(AppendError(nil, want))
	if err != nil || *got != *want {
		t.Errorf("%+v, error %v", got, err)
	}
	for _, body := range []string{``, `{}`, `{"error":"text"}`, `{"error":{"message":"no code"}}`, `502 Bad Gateway`} {
		if e, err := DecodeError([]byte(body)); err == nil {
			t.Errorf("%s: %+v", body, e)
		}
	}
}

func TestDecodeAnswers(t *testing.T) {
	fault := &Error{Code: UnknownModel, Message: "no such model", Field: "model"}
	want := []BatchAnswer{{Response: bare()}, {Err: fault}, {Response: full()}}
	got, err := DecodeAnswers(AppendBatch(nil, want))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, ownToTheAsker); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAppendRequests(t *testing.T) {
	two := []*Request{{Query: "q", Documents: []Document{{Text: "a"}}}, {Query: "r", Documents: []Document{{Text: "b"}}, TopK: 1}}
	items, err := DecodeBatch(AppendRequests(nil, two), Limits{})
	if err != nil || len(items) != 2 {
		t.Fatalf("%v, error %v", items, err)
	}
	for i, item := range items {
		if diff := cmp.Diff(two[i], item.Request, cmpopts.IgnoreFields(Document{}, "Raw")); diff != "" {
			t.Errorf("request %d (-want +got)\n%s", i, diff)
		}
	}
}

// FuzzDecodeResponse: what an origin says is read or refused, and what is read
// is written and read again as the same.
func FuzzDecodeResponse(f *testing.F) {
	f.Add(string(AppendResponse(nil, full())))
	f.Add(`{"results":[{"index":0,"logit":-1e-9,"relevance_score":1}],"usage":{"scored":1}}`)
	f.Add(`{"results":[{"index":0,"explanation":{"parts":[],"blend":{"terms":[{"term":"logit","raw":-1}],"sum":1e-9},"llm":{"grade":7,"why":"it answers"}}}]}`)
	f.Add(strings.Repeat("[", 40))
	f.Fuzz(func(t *testing.T, body string) {
		r, err := DecodeResponse([]byte(body))
		if err != nil {
			return
		}
		for i := range r.Results {
			r.Results[i].Index, r.Results[i].Rank = max(r.Results[i].Index, 0), max(r.Results[i].Rank, 1)
		}
		again, err := DecodeResponse(AppendResponse(nil, r))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, again, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("(-first +second)\n%s", diff)
		}
	})
}
