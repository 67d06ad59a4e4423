package experiment

import (
	"math/rand/v2"
	"slices"
	"strconv"
)

// Simulation of interleavings whose truth is known.
type Simulation struct {
	Null   NullRuns   `json:"null"`
	Effect EffectRuns `json:"effect"`
}

// NullRuns are experiments without a difference.
type NullRuns struct {
	Runs int `json:"runs"`
	// FalseAlarms found one all the same, at whichever impression.
	FalseAlarms int `json:"false_alarms"`
}

// EffectRuns are experiments in which the second arm wins with probability P.
type EffectRuns struct {
	P    float64 `json:"p"`
	Runs int     `json:"runs"`
	// Found the difference; MedianN is the median of the decided impressions that
	// took, of all runs; a run that found none counts as the most.
	Found   int `json:"found"`
	MedianN int `json:"median_n"`
}

// SimulationOptions say what to simulate.
type SimulationOptions struct {
	Runs  int     // of each kind
	MaxN  int     // decided impressions of a run
	P     float64 // of a win of the second arm, where there is a difference
	Alpha float64
	Seed  uint64
}

// Simulate experiments that are read after every impression: drafting, clicks,
// credit and test are those of real ones.
func Simulate(o SimulationOptions) Simulation {
	s := Simulation{Null: NullRuns{Runs: o.Runs}, Effect: EffectRuns{P: o.P, Runs: o.Runs}}
	var stops []int
	for run := range o.Runs {
		random := rand.New(rand.NewPCG(o.Seed, uint64(run)))
		if _, found := o.run(run, random, clickAnywhere); found {
			s.Null.FalseAlarms++
		}
		n, found := o.run(run, random, o.clickPreferred)
		s.Effect.Found += count(found)
		stops = append(stops, n)
	}
	slices.Sort(stops)
	if len(stops) > 0 {
		s.Effect.MedianN = stops[len(stops)/2]
	}
	return s
}

// run one experiment until it finds a difference or has seen MaxN decided
// impressions.
func (o SimulationOptions) run(run int, random *rand.Rand, click func(*rand.Rand, Drafted) []int) (n int, found bool) {
	var test SignTest
	name := "simulated-" + strconv.Itoa(run)
	for i := 0; test.wins+test.losses < o.MaxN; i++ {
		d := TeamDraft(name, strconv.Itoa(i), ranking(random), ranking(random), simulatedDocuments)
		switch Credit(d.Teams, click(random, d)) {
		case WonA:
			test.Add(false)
		case WonB:
			test.Add(true)
		default:
			continue
		}
		if test.P() < o.Alpha {
			return test.wins + test.losses, true
		}
	}
	return o.MaxN, false
}

const simulatedDocuments = 10

// names of the documents, whose quality falls.
var names = [simulatedDocuments]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}

// ranking of the documents by their quality and some noise.
func ranking(random *rand.Rand) []string {
	var at [simulatedDocuments]float64
	order := names
	for i := range at {
		at[i] = float64(i) + 3*random.NormFloat64()
	}
	slices.SortFunc(order[:], func(x, y string) int {
		if at[x[0]-'a'] < at[y[0]-'a'] {
			return -1
		}
		return 1
	})
	return order[:]
}

// clickAnywhere is a user who reads down and clicks on what is good, whoever put
// it there, and leaves when satisfied: a cascade model.
func clickAnywhere(random *rand.Rand, d Drafted) (clicked []int) {
	for place, id := range d.Order {
		quality := 1 - float64(id[0]-'a')/simulatedDocuments
		if random.Float64() >= 0.5*quality {
			continue
		}
		clicked = append(clicked, place)
		if random.Float64() < 0.6 {
			break
		}
	}
	return clicked
}

// clickPreferred is a user who clicks once, with probability P on the best place of
// the second arm.
func (o SimulationOptions) clickPreferred(random *rand.Rand, d Drafted) []int {
	team := TeamA
	if random.Float64() < o.P {
		team = TeamB
	}
	for place, owner := range []byte(d.Teams) {
		if Owner(owner) == team {
			return []int{place}
		}
	}
	return nil
}
