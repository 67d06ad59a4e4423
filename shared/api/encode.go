package api

import (
	"strings"

	"github.com/splitrank/splitrank/heuristics"
)

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
	e = s.named(e)
	if v, ok := services[s]; ok {
		v.fault(&w, e, s.Status(e))
	} else {
		w.error(e)
	}
	return w
}

// named is e with the list of documents by the name that it has in shape s: what
// scores does not know in which shape it was asked.
func (s Shape) named(e *Error) *Error {
	rest, ok := strings.CutPrefix(e.Field, Native.list())
	if !ok || s.list() == Native.list() || rest != "" && rest[0] != '[' {
		return e
	}
	own := *e
	own.Field = s.list() + rest
	return &own
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
	w.optionalBool("suspicious", r.Suspicious)
	if !f.Known {
		w.details(r)
	}
	w.close('}')
}

// details are what was asked for beside a result's place and scores.
func (w *writer) details(r *Result) {
	if r.Document != nil {
		w.key("document").document(r.Document)
	}
	if r.Explanation != nil {
		w.key("explanation").explanation(r.Explanation)
	}
	if r.Matches != nil {
		w.key("matches").spans(r.Matches)
	}
}

// document writes what came in, or what is known where nothing came in.
func (w *writer) document(d *Document) {
	switch {
	case d.isString():
		w.literal(d.Raw)
	case d.Raw != nil:
		w.raw(d.Raw)
	default:
		w.fields(d)
	}
}

// textOf writes a document's text.
func (w *writer) textOf(d *Document) {
	if d.isString() {
		w.literal(d.Raw)
		return
	}
	w.text(d.Text)
}

// isString reports that d came as a string, which its text is.
func (d *Document) isString() bool { return len(d.Raw) > 0 && d.Raw[0] == '"' }

func (w *writer) explanation(e *Explanation) {
	w.open('{')
	w.optionalText("reason", e.Reason)
	w.key("parts").open('[')
	for _, p := range e.Parts {
		w.part(p)
	}
	w.close(']')
	if e.Blend != nil {
		w.key("blend").blend(e.Blend)
	}
	if e.LLM != nil {
		w.key("llm").open('{')
		w.key("grade").float(e.LLM.Grade)
		w.optionalText("why", e.LLM.Why)
		w.close('}')
	}
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

func (w *writer) blend(b *Blend) {
	w.open('{')
	w.key("terms").open('[')
	for _, t := range b.Terms {
		w.open('{')
		w.key("term").text(t.Name)
		w.key("raw").float(t.Raw)
		w.key("weight").float(t.Weight)
		w.key("contribution").float(t.Contribution)
		w.close('}')
	}
	w.close(']')
	w.key("sum").float(b.Sum)
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
	w.key("known").int(u.Known)
	w.key("read").int(u.Read)
	w.key("trimmed").int(u.Trimmed)
	w.key("tokens").int(u.Tokens)
	if f.ID != "" {
		w.key("prompt_tokens").int(u.Tokens)
		w.key("total_tokens").int(u.Tokens)
	}
	if u.LLM != nil {
		w.llm(u.LLM)
	}
	w.close('}')
}

func (w *writer) llm(u *LLMUsage) {
	w.key("llm").open('{')
	w.key("model").text(u.Model)
	w.key("calls").int(u.Calls)
	w.key("input").int(u.Input)
	w.key("cached").int(u.Cached)
	w.key("output").int(u.Output)
	if u.CostUSD != nil {
		w.key("cost_usd").float(*u.CostUSD)
	}
	w.optionalText("prices_of", u.PricesOf)
	w.close('}')
}

func (w *writer) timings(t Timings) {
	w.key("timings_ms").open('{')
	w.key("total").float(t.Total)
	w.key("heuristic").float(t.Heuristic)
	w.key("queue").float(t.Queue)
	w.key("inference").float(t.Inference)
	w.key("query").float(t.Query)
	w.key("documents").float(t.Documents)
	w.key("comparing").float(t.Comparing)
	w.close('}')
}
