package experiment

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTeamDraftIsReproducible: these draws are in people's logs and must stay.
func TestTeamDraftIsReproducible(t *testing.T) {
	for _, tt := range []struct {
		name, id, a, b, order, teams string
		n                            int
	}{
		{"same", "q1", "abcd", "abcd", "abcd", "----", 4},
		{"common beginning", "q1", "abcd", "abdc", "abdc", "--BA", 4},
		{"reversed", "q2", "abcd", "dcba", "adbc", "ABAB", 4},
		{"cut", "q3", "abcd", "dcba", "ad", "AB", 2},
		{"apart", "q4", "ab", "xy", "xayb", "BABA", 9},
		{"one is empty", "q5", "", "xy", "xy", "BB", 2},
		{"both are empty", "q6", "", "", "", "", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := TeamDraft("experiment", tt.id, strings.Split(tt.a, "")[:len(tt.a)], strings.Split(tt.b, "")[:len(tt.b)], tt.n)
			if got := strings.Join(d.Order, ""); got != tt.order || d.Teams != tt.teams {
				t.Errorf("%s %s, want %s %s", got, d.Teams, tt.order, tt.teams)
			}
		})
	}
}

// TestTeamDraftRules: a list holds each document once, in the order of the team that
// picked it, and after every second place no team is ahead.
func TestTeamDraftRules(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for i := range 500 {
		a, b := permuted(random, 12), permuted(random, 12)
		d := TeamDraft("x", fmt.Sprint(i), a, b, 12)
		if diff := cmp.Diff(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(d.Order))); diff != "" {
			t.Fatal(diff)
		}
		picks := [2]int{}
		for place, from := range d.From {
			picks[from]++
			if place%2 == 1 && picks[0] != picks[1] {
				t.Fatalf("%v are ahead after %d", picks, place+1)
			}
		}
		for team, list := range [][]string{a, b} {
			last := -1
			for place, id := range d.Order {
				if d.From[place] == team {
					at := slices.Index(list, id)
					if at < last {
						t.Fatalf("team %d picks %s after a worse one", team, id)
					}
					last = at
				}
			}
		}
	}
}

func permuted(random *rand.Rand, n int) []string {
	list := make([]string, n)
	for i, p := range random.Perm(n) {
		list[i] = fmt.Sprint(p)
	}
	return list
}

// TestCoinsAreFair over many queries and rounds.
func TestCoinsAreFair(t *testing.T) {
	heads, firsts := 0, 0
	const queries, tosses = 400, 300
	for q := range queries {
		c := coins{seed: fmt.Sprint(q)}
		for i := range tosses {
			toss := c.toss()
			heads += toss
			if i == 0 {
				firsts += toss
			}
		}
	}
	if p := SampleRatio(heads, queries*tosses-heads, 0.5); p < 0.001 {
		t.Errorf("%d heads of %d", heads, queries*tosses)
	}
	if p := SampleRatio(firsts, queries-firsts, 0.5); p < 0.001 {
		t.Errorf("%d first tosses of %d are heads", firsts, queries)
	}
}

func TestCredit(t *testing.T) {
	for _, tt := range []struct {
		teams   string
		clicked []int
		want    Result
	}{
		{"--AB", []int{0, 1}, Undecided}, {"--AB", []int{2}, WonA}, {"--AB", []int{0, 3}, WonB}, {"ABAB", []int{0, 1}, Tie},
		{"ABAB", []int{0, 2, 1}, WonA}, {"ABAB", nil, Undecided}, {"AB", []int{-1, 7}, Undecided},
	} {
		if got := Credit(tt.teams, tt.clicked); got != tt.want {
			t.Errorf("%s %v: %v, want %v", tt.teams, tt.clicked, got, tt.want)
		}
	}
}

func TestOverlap(t *testing.T) {
	list := strings.Split("abcdefghij", "")
	back := slices.Clone(list)
	slices.Reverse(back)
	for _, tt := range []struct {
		name      string
		a, b      []string
		low, high float64
		changed   int
	}{
		{"the same", list, list, 1 - 1e-12, 1, 0},
		{"nothing in common", list, strings.Split("klmnopqrst", ""), 0, 0, 3},
		{"reversed", list, back, 0.5, 0.75, 3},
		{"swapped at the end", list, append(slices.Clone(list[:8]), "j", "i"), 0.97, 0.9999, 0},
		{"nothing", nil, list, 0, 0, 3},
	} {
		if got := Overlap(tt.a, tt.b); got < tt.low || got > tt.high {
			t.Errorf("%s: %v, want %v to %v", tt.name, got, tt.low, tt.high)
		}
		if got := Changed(tt.a, tt.b, 3); got != tt.changed {
			t.Errorf("%s: %d changed, want %d", tt.name, got, tt.changed)
		}
	}
}

func BenchmarkTeamDraft(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	x, y := ranking(random), ranking(random)
	for b.Loop() {
		TeamDraft("n", "q", x, y, simulatedDocuments)
	}
}
