package ubi

import (
	"github.com/splitrank/splitrank/server/internal/experiment"
)

// Append a query as a line of JSON Lines, byte for byte as encoding/json has it. The
// error is a number that JSON has no form of; nothing is appended then.
func (q *Query) Append(to []byte) ([]byte, error) {
	l := line{bytes: to}
	l.query(q)
	return l.end(to)
}

// Append an event in the same way.
func (e *Event) Append(to []byte) ([]byte, error) {
	l := line{bytes: to}
	l.event(e)
	return l.end(to)
}

func (l *line) query(q *Query) {
	l.open('{')
	l.key("application").text(q.Application)
	l.key("query_id").text(q.QueryID)
	l.optionalText("client_id", q.ClientID)
	l.key("user_query").text(q.UserQuery)
	l.key("timestamp").text(q.Timestamp)
	l.key("object_id_field").text(q.ObjectIDField)
	l.key("query_response_id").text(q.ResponseID)
	l.key("query_response_hit_ids").texts(q.HitIDs)
	l.key("query_attributes").attributes(&q.Attributes)
	l.close('}')
}

func (l *line) attributes(a *Attributes) {
	l.open('{')
	l.optionalText("pipeline", a.Pipeline)
	l.optionalText("model", a.Model)
	l.optionalText("scorer", a.Scorer)
	l.optionalText("language", a.Language)
	l.key("documents").int(a.Documents)
	l.key("scored").int(a.Scored)
	l.key("cached").int(a.Cached)
	l.key("latency_ms").float(a.LatencyMS)
	l.optionalTrue("degraded", a.Degraded)
	l.optionalText("reason", a.Reason)
	l.optionalText("error", a.Error)
	if a.Experiment != nil {
		l.key("experiment").exposure(a.Experiment)
	}
	l.close('}')
}

func (l *line) exposure(x *Exposure) {
	l.open('{')
	l.experiment(&x.Experiment)
	l.key("digest").text(x.Digest)
	l.optionalText("arm", x.Arm)
	l.optionalText("teams", x.Teams)
	if len(x.Rankings) > 0 {
		l.key("rankings").open('[')
		for _, ranking := range x.Rankings {
			l.texts(ranking)
		}
		l.close(']')
	}
	if len(x.Answers) > 0 {
		l.key("answers").open('[')
		for i := range x.Answers {
			l.answer(&x.Answers[i])
		}
		l.close(']')
	}
	if x.Shadow != nil {
		l.key("shadow").comparison(x.Shadow)
	}
	l.close('}')
}

// experiment writes the fields of one into an object that is open.
func (l *line) experiment(e *experiment.Experiment) {
	l.key("name").text(e.Name)
	l.key("mode").text(string(e.Mode))
	l.key("arms").open('[')
	for i := range e.Arms {
		l.arm(&e.Arms[i])
	}
	l.close(']')
	l.optionalFloat("share", e.Share)
	l.optionalText("unit", string(e.Unit))
	l.optionalInt("max_n", e.MaxN)
	l.optionalText("metric", e.Metric)
	l.optionalFloat("alpha", e.Alpha)
}

func (l *line) arm(a *experiment.Arm) {
	l.open('{')
	l.optionalText("name", a.Name)
	l.optionalText("pipeline", a.Pipeline)
	l.optionalText("model", a.Model)
	if a.Budget != (experiment.Budget{}) {
		l.key("budget").open('{')
		l.optionalInt("documents", a.Budget.Documents)
		l.optionalInt("tokens", a.Budget.Tokens)
		l.optionalInt("deadline_ms", a.Budget.DeadlineMS)
		l.close('}')
	}
	l.close('}')
}

func (l *line) answer(a *ArmAnswer) {
	l.open('{')
	l.key("arm").text(a.Arm)
	l.optionalText("model", a.Model)
	l.key("latency_ms").float(a.LatencyMS)
	l.optionalTrue("degraded", a.Degraded)
	l.optionalText("reason", a.Reason)
	l.optionalText("error", a.Error)
	l.close('}')
}

func (l *line) comparison(c *experiment.Comparison) {
	l.open('{')
	l.key("overlap").float(c.Overlap)
	l.key("changed").int(c.Changed)
	l.close('}')
}

func (l *line) event(e *Event) {
	l.open('{')
	l.key("action_name").text(e.ActionName)
	l.optionalText("query_id", e.QueryID)
	l.optionalText("session_id", e.SessionID)
	l.optionalText("client_id", e.ClientID)
	l.optionalText("user_id", e.UserID)
	l.key("timestamp").text(e.Timestamp)
	l.optionalText("message_type", e.MessageType)
	l.optionalText("message", e.Message)
	if e.Attributes != nil {
		l.key("event_attributes").eventAttributes(e.Attributes)
	}
	l.close('}')
}

func (l *line) eventAttributes(a *EventAttributes) {
	l.open('{')
	if a.Position != nil {
		l.key("position").open('{')
		l.key("ordinal").int(a.Position.Ordinal)
		l.close('}')
	}
	if a.Object != nil {
		l.key("object").open('{')
		l.key("object_id").text(a.Object.ObjectID)
		l.optionalText("object_id_field", a.Object.ObjectIDField)
		l.close('}')
	}
	l.close('}')
}
