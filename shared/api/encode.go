package api

import "github.com/splitrank/splitrank/heuristics"

// AppendResponse appends r as the native answer to dst. Scores must be finite.
func AppendResponse(dst []byte, r *Response) []byte {
	w := writer(dst)
	_ = w.response(Form{}, r, never)
	return w
}

// AppendChunks appends r as the bare array that answers the shape Chunks.
func AppendChunks(dst []byte, r *Response) []byte {
	w := writer(dst)
	_ = w.chunks(Form{}, r, never)
	return w
}

// AppendAnswer appends r in the form that was asked for.
func AppendAnswer(dst []byte, f Form, r *Response) []byte {
	w := writer(dst)
	_ = w.inForm(f, r, never)
	return w
}

// inForm writes an answer, and calls each after every result.
func (w *writer) inForm(f Form, r *Response, each between) error {
	if v, ok := services[f.Shape]; ok {
		return v.answer(w, f, r, each)
	}
	if f.Shape == Chunks {
		return w.chunks(f, r, each)
	}
	return w.response(f, r, each)
}

// AppendError appends e as the body of an error to dst.
func AppendError(dst []byte, e *Error) []byte { return AppendErrorIn(dst, Native, e) }

// AppendErrorIn appends e as the body of an error of a shape to dst.
func AppendErrorIn(dst []byte, s Shape, e *Error) []byte {
	w := writer(dst)
	if v, ok := services[s]; ok {
		v.fault(&w, e, s.Status(e))
	} else {
		w.error(e)
	}
	return w
}

func (w *writer) error(e *Error) {
	*w = append(*w, '{')
	w.key("error").open('{')
	w.key("code").text(string(e.Code))
	w.key("message").text(e.Message)
	w.optionalText("field", e.Field)
	*w = append(*w, '}', '}')
}

// between is called after each result, and ends the writing by an error.
type between func(*writer) error

func never(*writer) error { return nil }

func (w *writer) chunks(f Form, r *Response, each between) error {
	*w = append(*w, '[')
	for i := range r.Results {
		w.open('{')
		w.key("chunk_id").id(r.Results[i].ID)
		w.key("rerank_score").float(f.score(&r.Results[i]))
		w.close('}')
		if err := each(w); err != nil {
			return err
		}
	}
	w.close(']')
	return nil
}

func (w *writer) response(f Form, r *Response, each between) error {
	*w = append(*w, '{')
	if f.ID != "" {
		w.exchange(f)
	}
	w.key("results").open('[')
	for i := range r.Results {
		w.result(f, &r.Results[i])
		if err := each(w); err != nil {
			return err
		}
	}
	w.close(']')
	w.key("model").text(r.Model)
	w.optionalText("calibration", r.Calibration)
	w.key("scorer").text(r.Scorer)
	w.key("language").text(r.Language)
	w.key("stemmed").bool(r.Stemmed)
	w.key("degraded").bool(r.Degraded)
	w.optionalText("reason", r.Reason)
	w.optionalText("query_id", r.QueryID)
	w.usage(f, r.Usage)
	w.timings(r.Timings)
	w.close('}')
	return nil
}

func (w *writer) result(f Form, r *Result) {
	w.open('{')
	w.key("index").int(r.Index)
	w.key("rank").int(r.Rank)
	w.optionalID("id", r.ID)
	w.key("relevance_score").float(f.score(r))
	w.key("scored_by").text(r.ScoredBy)
	w.key("heuristic_score").float(r.HeuristicScore)
	if r.Logit != nil {
		w.key("logit").float(*r.Logit)
	}
	w.optionalBool("truncated", r.Truncated)
	if r.Document != nil {
		w.key("document").document(r.Document)
	}
	if r.Explanation != nil {
		w.key("explanation").explanation(r.Explanation)
	}
	if r.Matches != nil {
		w.key("matches").spans(r.Matches)
	}
	w.close('}')
}

// document writes what came in, or what is known where nothing came in.
func (w *writer) document(d *Document) {
	if d.Raw != nil {
		w.raw(d.Raw)
		return
	}
	w.fields(d)
}

func (w *writer) explanation(e *Explanation) {
	w.open('{')
	w.optionalText("reason", e.Reason)
	w.key("parts").open('[')
	for _, p := range e.Parts {
		w.part(p)
	}
	w.close(']')
	w.close('}')
}

func (w *writer) part(p heuristics.Part) {
	w.open('{')
	w.key("signal").text(p.Signal)
	w.key("raw").float(p.Raw.Float())
	w.key("weight").float(p.Weight.Float())
	w.key("contribution").float(p.Contribution.Float())
	w.close('}')
}

func (w *writer) spans(spans []heuristics.Span) {
	w.open('[')
	for _, s := range spans {
		w.open('[')
		w.int(s.Start)
		w.int(s.End)
		w.close(']')
	}
	w.close(']')
}

func (w *writer) usage(f Form, u Usage) {
	w.key("usage").open('{')
	w.key("documents").int(u.Documents)
	w.key("scored").int(u.Scored)
	w.key("cached").int(u.Cached)
	w.key("trimmed").int(u.Trimmed)
	w.key("tokens").int(u.Tokens)
	if f.ID != "" {
		w.key("prompt_tokens").int(u.Tokens)
		w.key("total_tokens").int(u.Tokens)
	}
	w.close('}')
}

func (w *writer) timings(t Timings) {
	w.key("timings_ms").open('{')
	w.key("total").float(t.Total)
	w.key("heuristic").float(t.Heuristic)
	w.key("queue").float(t.Queue)
	w.key("inference").float(t.Inference)
	w.close('}')
}
