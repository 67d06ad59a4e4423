package querylog

import (
	"errors"
	"slices"
	"time"

	"github.com/splitrank/splitrank/server/internal/experiment"
	"github.com/splitrank/splitrank/server/internal/ubi"
)

// Joined is what files say, experiment by experiment.
type Joined struct {
	Experiments []*Recorded
	// Lines that were no record; Queries without an experiment.
	Bad, Plain int
	Events     EventCounts
}

// EventCounts say what became of events.
type EventCounts struct {
	// Joined to an impression; of an action that Counted for its experiment and was not
	// there before.
	Joined, Counted int
	// Unmatched are of no impression of an experiment, or of no document of one;
	// Repeated say what was said before.
	Unmatched, Repeated int
}

// Recorded are the impressions of one experiment.
type Recorded struct {
	Experiment  experiment.Experiment
	Digest      string
	Impressions []experiment.Impression
}

// Join reads files: their queries, then what was done with them. Experiments of one
// name and different arms are told apart by their digest.
func Join(files []string) (*Joined, error) {
	j := joiner{out: new(Joined), by: map[string]*Recorded{}, at: map[string]place{}, seen: map[string]bool{}}
	ignore := func(*ubi.Event) {}
	bad, err := Reader{Query: j.query, Event: ignore}.Read(files)
	if err != nil {
		return nil, err
	}
	j.out.Bad = bad
	if _, err := (Reader{Query: func(*ubi.Query) {}, Event: j.event}).Read(files); err != nil {
		return nil, err
	}
	if len(j.out.Experiments) == 0 {
		return nil, errors.New("no query of these files was part of an experiment")
	}
	return j.out, nil
}

type place struct {
	log *Recorded
	at  int
}

type joiner struct {
	out  *Joined
	by   map[string]*Recorded // by digest
	at   map[string]place     // by query id
	seen map[string]bool      // query id, place and action
}

func (j *joiner) query(q *ubi.Query) {
	x := q.Attributes.Experiment
	if x == nil {
		j.out.Plain++
		return
	}
	if _, again := j.at[q.QueryID]; again {
		return
	}
	log := j.by[x.Digest]
	if log == nil {
		log = &Recorded{Experiment: x.Experiment, Digest: x.Digest}
		j.by[x.Digest] = log
		j.out.Experiments = append(j.out.Experiments, log)
	}
	log.Experiment.Share = max(log.Experiment.Share, x.Share)
	j.at[q.QueryID] = place{log, len(log.Impressions)}
	log.Impressions = append(log.Impressions, impression(q))
}

// impression that a query was. An experiment's unit is the client, where it has one.
func impression(q *ubi.Query) experiment.Impression {
	x := q.Attributes.Experiment
	at, _ := time.Parse(time.RFC3339, q.Timestamp)
	i := experiment.Impression{
		QueryID: q.QueryID, Time: at, Order: q.HitIDs, Teams: x.Teams, Shadow: x.Shadow,
		Degraded: q.Attributes.Degraded, Failed: q.Attributes.Error != "",
	}
	if x.Unit == experiment.Client {
		i.Client = q.ClientID
	}
	i.Arm = max(0, slices.IndexFunc(x.Arms[:], func(a experiment.Arm) bool { return a.Name == x.Arm }))
	for n := range min(len(x.Rankings), len(i.Rankings)) {
		i.Rankings[n] = x.Rankings[n]
	}
	for _, a := range x.Answers {
		if n := slices.IndexFunc(x.Arms[:], func(arm experiment.Arm) bool { return arm.Name == a.Arm }); n >= 0 {
			i.LatencyMS[n] = a.LatencyMS
			i.Degraded = i.Degraded || a.Degraded
		}
	}
	return i
}

// event counts once for its document: see RATIONALE: why-events-are-deduplicated-when-read.
func (j *joiner) event(e *ubi.Event) {
	at, known := j.at[e.QueryID]
	if !known {
		j.out.Events.Unmatched++
		return
	}
	i := &at.log.Impressions[at.at]
	p, shown := e.Place(i.Order)
	if !shown {
		j.out.Events.Unmatched++
		return
	}
	key := e.QueryID + "\x00" + e.ActionName + "\x00" + i.Order[p]
	if j.seen[key] {
		j.out.Events.Repeated++
		return
	}
	j.seen[key] = true
	j.out.Events.Joined++
	if e.ActionName == at.log.Experiment.Metric {
		j.out.Events.Counted++
		i.Clicked = append(i.Clicked, p)
	}
}
