package experiment

import (
	"math"
	"slices"
	"time"
)

// Analysis is what the log says about one experiment.
type Analysis struct {
	Experiment Experiment `json:"experiment"`
	Digest     string     `json:"digest"`
	First      time.Time  `json:"first"`
	Last       time.Time  `json:"last"`
	// Impressions and Clients that count; Robots are clients that were left out.
	Impressions int `json:"impressions"`
	Clients     int `json:"clients"`
	Robots      int `json:"robots"`
	// Degraded impressions count as their arm; so do Failed ones, of which there is
	// nothing to click.
	Degraded int `json:"degraded"`
	Failed   int `json:"failed"`
	// NotReproducible are interleaved lists that are not what name and query id draw
	// of the rankings: the log was changed, or another version wrote it.
	NotReproducible int `json:"not_reproducible"`
	// LatencyMS of the arms, in the order of Experiment.Arms.
	LatencyMS [2]Latency `json:"latency_ms"`
	Ratio     *Ratio     `json:"sample_ratio,omitempty"`
	// One of these, by the mode.
	Interleaved *Interleaved   `json:"interleaved,omitempty"`
	Split       *SplitResult   `json:"split,omitempty"`
	Shadow      *ShadowSummary `json:"shadow,omitempty"`
	Verdict     Verdict        `json:"verdict"`
}

// Latency of an arm in milliseconds.
type Latency struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
}

// Ratio checks that assignment did what it should, before anything is compared.
type Ratio struct {
	// Of what the counts are: units of a split, of an interleaving the first places
	// that the arms do not share.
	Of       string  `json:"of"`
	Counts   [2]int  `json:"counts"`
	Expected float64 `json:"expected"` // share of the first
	P        float64 `json:"p"`
	Broken   bool    `json:"broken"`
}

func newRatio(of string, counts [2]int, expected float64) *Ratio {
	p := SampleRatio(counts[0], counts[1], expected)
	return &Ratio{Of: of, Counts: counts, Expected: expected, P: p, Broken: p < ratioAlpha}
}

// Interleaved is the outcome of an interleaving.
type Interleaved struct {
	Wins      [2]int `json:"wins"`
	Ties      int    `json:"ties"`
	Undecided int    `json:"undecided"`
	// Delta is (wins of the second arm + ½ ties) / (wins + ties) − ½; its interval
	// treats the impressions of one client as one draw.
	Delta    Interval `json:"delta"`
	Evidence float64  `json:"evidence"`
	// P is always valid; Exact is the binomial test's, for whoever looks once.
	P     float64 `json:"p"`
	Exact float64 `json:"p_exact"`
	// Path of the test, at most a few hundred points.
	Path []Point `json:"path"`
}

// Point of the path of a sequential test.
type Point struct {
	N    int     `json:"n"`    // decided impressions
	Rate float64 `json:"rate"` // wins of the second arm among them
	P    float64 `json:"p"`
}

// SplitResult is the outcome of a split: the mean over units of the share of their
// impressions with an event of the metric.
type SplitResult struct {
	Units      [2]int     `json:"units"`
	Means      [2]float64 `json:"means"`
	Difference Interval   `json:"difference"`
	Evidence   float64    `json:"evidence"`
	P          float64    `json:"p"`
}

// ShadowSummary says how far the rankings differ, not which is better.
type ShadowSummary struct {
	Compared int     `json:"compared"`
	Overlap  float64 `json:"overlap"` // mean rank-biased overlap
	Changed  float64 `json:"changed"` // mean number of new documents among the first ShadowDepth
	Same     float64 `json:"same"`    // share of requests with the same first ShadowDepth in the same order
}

// ShadowDepth is how many places Comparison.Changed looks at.
const ShadowDepth = 10

// Analyse what was shown and clicked. Clients with more than maxClicks events on one
// day are left out; 0 = nobody is. The list is sorted by time.
func Analyse(e Experiment, list []Impression, maxClicks int) *Analysis {
	a := &Analysis{Experiment: e, Digest: e.Digest()}
	list, a.Robots = withoutRobots(list, maxClicks)
	slices.SortStableFunc(list, func(x, y Impression) int { return x.Time.Compare(y.Time) })
	a.describe(list)
	switch e.Mode {
	case Interleave:
		a.interleaved(list)
	case Split:
		a.split(list)
	case Shadow:
		a.shadow(list)
	}
	a.Verdict = a.verdict()
	return a
}

