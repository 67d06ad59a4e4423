package main

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"slices"
)

// simulation of requests that come at random and wait in line before processors.
type simulation struct {
	replicas, cores int // of each
	rate            float64
	requests        int
	serve           func(r *rand.Rand) float64
	// joined has one line before all processors; else each replica has its own, and a
	// request goes where the fewest are.
	joined bool
}

// replicaState is the line of one replica: when its processors are free, and when
// those who are there leave.
type replicaState struct {
	free   times
	leaves times
}

// times are a heap.
type times []float64

func (t times) Len() int           { return len(t) }
func (t times) Less(i, j int) bool { return t[i] < t[j] }
func (t times) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *times) Push(x any)        { *t = append(*t, x.(float64)) }
func (t *times) Pop() any {
	last := len(*t) - 1
	x := (*t)[last]
	*t = (*t)[:last]
	return x
}

// run returns the waits of all but the first tenth, sorted.
func (s simulation) run() (waits []float64) {
	r := rand.New(rand.NewPCG(1, 2))
	lines, cores := s.replicas, s.cores
	if s.joined {
		lines, cores = 1, s.replicas*s.cores
	}
	replicas := make([]replicaState, lines)
	for i := range replicas {
		replicas[i].free = make(times, cores)
	}
	now := 0.0
	for i := range s.requests {
		now += r.ExpFloat64() / s.rate
		wait := fewest(replicas, now).take(now, s.serve(r))
		if i >= s.requests/10 {
			waits = append(waits, wait)
		}
	}
	slices.Sort(waits)
	return waits
}

// fewest is the replica with the fewest requests.
func fewest(list []replicaState, now float64) (best *replicaState) {
	for i := range list {
		one := &list[i]
		for len(one.leaves) > 0 && one.leaves[0] <= now {
			heap.Pop(&one.leaves)
		}
		if best == nil || len(one.leaves) < len(best.leaves) {
			best = one
		}
	}
	return best
}

// take a request, and return how long it waits.
func (s *replicaState) take(now, service float64) float64 {
	start := max(now, s.free[0])
	s.free[0] = start + service
	heap.Fix(&s.free, 0)
	heap.Push(&s.leaves, start+service)
	return start - now
}

// draw a service time as figures.service has its mean and variance.
func (f figures) draw(t traffic) func(r *rand.Rand) float64 {
	each, passage := f.request()
	fixed := each + float64(t.passages)*passage
	chance := t.unknown / float64(t.passages)
	return func(r *rand.Rand) float64 { return fixed + f.Read*float64(binomial(r, t.passages, chance)) }
}

// binomial draws how many of n happen, each with a chance, from the gaps between
// those that do, which are geometric.
func binomial(r *rand.Rand, n int, chance float64) (happen int) {
	if chance <= 0 {
		return 0
	}
	if chance >= 1 {
		return n
	}
	for at := 0; ; happen++ {
		at += 1 + int(math.Log(1-r.Float64())/math.Log1p(-chance))
		if at > n {
			return happen
		}
	}
}
