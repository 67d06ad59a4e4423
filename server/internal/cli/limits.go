package cli

import (
	"fmt"

	"github.com/splitrank/splitrank/shared/api"
)

// limitFlags bound a request. They are the same for serve and rerank, so that
// what passes here passes there.
type limitFlags struct {
	MaxBodyBytes      int `default:"${body_bytes}" placeholder:"N" help:"Longest body or line, in bytes (default ${default})."`
	MaxDocuments      int `default:"${documents}" placeholder:"N" help:"Most documents in a request (default ${default})."`
	MaxTextBytes      int `default:"${text_bytes}" placeholder:"N" help:"Longest document, title and text, in bytes of UTF-8 (default ${default})."`
	MaxTotalBytes     int `default:"${total_bytes}" placeholder:"N" help:"Longest documents of a request together, in bytes of UTF-8 (default ${default})."`
	MaxQueryBytes     int `default:"${query_bytes}" placeholder:"N" help:"Longest query, in bytes of UTF-8 (default ${default})."`
	MaxJSONDepth      int `name:"max-json-depth" default:"${json_depth}" placeholder:"N" help:"Deepest nesting of JSON (default ${default})."`
	MaxBatchRequests  int `default:"${batch_requests}" placeholder:"N" help:"Most requests in a batch (default ${default})."`
	MaxBatchDocuments int `default:"${batch_documents}" placeholder:"N" help:"Most documents of all requests of a batch together (default ${default})."`
}

// Validate refuses zero, which the packages take for the default.
func (f limitFlags) Validate() error {
	l := f.limits()
	for _, n := range []int{l.BodyBytes, l.Documents, l.TextBytes, l.TotalBytes, l.QueryBytes, l.Depth, l.BatchRequests, l.BatchDocuments} {
		if n < 1 {
			return fmt.Errorf("a --max flag is %d: want 1 or more", n)
		}
	}
	return l.Validate()
}

func (f limitFlags) limits() api.Limits {
	return api.Limits{
		BodyBytes: f.MaxBodyBytes, Documents: f.MaxDocuments, TextBytes: f.MaxTextBytes, TotalBytes: f.MaxTotalBytes,
		QueryBytes: f.MaxQueryBytes, Depth: f.MaxJSONDepth, BatchRequests: f.MaxBatchRequests,
		BatchDocuments: f.MaxBatchDocuments,
	}
}
