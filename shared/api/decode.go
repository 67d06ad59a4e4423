package api

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/heuristics"
)

// DecodeRequest reads the body of POST /rerank, in either native shape, and validates
// it. The documents alias body, which must not change while they are in use.
// Every error is an *Error.
func DecodeRequest(body []byte, limits Limits) (*Request, error) {
	d := newDecoder(body, limits)
	r := d.request()
	d.end()
	if d.err != nil {
		return nil, d.err
	}
	if err := r.Validate(limits); err != nil {
		return nil, err
	}
	return r, nil
}

func (d *decoder) request() *Request {
	r := new(Request)
	d.open('{', "an object")
	for d.more() {
		d.requestField(r, d.name())
	}
	d.close()
	return r
}

func (d *decoder) requestField(r *Request, name []byte) {
	switch string(name) {
	case "query":
		r.Query = d.text()
	case "documents":
		d.documents(r, Native)
	case "chunks":
		d.documents(r, Chunks)
	case "top_k", "top_n":
		d.topK(r)
	case "pipeline":
		r.Pipeline = Pipeline(d.optionalText())
	case "first_stage":
		r.FirstStage = d.firstStage()
	case "budget":
		r.Budget = d.budget()
	case "diversity":
		r.Diversity, _ = d.number()
	case "language":
		r.Language = d.optionalText()
	case "typing":
		r.Typing = d.flag(false)
	case "cache":
		r.NoCache = !d.flag(true)
	case "client_id":
		r.ClientID = d.optionalText()
	case "explain":
		r.Explain = d.flag(false)
	case "return_documents":
		r.ReturnDocuments = d.flag(false)
	case "raw_scores":
		r.RawScores = d.flag(false)
	case "strict":
		r.Strict = d.flag(false)
	case "model":
		r.Model = d.model()
	case "first_model":
		r.FirstModel = d.optionalText()
	case "truncation":
		r.Truncation = d.truncation()
	case "llm":
		r.LLM = d.options()
	case "texts":
		d.fail(ReservedField, "a body with texts has the shape of text-embeddings-inference, which only POST /rerank takes: send documents")
	default:
		d.unknownField(name, "query, documents or chunks, top_k or top_n, pipeline, first_stage, budget, diversity, language, typing, cache, client_id, explain, return_documents, raw_scores, strict, model, first_model, truncation, llm")
	}
}

func (d *decoder) unknownField(name []byte, known string) {
	if d.err == nil {
		d.fail(UnknownField, "unknown field "+strconv.Quote(clip(string(name), 60))+"; known are "+known)
	}
}

// topK reads the number under either of its two names, which must agree.
func (d *decoder) topK(r *Request) {
	n := d.count()
	if r.TopK != 0 && n != 0 && n != r.TopK {
		d.failAt(ConflictingFields, "top_n", "top_k and top_n are two names of one number and differ: give one of them")
	}
	r.TopK = max(r.TopK, n)
}

func (d *decoder) firstStage() heuristics.FirstStage {
	switch s := d.optionalText(); {
	case d.err != nil || s == "" || s == "given":
		return heuristics.Given
	case s == "hidden":
		return heuristics.Hidden
	}
	d.fail(UnknownFirstStage, "first_stage is neither given nor hidden")
	return heuristics.Given
}

func (d *decoder) budget() (b Budget) {
	if d.absent() {
		return b
	}
	d.open('{', "an object")
	for d.more() {
		switch name := d.name(); string(name) {
		case "documents":
			b.Documents = d.count()
		case "tokens":
			b.Tokens = d.count()
		case "deadline_ms":
			b.DeadlineMS = d.count()
		default:
			d.unknownField(name, "documents, tokens, deadline_ms")
		}
	}
	d.close()
	return b
}

// options reads an object that another package knows the fields of.
func (d *decoder) options() jsontext.Value {
	switch {
	case d.absent():
		return nil
	case !d.next('{'):
		d.expect('{', "an object")
		return nil
	}
	return d.object()
}

// model reads a name. What infinity's clients send for none is none.
func (d *decoder) model() string {
	name := d.optionalText()
	if name == "default/not-specified" {
		return ""
	}
	return name
}
