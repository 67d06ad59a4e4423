package api

import "math"

// Form is how an answer is written: its shape, and what the request and the
// exchange add to it. A zero ID or Created is left out.
type Form struct {
	Shape Shape
	// Model that was asked for; "" = none by name.
	Model string
	// RawScores and ReturnDocuments as they were asked for.
	RawScores, ReturnDocuments bool
	// Known says that the reader has had documents, explanations and matches, so that
	// only places and scores are written. Only the Native shape leaves them out.
	Known bool
	// ID of the exchange, and when it was answered in Unix seconds.
	ID      string
	Created int64
}

// Form of the answer to r.
func (r *Request) Form() Form {
	return Form{Shape: r.Shape, Model: r.Model, RawScores: r.RawScores, ReturnDocuments: r.ReturnDocuments}
}

// score of a result: its relevance, or on request the logit of that. Both have
// the same order.
func (f Form) score(r *Result) float64 {
	if f.RawScores {
		return rawScore(r.RelevanceScore)
	}
	return r.RelevanceScore
}

// rawScore is the inverse of the sigmoid, finite and never falling: log(p/(1−p))
// for a probability p, which counts as 2⁻⁵² at least and 1 − 2⁻⁵² at most.
func rawScore(p float64) float64 {
	const least = 1.0 / (1 << 52)
	p = min(max(p, least), 1-least)
	return math.Log(p) - math.Log1p(-p)
}

// model that an answer names: the one asked for where a name was given.
func (f Form) model(r *Response) string {
	if f.Model != "" {
		return f.Model
	}
	return r.Model
}

// list writes an array of results behind what stands there, and calls each after
// every one.
func (w *writer) list(r *Response, each between, result func(*Result)) error {
	*w = append(*w, '[')
	for i := range r.Results {
		w.open('{')
		w.key("index").int(r.Results[i].Index)
		result(&r.Results[i])
		w.close('}')
		if err := each(w); err != nil {
			return err
		}
	}
	w.close(']')
	return nil
}

// cohere writes Cohere's answer in either version, with model and usage for
// Jina's clients.
func (w *writer) cohere(f Form, r *Response, each between) error {
	*w = append(*w, '{')
	w.optionalText("id", f.ID)
	w.key("results")
	err := w.list(r, each, func(x *Result) {
		w.key("relevance_score").float(x.RelevanceScore)
		if f.Shape == CohereV1 && x.Document != nil {
			w.textObject(x.Document)
		}
	})
	if err != nil {
		return err
	}
	w.key("model").text(f.model(r))
	w.tokenUsage(r)
	w.meta(f, r)
	w.close('}')
	return nil
}

// meta is Cohere's: a search unit is a query with up to 100 documents.
func (w *writer) meta(f Form, r *Response) {
	version := "1"
	if f.Shape == CohereV2 {
		version = "2"
	}
	w.key("meta").open('{')
	w.key("api_version").open('{')
	w.key("version").text(version)
	w.close('}')
	w.key("billed_units").open('{')
	w.key("search_units").int(max(1, (r.Usage.Documents+99)/100))
	w.close('}')
	w.key("tokens").open('{')
	w.key("input_tokens").int(r.Usage.Tokens)
	w.key("output_tokens").int(0)
	w.close('}')
	w.close('}')
}

// textObject writes a document as an object: what came in as one, or its text.
func (w *writer) textObject(d *Document) {
	w.key("document")
	if len(d.Raw) > 0 && d.Raw[0] == '{' {
		w.raw(d.Raw)
		return
	}
	w.open('{')
	w.key("text").textOf(d)
	w.close('}')
}

// tokenUsage are the tokens that ran through the model.
func (w *writer) tokenUsage(r *Response) {
	w.key("usage").open('{')
	w.key("prompt_tokens").int(r.Usage.Tokens)
	w.key("total_tokens").int(r.Usage.Tokens)
	w.close('}')
}

func (w *writer) voyage(f Form, r *Response, each between) error {
	*w = append(*w, '{')
	w.key("object").text("list")
	w.key("data")
	err := w.list(r, each, func(x *Result) {
		w.key("relevance_score").float(x.RelevanceScore)
		if x.Document != nil {
			w.key("document").textOf(x.Document)
		}
	})
	if err != nil {
		return err
	}
	w.key("model").text(f.model(r))
	w.key("usage").open('{')
	w.key("total_tokens").int(r.Usage.Tokens)
	w.close('}')
	w.close('}')
	return nil
}

