package exposure

import (
	"context"
	"strconv"
	"testing"

	"github.com/splitrank/splitrank/server/internal/experiment"
	"github.com/splitrank/splitrank/server/internal/ubi"
	"github.com/splitrank/splitrank/shared/api"
)

// fixed answers at once, so that what is measured is what an Exposer adds.
type fixed struct{ response *api.Response }

func (f fixed) Rerank(context.Context, *api.Request) (*api.Response, error) { return f.response, nil }
func (f fixed) Watch(context.Context, *api.Request, func(*api.Response)) (*api.Response, error) {
	return f.response, nil
}

// shown is a request of 100 documents with ids, and its answer.
func shown() (*api.Request, *api.Response) {
	req, response := &api.Request{Query: "how long does dough rest", ClientID: "v"}, &api.Response{Model: "m"}
	for i := range 100 {
		req.Documents = append(req.Documents, api.Document{ID: api.ID{Text: "document-" + strconv.Itoa(i)}})
		response.Results = append(response.Results, api.Result{Index: i, ID: req.Documents[i].ID})
	}
	return req, response
}

// BenchmarkExposer: what a query id, the arm and the note of 100 documents take of the
// caller's time.
func BenchmarkExposer(b *testing.B) {
	req, response := shown()
	for _, mode := range []string{"log alone", "split", "interleave"} {
		b.Run(mode, func(b *testing.B) {
			c := Config{Reranker: fixed{response}, Signer: ubi.NewSigner(nil), Note: func(int, func() *ubi.Query) {}}
			if mode != "log alone" {
				list, err := experiment.Parse([]byte(`{"experiments":[{"name":"x","mode":"` + mode + `",` + arms + `}]}`))
				if err != nil {
					b.Fatal(err)
				}
				c.Experiments = list
			}
			x, err := New(b.Context(), c)
			if err != nil {
				b.Fatal(err)
			}
			defer x.Close()
			for b.Loop() {
				if _, err := x.Rerank(b.Context(), req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRecord: what the writer takes to make a line of such a note, of ids that are
// at hand. Those of a server are a tenth of a second old.
func BenchmarkRecord(b *testing.B) {
	req, response := shown()
	var record func() *ubi.Query
	x, err := New(b.Context(), Config{Reranker: fixed{response}, Signer: ubi.NewSigner(nil), Note: func(_ int, q func() *ubi.Query) { record = q }})
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	if _, err := x.Rerank(b.Context(), req); err != nil {
		b.Fatal(err)
	}
	var line []byte
	b.ReportAllocs()
	for b.Loop() {
		if line, err = record().Append(line[:0]); err != nil {
			b.Fatal(err)
		}
	}
}
