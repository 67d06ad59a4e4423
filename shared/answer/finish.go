package answer

import "github.com/splitrank/splitrank/shared/api"

// Finish cuts results, best first, to the top_k of req and fills in what the
// request knows of each: Rank, ID and, where it was asked for, Document.
func Finish(req *api.Request, results []api.Result) []api.Result {
	if req.TopK > 0 {
		results = results[:min(req.TopK, len(results))]
	}
	for i := range results {
		r := &results[i]
		doc := &req.Documents[r.Index]
		r.Rank, r.ID = i+1, doc.ID
		if req.ReturnDocuments {
			r.Document = doc
		}
	}
	return results
}