func (w *writer) tei(f Form, r *Response, each between) error {
	return w.list(r, each, func(x *Result) {
		w.key("score").float(f.score(x))
		if x.Document != nil {
			w.key("text").textOf(x.Document)
		}
	})
}

func (w *writer) vllm(f Form, r *Response, each between) error {
	*w = append(*w, '{')
	w.optionalText("id", f.ID)
	w.key("model").text(f.model(r))
	w.tokenUsage(r)
	w.key("results")
	err := w.list(r, each, func(x *Result) {
		w.key("relevance_score").float(x.RelevanceScore)
		if x.Document != nil {
			w.key("document").open('{')
			w.key("text").textOf(x.Document)
			w.close('}')
		}
	})
	w.close('}')
	return err
}

func (w *writer) infinity(f Form, r *Response, each between) error {
	*w = append(*w, '{')
	w.exchange(f)
	w.key("model").text(f.model(r))
	w.tokenUsage(r)
	w.key("results")
	err := w.list(r, each, func(x *Result) {
		w.key("relevance_score").float(f.score(x))
		if x.Document != nil {
			w.key("document").textOf(x.Document)
		}
	})
	w.close('}')
	return err
}

// exchange says what an answer is, which, and when.
func (w *writer) exchange(f Form) {
	w.key("object").text("rerank")
	w.optionalText("id", f.ID)
	w.optionalInt("created", int(f.Created))
}

func (w *writer) mixedbread(f Form, r *Response, each between) error {
	*w = append(*w, '{')
	w.key("object").text("list")
	w.key("model").text(f.model(r))
	w.tokenUsage(r)
	w.key("top_k").int(len(r.Results))
	w.key("return_input").bool(f.ReturnDocuments)
	w.key("data")
	err := w.list(r, each, func(x *Result) {
		w.key("score").float(x.RelevanceScore)
		if x.Document != nil {
			w.key("input").document(x.Document)
		}
	})
	w.close('}')
	return err
}

// messageFault is Cohere's error, and Jina's: clients of either may call a path
// before anything tells them apart. No key "error": old clients of Voyage AI's
// stumble over an object there.
func (w *writer) messageFault(e *Error, _ int) {
	*w = append(*w, '{')
	w.key("message").text(e.Message)
	w.key("detail").text(e.Message)
	w.key("code").text(string(e.Code))
	w.optionalText("field", e.Field)
	*w = append(*w, '}')
}

func (w *writer) detailFault(e *Error, _ int) {
	*w = append(*w, '{')
	w.key("detail").text(e.Message)
	w.key("code").text(string(e.Code))
	*w = append(*w, '}')
}

// teiFault has the error types of text-embeddings-inference.
func (w *writer) teiFault(e *Error, _ int) {
	kind := "Validation"
	switch e.Code {
	case NoDocuments, EmptyQuery:
		kind = "Empty"
	case Overloaded:
		kind = "Overloaded"
	case NoModel, ShuttingDown, Internal, OriginFailed, DeadlineExceeded:
		kind = "Backend"
	}
	*w = append(*w, '{')
	w.key("error").text(e.Message)
	w.key("error_type").text(kind)
	w.key("code").text(string(e.Code))
	*w = append(*w, '}')
}

// typedFault is vLLM's: an error as in the API of OpenAI.
func (w *writer) typedFault(e *Error, status int) {
	kind := "BadRequestError"
	switch {
	case status == 401:
		kind = "AuthenticationError"
	case status == 404:
		kind = "NotFoundError"
	case status == 429:
		kind = "RateLimitError"
	case status >= 500:
		kind = "InternalServerError"
	}
	*w = append(*w, '{')
	w.key("error").open('{')
	w.key("message").text(e.Message)
	w.key("type").text(kind)
	w.key("code").int(status)
	w.optionalText("param", e.Field)
	*w = append(*w, '}', '}')
}

// codeFault is the error of this API, which infinity's clients read, too.
func (w *writer) codeFault(e *Error, _ int) { w.error(e) }
