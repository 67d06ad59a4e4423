package batch

import (
	"errors"
	"maps"
	"slices"
)

// Priority of the pairs of a call. Those of a higher one run first.
type Priority int8

// The priorities.
const (
	// Ahead is for what nobody waits for yet. It runs while nothing else does.
	Ahead Priority = iota - 1
	// Ordinary is what Score has.
	Ordinary
	// Urgent is for short work that other work waits for.
	Urgent
)

// ErrBusy ends what has the priority Ahead where others wait.
var ErrBusy = errors.New("others wait for the model")

// makeWay ends all jobs of priority Ahead, also where they run.
func (q *Queue[P, R]) makeWay() {
	for _, j := range slices.Collect(maps.Keys(q.active)) {
		if j.priority == Ahead {
			q.fail(j, ErrBusy)
		}
	}
}