func (a *Analysis) describe(list []Impression) {
	clients := map[string]bool{}
	var latencies [2][]float64
	for i := range list {
		imp := &list[i]
		if imp.Client != "" {
			clients[imp.Client] = true
		}
		a.Degraded += count(imp.Degraded)
		a.Failed += count(imp.Failed)
		if a.Experiment.Mode == Interleave {
			a.NotReproducible += count(!imp.reproducible(a.Experiment.Name))
		}
		for arm, ms := range imp.LatencyMS {
			if ms > 0 {
				latencies[arm] = append(latencies[arm], ms)
			}
		}
	}
	a.Impressions, a.Clients = len(list), len(clients)
	if len(list) > 0 {
		a.First, a.Last = list[0].Time, list[len(list)-1].Time
	}
	for arm := range latencies {
		slices.Sort(latencies[arm])
		a.LatencyMS[arm] = Latency{quantile(latencies[arm], 0.5), quantile(latencies[arm], 0.95)}
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// quantile of sorted values, the nearest; 0 of none.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}

// interleaved reads impressions up to the experiment's MaxN decided ones.
func (a *Analysis) interleaved(list []Impression) {
	r := &Interleaved{}
	var test SignTest
	var firsts [2]int
	cluster := newClusters()
	for i := range list {
		imp := &list[i]
		if team, ok := firstTeam(imp.Teams); ok {
			firsts[team]++
		}
		if r.Wins[0]+r.Wins[1] >= a.Experiment.MaxN {
			continue
		}
		switch Credit(imp.Teams, imp.Clicked) {
		case Undecided:
			r.Undecided++
		case Tie:
			r.Ties++
			cluster.add(imp.unit(), 0.5)
		case WonA:
			r.Wins[0]++
			test.Add(false)
			cluster.add(imp.unit(), 0)
			r.step(&test)
		case WonB:
			r.Wins[1]++
			test.Add(true)
			cluster.add(imp.unit(), 1)
			r.step(&test)
		}
	}
	r.thin()
	r.Delta = cluster.interval(0.5)
	r.P, r.Evidence = test.P(), test.Evidence()
	r.Exact = Binomial(r.Wins[1], r.Wins[0]+r.Wins[1], 0.5)
	a.Interleaved, a.Ratio = r, newRatio("first places", firsts, 0.5)
}

func (r *Interleaved) step(t *SignTest) {
	n := t.wins + t.losses
	r.Path = append(r.Path, Point{N: n, Rate: float64(t.wins) / float64(n), P: t.P()})
}

// thin leaves few enough points to draw.
func (r *Interleaved) thin() {
	const most = 300
	if len(r.Path) <= most {
		return
	}
	out := make([]Point, 0, most)
	for i := range most {
		out = append(out, r.Path[i*(len(r.Path)-1)/(most-1)])
	}
	r.Path = out
}

// firstTeam that owns a place of its own.
func firstTeam(teams string) (team int, ok bool) {
	for _, owner := range []byte(teams) {
		if Owner(owner) != Nobody {
			return count(Owner(owner) == TeamB), true
		}
	}
	return 0, false
}

// clusters are values that belong together by client.
type clusters struct {
	sum   map[string]Moments
	total Moments
}

func newClusters() *clusters { return &clusters{sum: map[string]Moments{}} }

func (c *clusters) add(unit string, x float64) {
	m := c.sum[unit]
	m.Add(x)
	c.sum[unit] = m
	c.total.Add(x)
}

// interval of the mean minus an offset, by the sandwich estimator: clients are
// drawn, not impressions.
func (c *clusters) interval(offset float64) Interval {
	mean, squares := c.total.Mean(), 0.0
	for _, m := range c.sum {
		squares += square(m.Sum - m.N*mean)
	}
	n := float64(len(c.sum))
	if n < 2 {
		return Interval{Mean: orZero(c.total.N, mean-offset), Low: -0.5, High: 0.5}
	}
	return around(mean-offset, math.Sqrt(squares*n/(n-1))/c.total.N)
}

func orZero(n, x float64) float64 {
	if n == 0 {
		return 0
	}
	return x
}

// split compares units, up to the experiment's MaxN, by their first impression.
func (a *Analysis) split(list []Impression) {
	e := a.Experiment
	units, order := map[string]*Moments{}, []string{}
	arms := map[string]int{}
	for i := range list {
		imp := &list[i]
		m, known := units[imp.unit()]
		if !known {
			if len(order) >= e.MaxN {
				continue
			}
			m = new(Moments)
			units[imp.unit()], arms[imp.unit()] = m, imp.Arm
			order = append(order, imp.unit())
		}
		m.Add(float64(count(len(imp.Clicked) > 0)))
	}
	var moments [2]Moments
	for _, unit := range order {
		moments[arms[unit]].Add(units[unit].Mean())
	}
	a.Split = newSplit(moments)
	a.Ratio = newRatio("units", a.Split.Units, e.FirstArmShare())
}

func newSplit(m [2]Moments) *SplitResult {
	r := &SplitResult{
		Units: [2]int{int(m[0].N), int(m[1].N)}, Means: [2]float64{m[0].Mean(), m[1].Mean()},
	}
	r.P, r.Evidence = MixtureTest(m[0], m[1])
	if m[0].N > 1 && m[1].N > 1 {
		r.Difference = around(r.Means[1]-r.Means[0], math.Sqrt(m[0].variance()/m[0].N+m[1].variance()/m[1].N))
	}
	return r
}

func (a *Analysis) shadow(list []Impression) {
	s := &ShadowSummary{}
	for i := range list {
		if list[i].Shadow == nil {
			continue
		}
		s.Compared++
		s.Overlap += list[i].Shadow.Overlap
		s.Changed += float64(list[i].Shadow.Changed)
		s.Same += float64(count(list[i].Shadow.Overlap >= 1-1e-9))
	}
	if n := float64(s.Compared); n > 0 {
		s.Overlap, s.Changed, s.Same = s.Overlap/n, s.Changed/n, s.Same/n
	}
	a.Shadow = s
}
