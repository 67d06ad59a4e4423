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
	names    []string      // of the documents, made when they are needed
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

func (s *showing) split(ctx context.Context, seen func(*api.Response), unit string) (*api.Response, error) {
	arm := s.exposure.Experiment.Arms[s.exposure.ArmOf(unit)]
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
	q := s.query(r, err)
	if q != nil {
		s.config.Note(q)
	}
	return r, err
}

// query is the record of an answer, nil where there is nothing to note: an error
// outside experiments. The answer gets its id.
func (s *showing) query(r *api.Response, err error) *ubi.Query {
	if err != nil && s.exposure == nil {
		return nil
	}
	q := &ubi.Query{
		Application: "splitrank", QueryID: s.id, ResponseID: s.id, ClientID: s.req.ClientID,
		UserQuery: s.config.Signer.UserQuery(s.req.Query, s.config.Words),
		Timestamp: ubi.Timestamp(s.came), ObjectIDField: "id", HitIDs: []string{},
	}
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

// namesOf documents by their index, each another: the id, or the index where there is
// none, with a # before it where that is an id.
func namesOf(req *api.Request) []string {
	names, without := make([]string, len(req.Documents)), 0
	for i := range req.Documents {
		if names[i] = req.Documents[i].ID.Text; names[i] == "" {
			names[i] = strconv.Itoa(i)
			without++
		}
	}
	if without > 0 && without < len(names) {
		keepApart(req, names)
	}
	return names
}

// keepApart the indices of documents without an id from the ids of the others.
func keepApart(req *api.Request, names []string) {
	taken := make(map[string]bool, len(names))
	for i := range req.Documents {
		taken[req.Documents[i].ID.Text] = true
	}
	for i := range names {
		if !req.Documents[i].ID.IsZero() {
			continue
		}
		for taken[names[i]] {
			names[i] = "#" + names[i]
		}
		taken[names[i]] = true
	}
}

// idsOf results in their order: see ubi.Query.HitIDs.
func (s *showing) idsOf(results []api.Result) []string {
	if s.names == nil {
		s.names = namesOf(s.req)
	}
	ids := make([]string, len(results))
	for i := range results {
		ids[i] = s.names[results[i].Index]
	}
	return ids
}
