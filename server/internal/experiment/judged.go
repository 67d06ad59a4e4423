package experiment

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
)

// Judged is a query that two rankings are known for, and the grades of its documents.
type Judged struct {
	Rankings [2][]string
	Grades   map[string]int
}

// JudgedRuns are interleavings of two rankings on judged queries: what a live
// experiment of both would be like, if people clicked by the grades.
type JudgedRuns struct {
	Runs int `json:"runs"`
	// Found a difference, and FirstBetter of them in the first ranking's favour.
	Found       int `json:"found"`
	FirstBetter int `json:"first_better"`
	// Rate is the share of decided impressions that the second ranking won, Decided the
	// share of impressions that any of them won.
	Rate    float64 `json:"rate"`
	Decided float64 `json:"decided"`
	// MedianN and MedianImpressions are what it took to find one; a run that found none
	// counts as the most.
	MedianN           int `json:"median_n"`
	MedianImpressions int `json:"median_impressions"`
}

// JudgedDepth is how many documents of a list people see.
const JudgedDepth = 10

// SimulateJudged draws queries and clicks, and reads the test after each impression.
// Impressions of a run end at twenty times MaxN, where nearly nothing is decided.
func SimulateJudged(o SimulationOptions, queries []Judged) JudgedRuns {
	r := JudgedRuns{Runs: o.Runs}
	if !slices.ContainsFunc(queries, Judged.differ) {
		r.MedianN, r.MedianImpressions = o.MaxN, mostImpressions*o.MaxN
		return r
	}
	var stops, shown []int
	var wins, decided, impressions int
	for run := range o.Runs {
		random := rand.New(rand.NewPCG(o.Seed, uint64(run)))
		test, n, found := o.runJudged(run, random, queries)
		r.Found += count(found)
		r.FirstBetter += count(found && test.losses > test.wins)
		wins, decided, impressions = wins+test.wins, decided+test.wins+test.losses, impressions+n
		if !found {
			n = math.MaxInt
		}
		stops, shown = append(stops, stopOf(test, found, o.MaxN)), append(shown, n)
	}
	if impressions > 0 {
		r.Decided = float64(decided) / float64(impressions)
	}
	if decided > 0 {
		r.Rate = float64(wins) / float64(decided)
	}
	r.MedianN, r.MedianImpressions = median(stops), min(median(shown), mostImpressions*o.MaxN)
	return r
}

func stopOf(t SignTest, found bool, most int) int {
	if !found {
		return most
	}
	return t.wins + t.losses
}

func median(list []int) int {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[len(list)/2]
}

// differ reports whether anybody could see a difference.
func (q Judged) differ() bool {
	a, b := q.Rankings[0], q.Rankings[1]
	return !slices.Equal(a[:min(JudgedDepth, len(a))], b[:min(JudgedDepth, len(b))])
}

// mostImpressions for each decided one that a run may have.
const mostImpressions = 20

func (o SimulationOptions) runJudged(run int, random *rand.Rand, queries []Judged) (test SignTest, n int, found bool) {
	name := "judged-" + strconv.Itoa(run)
	for n = 0; test.wins+test.losses < o.MaxN && n < mostImpressions*o.MaxN; n++ {
		q := queries[random.IntN(len(queries))]
		d := TeamDraft(name, strconv.Itoa(n), q.Rankings[0], q.Rankings[1], JudgedDepth)
		switch Credit(d.Teams, clickByGrade(random, d, q.Grades)) {
		case WonA:
			test.Add(false)
		case WonB:
			test.Add(true)
		default:
			continue
		}
		if test.P() < o.Alpha {
			return test, n + 1, true
		}
	}
	return test, n, false
}

// clickByGrade is a user of the cascade model who reads down: what is worthless is
// clicked 5 times of a hundred, what has the best grade 95 times, and who clicked leaves
// with the same probability, at least 20 times of a hundred.
func clickByGrade(random *rand.Rand, d Drafted, grades map[string]int) (clicked []int) {
	best := 0
	for _, g := range grades {
		best = max(best, g)
	}
	for place, id := range d.Order {
		worth := 0.0
		if best > 0 {
			worth = (math.Exp2(float64(grades[id])) - 1) / (math.Exp2(float64(best)) - 1)
		}
		if random.Float64() >= 0.05+0.9*worth {
			continue
		}
		clicked = append(clicked, place)
		if random.Float64() < 0.2+0.7*worth {
			break
		}
	}
	return clicked
}
