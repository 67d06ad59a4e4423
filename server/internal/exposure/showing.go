package exposure

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/splitrank/splitrank/server/internal/experiment"
	"github.com/splitrank/splitrank/server/internal/ubi"
	"github.com/splitrank/splitrank/shared/api"
)

// showing is one request on its way to an answer that is noted.
type showing struct {
	*Exposer
	req      *api.Request
	id       string
	came     time.Time
	exposure *ubi.Exposure // nil = of no experiment
	names    []string      // of the documents where some have no id, made when they are needed
}

// named passes answers on with the query id.
func (s *showing) named(seen func(*api.Response)) func(*api.Response) {
	if seen == nil {
		return nil
	}
	return func(r *api.Response) {
		r.QueryID = s.id
		seen(r)
	}
}

func (s *showing) plain(ctx context.Context, seen func(*api.Response)) (*api.Response, error) {
	r, err := s.config.Reranker.Watch(ctx, s.req, s.named(seen))
	return s.shown(r, err)
}

func (s *showing) split(ctx context.Context, seen func(*api.Response), arm experiment.Arm) (*api.Response, error) {
	s.exposure.Arm = arm.Name
	r, err := s.config.Reranker.Watch(ctx, armed(s.req, arm), s.named(seen))
	s.exposure.Answers = []ubi.ArmAnswer{answerOf(arm, r, err, s.took())}
	return s.shown(r, err)
}

func (s *showing) took() time.Duration { return s.config.Now().Sub(s.came) }

// answerOf an arm, as it is noted.
func answerOf(arm experiment.Arm, r *api.Response, err error, took time.Duration) ubi.ArmAnswer {
	a := ubi.ArmAnswer{Arm: arm.Name, LatencyMS: api.Milliseconds(took)}
	if err != nil {
		a.Error = codeOf(err)
		return a
	}
	a.Model, a.Degraded, a.Reason = r.Model, r.Degraded, r.Reason
	return a
}

// codeOf an error; its text may quote the request.
func codeOf(err error) string {
	var fault *api.Error
	switch {
	case errors.As(err, &fault):
		return string(fault.Code)
	case errors.Is(err, context.Canceled):
		return "client_gone"
	}
	return string(api.Internal)
}

// shown notes an answer and passes it on.
func (s *showing) shown(r *api.Response, err error) (*api.Response, error) {
	if q := s.query(r, err); q != nil {
		s.note(q)
	}
	return r, err
}

// note a record, and leave to whoever writes it what takes time. Of the request it
// holds the query alone, which its texts are not to be kept for.
func (s *showing) note(q *ubi.Query) {
	x, came, words := s.Exposer, s.came, s.req.Query
	x.config.Note(sizeOf(q)+len(words), func() *ubi.Query {
		q.Timestamp, q.UserQuery = ubi.Timestamp(came), x.config.Signer.UserQuery(words, x.config.Words)
		return q
	})
}

// sizeOf a record, about, in bytes.
func sizeOf(q *ubi.Query) int {
	const record, header = 1 << 10, 16
	n := record
	for _, id := range q.HitIDs {
		n += header + len(id)
	}
	if e := q.Attributes.Experiment; e != nil {
		for _, list := range e.Rankings {
			n += header * len(list) // of the same ids
		}
	}
	return n
}

// query is the record of an answer but for its time and its words, nil where there
// is nothing to note: an error outside experiments. The answer gets its id.
func (s *showing) query(r *api.Response, err error) *ubi.Query {
	if err != nil && s.exposure == nil {
		return nil
	}
	q := &ubi.Query{Application: "splitrank", QueryID: s.id, ResponseID: s.id, ClientID: s.req.ClientID, ObjectIDField: "id", HitIDs: []string{}}
	q.Attributes = ubi.Attributes{Pipeline: string(s.req.Pipeline), Documents: len(s.req.Documents), LatencyMS: api.Milliseconds(s.took()), Experiment: s.exposure}
	if err != nil {
		q.Attributes.Error = codeOf(err)
		return q
	}
	r.QueryID = s.id
	a := &q.Attributes
	a.Model, a.Scorer, a.Language, a.Scored, a.Cached, a.Degraded, a.Reason = r.Model, r.Scorer, r.Language, r.Usage.Scored, r.Usage.Cached, r.Degraded, r.Reason
	q.HitIDs = s.idsOf(r.Results)
	return q
}

// idsOf results in their order: see ubi.Query.HitIDs.
func (s *showing) idsOf(results []api.Result) []string {
	ids, without := make([]string, len(results)), 0
	for i := range results {
		if ids[i] = results[i].ID.Text; ids[i] == "" {
			ids[i] = strconv.Itoa(results[i].Index)
			without++
		}
	}
	if without == 0 || without == len(ids) && !anyID(s.req.Documents) {
		return ids
	}
	if s.names == nil {
		s.names = namesOf(s.req)
	}
	for i := range results {
		ids[i] = s.names[results[i].Index]
	}
	return ids
}

func anyID(documents []api.Document) bool {
	for i := range documents {
		if !documents[i].ID.IsZero() {
			return true
		}
	}
	return false
}

// namesOf documents of which some have no id, by their index, each another: the id, or
// the index where there is none, with a # before it where that is an id.
func namesOf(req *api.Request) []string {
	names, taken := make([]string, len(req.Documents)), make(map[string]bool, len(req.Documents))
	for i := range req.Documents {
		names[i] = req.Documents[i].ID.Text
		taken[names[i]] = true
	}
	for i := range names {
		if names[i] != "" {
			continue
		}
		names[i] = strconv.Itoa(i)
		for taken[names[i]] {
			names[i] = "#" + names[i]
		}
		taken[names[i]] = true
	}
	return names
}
