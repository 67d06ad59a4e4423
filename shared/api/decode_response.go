package api

// DecodeResponse reads a native answer, as AppendResponse writes it, without
// what the asker knows already: ids, documents, matches, and what the words say in an
// explanation. It
// passes over keys it does not know, which a newer server may send, and checks
// the JSON, not the values. The error is an *Error about the answer.
func DecodeResponse(body []byte) (*Response, error) {
	d := newDecoder(body, Limits{})
	r := d.response()
	d.end()
	if d.err != nil {
		return nil, d.err
	}
	return r, nil
}

func (d *decoder) response() *Response {
	r := new(Response)
	d.open('{', "an object")
	for d.more() {
		d.responseField(r, d.name())
	}
	d.close()
	return r
}

func (d *decoder) responseField(r *Response, name []byte) {
	switch string(name) {
	case "results":
		r.Results = d.results()
	case "model":
		r.Model = d.optionalText()
	case "calibration":
		r.Calibration = d.optionalText()
	case "scorer":
		r.Scorer = d.optionalText()
	case "language":
		r.Language = d.optionalText()
	case "stemmed":
		r.Stemmed = d.flag(false)
	case "degraded":
		r.Degraded = d.flag(false)
	case "reason":
		r.Reason = d.optionalText()
	case "query_id":
		r.QueryID = d.optionalText()
	case "usage":
		r.Usage = d.usage()
	case "timings_ms":
		r.Timings = d.timings()
	default:
		d.skip()
	}
}

func (d *decoder) results() (list []Result) {
	d.open('[', "an array")
	for d.more() {
		list = append(list, d.result())
	}
	d.close()
	return list
}

func (d *decoder) result() (r Result) {
	r.Index = -1
	d.open('{', "an object")
	for d.more() {
		switch name := d.name(); string(name) {
		case "index":
			r.Index = d.integer(0)
		case "rank":
			r.Rank = d.count()
		case "relevance_score":
			r.RelevanceScore, _ = d.number()
		case "scored_by":
			r.ScoredBy = d.optionalText()
		case "heuristic_score":
			r.HeuristicScore, _ = d.number()
		case "logit":
			r.Logit = d.score()
		case "truncated":
			r.Truncated = d.flag(false)
		case "suspicious":
			r.Suspicious = d.flag(false)
		case "explanation":
			r.Explanation = d.explanation()
		default:
			d.skip()
		}
	}
	d.close()
	return r
}

func (d *decoder) usage() (u Usage) {
	d.open('{', "an object")
	for d.more() {
		switch name := d.name(); string(name) {
		case "documents":
			u.Documents = d.integer(0)
		case "scored":
			u.Scored = d.integer(0)
		case "cached":
			u.Cached = d.integer(0)
		case "known":
			u.Known = d.integer(0)
		case "read":
			u.Read = d.integer(0)
		case "trimmed":
			u.Trimmed = d.integer(0)
		case "tokens":
			u.Tokens = d.integer(0)
		case "llm":
			u.LLM = d.llm()
		default:
			d.skip()
		}
	}
	d.close()
	return u
}

func (d *decoder) llm() *LLMUsage {
	u := new(LLMUsage)
	d.open('{', "an object")
	for d.more() {
		switch name := d.name(); string(name) {
		case "model":
			u.Model = d.optionalText()
		case "calls":
			u.Calls = d.integer(0)
		case "input":
			u.Input = d.integer(0)
		case "cached":
			u.Cached = d.integer(0)
		case "output":
			u.Output = d.integer(0)
		case "cost_usd":
			u.CostUSD = d.score()
		case "prices_of":
			u.PricesOf = d.optionalText()
		default:
			d.skip()
		}
	}
	d.close()
	return u
}

func (d *decoder) timings() (t Timings) {
	d.open('{', "an object")
	for d.more() {
		switch name := d.name(); string(name) {
		case "total":
			t.Total, _ = d.number()
		case "heuristic":
			t.Heuristic, _ = d.number()
		case "queue":
			t.Queue, _ = d.number()
		case "inference":
			t.Inference, _ = d.number()
		case "query":
			t.Query, _ = d.number()
		case "documents":
			t.Documents, _ = d.number()
		case "comparing":
			t.Comparing, _ = d.number()
		default:
			d.skip()
		}
	}
	d.close()
	return t
}

// DecodeError reads the body of an error, as AppendError writes it. The second
// result says why there is none.
func DecodeError(body []byte) (*Error, error) {
	d := newDecoder(body, Limits{})
	e := d.errorBody()
	d.end()
	if d.err != nil {
		return nil, d.err
	}
	return e, nil
}

func (d *decoder) errorBody() *Error {
	e := new(Error)
	d.open('{', "an object")
	for d.more() {
		if name := d.name(); string(name) == "error" {
			*e = d.errorFields()
		} else {
			d.skip()
		}
	}
	d.close()
	if e.Code == "" {
		d.fail(MissingField, "the error has no code")
	}
	return e
}

func (d *decoder) errorFields() (e Error) {
	d.open('{', "an object")
	for d.more() {
		switch name := d.name(); string(name) {
		case "code":
			e.Code = Code(d.text())
		case "message":
			e.Message = d.text()
		case "field":
			e.Field = d.optionalText()
		default:
			d.skip()
		}
	}
	d.close()
	return e
}
