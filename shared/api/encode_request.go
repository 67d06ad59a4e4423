package api

import "github.com/splitrank/splitrank/heuristics"

// AppendRequest appends r, whose shape must be Native or Chunks, to dst as a body
// that DecodeRequest reads back. Of
// its documents it writes what ranking needs: metadata stays behind.
func AppendRequest(dst []byte, r *Request) []byte {
	w := writer(append(dst, '{'))
	w.key("query").text(r.Query)
	w.key(r.Shape.list()).open('[')
	for i := range r.Documents {
		w.fields(&r.Documents[i])
	}
	w.close(']')
	w.optionalInt("top_k", r.TopK)
	w.optionalText("pipeline", string(r.Pipeline))
	if r.FirstStage == heuristics.Hidden {
		w.key("first_stage").text("hidden")
	}
	w.budget(r.Budget)
	if r.Diversity != 0 {
		w.key("diversity").float(r.Diversity)
	}
	w.optionalText("language", r.Language)
	w.optionalBool("typing", r.Typing)
	if r.NoCache {
		w.key("cache").bool(false)
	}
	w.optionalText("client_id", r.ClientID)
	w.optionalBool("explain", r.Explain)
	w.optionalBool("return_documents", r.ReturnDocuments)
	w.optionalBool("raw_scores", r.RawScores)
	w.optionalBool("strict", r.Strict)
	w.optionalText("model", r.Model)
	w.optionalText("first_model", r.FirstModel)
	w.truncation(r.Truncation)
	if r.LLM != nil {
		w.key("llm").raw(r.LLM)
	}
	w.close('}')
	return w
}

// AppendRequests appends requests to dst as a body that DecodeBatch reads back.
func AppendRequests(dst []byte, requests []*Request) []byte {
	w := writer(append(dst, '{'))
	w.key("requests").open('[')
	for i, r := range requests {
		if i > 0 {
			w = append(w, ',')
		}
		w = AppendRequest(w, r)
	}
	w.close(']')
	w.close('}')
	return w
}

func (w *writer) fields(d *Document) {
	w.open('{')
	w.optionalID("id", d.ID)
	w.optionalText("title", d.Title)
	w.key("text").text(d.Text)
	w.optionalInt("rank", d.Rank)
	if d.Score != nil {
		w.key("score").float(*d.Score)
	}
	w.close('}')
}

func (w *writer) budget(b Budget) {
	if b == (Budget{}) {
		return
	}
	w.key("budget").open('{')
	w.optionalInt("documents", b.Documents)
	w.optionalInt("tokens", b.Tokens)
	w.optionalInt("deadline_ms", b.DeadlineMS)
	w.close('}')
}

func (w *writer) truncation(t *Truncation) {
	if t == nil {
		return
	}
	w.key("truncation").open('{')
	w.optionalBool("partial", t.Partial)
	w.optionalText("strategy", string(t.Strategy))
	w.optionalInt("max_query_tokens", t.MaxQueryTokens)
	w.optionalInt("max_document_tokens", t.MaxDocumentTokens)
	w.windows(t.Windows)
	w.close('}')
}

func (w *writer) windows(s *Windows) {
	if s == nil {
		return
	}
	w.key("windows").open('{')
	w.optionalInt("size", s.Size)
	w.optionalInt("stride", s.Stride)
	w.optionalInt("count", s.Count)
	w.optionalText("score", string(s.Score))
	w.close('}')
}
