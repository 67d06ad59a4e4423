package api

import (
	"math"
	"strconv"
	"strings"

	"github.com/splitrank/splitrank/heuristics"
)

// Validate checks the values of r against limits and their ranges. A decoded
// request has passed it; one made by hand should. Text is not checked for valid
// UTF-8, which a decoded request is sure to be. The error is an *Error.
func (r *Request) Validate(limits Limits) error {
	if err := r.validate(limits.WithDefaults()); err != nil {
		return err
	}
	return nil
}

func (r *Request) validate(l Limits) *Error {
	for _, check := range []func(Limits) *Error{r.checkQuery, r.checkCount, r.checkTexts, r.checkIDs, r.checkOptions, r.checkBudget, r.checkClient, r.checkTruncation, r.checkShape} {
		if err := check(l); err != nil {
			return err
		}
	}
	return nil
}

func (r *Request) checkQuery(l Limits) *Error {
	if strings.TrimSpace(r.Query) == "" {
		return newError(EmptyQuery, "query", "query is empty")
	}
	return checkLength("query", len(r.Query), l.QueryBytes)
}

func checkLength(field string, n, limit int) *Error {
	if n <= limit {
		return nil
	}
	return newError(TooLong, field, field+" is "+strconv.Itoa(n)+" bytes long; at most "+strconv.Itoa(limit)+" are served")
}

func (r *Request) checkCount(l Limits) *Error {
	list := r.Shape.list()
	if len(r.Documents) == 0 {
		return newError(NoDocuments, list, list+" is missing or empty: there is nothing to rank")
	}
	if len(r.Documents) > l.Documents {
		return newError(TooManyDocuments, list, list+" has more than "+strconv.Itoa(l.Documents)+" entries")
	}
	return nil
}

func (r *Request) checkTexts(l Limits) *Error {
	total := 0
	for i := range r.Documents {
		d := &r.Documents[i]
		if err := r.checkDocument(i, l); err != nil {
			return err
		}
		total += len(d.Title) + len(d.Text)
	}
	if total > l.TotalBytes {
		list := r.Shape.list()
		return newError(DocumentsTooLarge, list, list+" are "+strconv.Itoa(total)+" bytes long together; at most "+strconv.Itoa(l.TotalBytes)+" are served")
	}
	return nil
}

// checkDocument builds no field name unless it is needed.
func (r *Request) checkDocument(i int, l Limits) *Error {
	d := &r.Documents[i]
	switch {
	case len(d.Title) > l.TextBytes:
		return checkLength(r.field(i, "title"), len(d.Title), l.TextBytes)
	case len(d.Text) > l.TextBytes && d.isString() && r.Shape != Native:
		return checkLength(r.field(i, ""), len(d.Text), l.TextBytes)
	case len(d.Title)+len(d.Text) > l.TextBytes:
		return checkLength(r.field(i, "text"), len(d.Title)+len(d.Text), l.TextBytes)
	case len(d.ID.Text) > MaxIDBytes:
		return checkLength(r.field(i, "id"), len(d.ID.Text), MaxIDBytes)
	case d.Rank < 0 || d.Rank > MaxNumber:
		return outOfRange(r.field(i, "rank"), strconv.Itoa(d.Rank), "1 to "+strconv.Itoa(MaxNumber))
	case d.Score != nil && (math.IsNaN(*d.Score) || math.IsInf(*d.Score, 0)):
		field := r.field(i, "score")
		return newError(NotFinite, field, field+" is not a finite number")
	case r.Shape == Chunks && d.ID.IsZero():
		return newError(MissingField, r.field(i, "id"), r.field(i, "")+" has no id")
	}
	return nil
}

// field is the name of a key of the i-th document.
func (r *Request) field(i int, key string) string {
	name := r.Shape.list() + "[" + strconv.Itoa(i) + "]"
	if key != "" {
		name += "." + key
	}
	return name
}

func outOfRange(field, got, want string) *Error {
	return newError(OutOfRange, field, field+" is "+got+", outside "+want)
}

func (r *Request) checkIDs(Limits) *Error {
	var seen map[string]int
	for i := range r.Documents {
		id := r.Documents[i].ID
		if id.IsZero() {
			continue
		}
		if first, twice := seen[id.Text]; twice {
			field := r.field(i, "id")
			return newError(DuplicateID, field, field+" "+strconv.Quote(clip(id.Text, 60))+" is also the id of "+r.field(first, ""))
		}
		if seen == nil {
			seen = make(map[string]int, len(r.Documents))
		}
		seen[id.Text] = i
	}
	return nil
}

func (r *Request) checkOptions(Limits) *Error {
	switch {
	case r.TopK < 0 || r.TopK > MaxNumber:
		return outOfRange("top_k", strconv.Itoa(r.TopK), "1 to "+strconv.Itoa(MaxNumber))
	case !(r.Diversity >= 0 && r.Diversity <= 1):
		return outOfRange("diversity", strconv.FormatFloat(r.Diversity, 'g', -1, 64), "0 to 1")
	case !r.Pipeline.known():
		return newError(UnknownPipeline, "pipeline", "pipeline "+strconv.Quote(clip(string(r.Pipeline), 60))+" is none of cascade, cross-encoder, heuristic, llm")
	}
	if _, known := heuristics.LanguageCode(r.Language); !known {
		return unknownLanguage(r.Language)
	}
	return nil
}

func unknownLanguage(language string) *Error {
	return newError(UnknownLanguage, "language", "language "+strconv.Quote(clip(language, 60))+" is neither auto nor a known ISO 639-1 code or locale")
}

func (p Pipeline) known() bool {
	return p == "" || p == Heuristic || p == CrossEncoder || p == Cascade || p == LLM
}

func (r *Request) checkBudget(Limits) *Error {
	b := r.Budget
	for _, part := range []struct {
		field string
		n     int
	}{{"budget.documents", b.Documents}, {"budget.tokens", b.Tokens}, {"budget.deadline_ms", b.DeadlineMS}} {
		if part.n < 0 || part.n > MaxNumber {
			return outOfRange(part.field, strconv.Itoa(part.n), "1 to "+strconv.Itoa(MaxNumber))
		}
	}
	return nil
}

func (r *Request) checkClient(Limits) *Error {
	return checkLength("client_id", len(r.ClientID), MaxClientIDBytes)
}

func (r *Request) checkTruncation(Limits) *Error { return r.Truncation.validate() }

// checkShape refuses what the bare array of the chunks shape could not show.
func (r *Request) checkShape(Limits) *Error {
	switch {
	case r.Shape != Chunks:
		return nil
	case r.Explain:
		return noPlace("explain")
	case r.ReturnDocuments:
		return noPlace("return_documents")
	}
	return nil
}

func noPlace(field string) *Error {
	return newError(ConflictingFields, field, field+" has no place in the answer to chunks: send documents")
}
