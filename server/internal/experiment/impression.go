package experiment

import (
	"cmp"
	"slices"
	"time"
)

// Impression is one answer that was shown as part of an experiment, with the
// events that came of it.
type Impression struct {
	QueryID string
	// Client that asked; "" = unknown.
	Client string
	Time   time.Time
	// Arm that was shown by a split, 0 or 1. Of an interleaving it is 0.
	Arm int
	// Order of the documents as shown; Teams is the owner of each place of an
	// interleaving.
	Order []string
	Teams string
	// Rankings that were interleaved.
	Rankings [2][]string
	// Clicked are the places, from 0, of events of the experiment's metric, each once.
	Clicked []int
	// Degraded says that an arm answered with less than was asked for, Failed that
	// there was no answer.
	Degraded, Failed bool
	// LatencyMS of the arms; 0 = that arm was not asked.
	LatencyMS [2]float64
	// Shadow is what the second arm would have shown; nil = it was not asked.
	Shadow *Comparison
}

// Comparison of the two rankings of one request.
type Comparison struct {
	Overlap float64 `json:"overlap"`
	Changed int     `json:"changed"`
}

// unit that the impression belongs to.
func (i *Impression) unit() string { return cmp.Or(i.Client, i.QueryID) }

// reproducible reports whether drawing the list again gives what was shown.
func (i *Impression) reproducible(name string) bool {
	if i.Failed || len(i.Rankings[0])+len(i.Rankings[1]) == 0 {
		return true
	}
	d := TeamDraft(name, i.QueryID, i.Rankings[0], i.Rankings[1], len(i.Order))
	return d.Teams == i.Teams && slices.Equal(d.Order, i.Order)
}

// withoutRobots leaves out the clients with more than limit clicks on one day
// (UTC), and says how many those are. limit 0 = none is left out.
func withoutRobots(list []Impression, limit int) (kept []Impression, robots int) {
	if limit == 0 {
		return list, 0
	}
	type day struct {
		client string
		at     int64
	}
	clicks, robot := map[day]int{}, map[string]bool{}
	for i := range list {
		if list[i].Client == "" {
			continue
		}
		d := day{list[i].Client, list[i].Time.Unix() / (24 * 60 * 60)}
		if clicks[d] += len(list[i].Clicked); clicks[d] > limit {
			robot[d.client] = true
		}
	}
	for i := range list {
		if !robot[list[i].Client] {
			kept = append(kept, list[i])
		}
	}
	return kept, len(robot)
}
