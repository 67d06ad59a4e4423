package experiment

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

var begun = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func interleaving() Experiment {
	list, err := Parse([]byte(strings.Replace(valid, `"mode"`, `"max_n":2000,"mode"`, 1)))
	if err != nil {
		panic(err)
	}
	return list[0]
}

// impressions of an interleaving in which the second arm wins with a probability.
func impressions(e Experiment, n int, p float64) (list []Impression) {
	random := rand.New(rand.NewPCG(7, 8))
	for i := range n {
		imp := Impression{QueryID: fmt.Sprint("q", i), Client: fmt.Sprint("v", i%500), Time: begun.Add(time.Duration(i) * time.Minute)}
		imp.Rankings = [2][]string{ranking(random), ranking(random)}
		d := TeamDraft(e.Name, imp.QueryID, imp.Rankings[0], imp.Rankings[1], simulatedDocuments)
		imp.Order, imp.Teams = d.Order, d.Teams
		imp.Clicked = SimulationOptions{P: p}.clickPreferred(random, d)
		imp.LatencyMS = [2]float64{10, 20}
		list = append(list, imp)
	}
	return list
}

func TestAnalyseInterleaving(t *testing.T) {
	e := interleaving()
	spoil := func(change func(i int, imp *Impression)) []Impression {
		list := impressions(e, 600, 0.7)
		for i := range list {
			change(i, &list[i])
		}
		return list
	}
	for _, tt := range []struct {
		name     string
		list     []Impression
		decision Decision
		text     string
	}{
		{"nothing", nil, GoOn, "Nothing to read yet"},
		{"the second is better", impressions(e, 600, 0.7), SecondWins, "B is better: B won "},
		{"the first is better", impressions(e, 600, 0.3), FirstWins, "A is better: A won "},
		{"too early", impressions(e, 100, 0.55), GoOn, "Go on, to at most 2000 decided impressions"},
		{"no difference", impressions(e, 4000, 0.5), NoDifference, "No difference was found, and the experiment is over"},
		{"changed log", spoil(func(i int, imp *Impression) { imp.Teams = strings.ReplaceAll(imp.Teams, "A", "B") }), Broken, "600 of 600 interleaved lists"},
		{"nobody clicks", spoil(func(_ int, imp *Impression) { imp.Clicked = nil }), GoOn, "won 0 of 0 decided"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := Analyse(e, tt.list, 0)
			if a.Verdict.Decision != tt.decision || !strings.Contains(a.Verdict.Text, tt.text) {
				t.Errorf("%+v", a.Verdict)
			}
		})
	}
}

// TestBrokenRatio: a log that loses what one arm leads is not read.
func TestBrokenRatio(t *testing.T) {
	e := interleaving()
	var list []Impression
	for i, imp := range impressions(e, 2000, 0.5) {
		if team, _ := firstTeam(imp.Teams); team == 0 || i%4 > 0 {
			list = append(list, imp)
		}
	}
	if a := Analyse(e, list, 0); a.Verdict.Decision != Broken || !a.Ratio.Broken {
		t.Errorf("%+v, %+v", a.Verdict, a.Ratio)
	}
}

func TestRobots(t *testing.T) {
	e := interleaving()
	list := impressions(e, 600, 0.7)
	for i := range list {
		list[i].Client = "human-" + list[i].Client
		if i%2 == 0 {
			list[i].Client, list[i].Time = "robot", begun
		}
	}
	a := Analyse(e, list, 50)
	if a.Robots != 1 || a.Impressions != 300 {
		t.Errorf("%d robots, %d impressions", a.Robots, a.Impressions)
	}
	if a := Analyse(e, impressions(e, 600, 0.7), 50); a.Robots != 0 || a.Impressions != 600 || a.Clients != 500 {
		t.Errorf("%d robots, %d impressions of %d clients", a.Robots, a.Impressions, a.Clients)
	}
}

func TestAnalyseSplit(t *testing.T) {
	e := interleaving()
	e.Mode, e.MaxN = Split, 100_000
	random := rand.New(rand.NewPCG(9, 10))
	var list []Impression
	for i := range 6000 {
		imp := Impression{QueryID: fmt.Sprint(i), Client: fmt.Sprint("v", i/3), Time: begun.Add(time.Duration(i) * time.Second), Order: []string{"a"}}
		imp.Arm = e.ArmOf(imp.Client)
		if random.Float64() < 0.2+0.2*float64(imp.Arm) {
			imp.Clicked = []int{0}
		}
		list = append(list, imp)
	}
	a := Analyse(e, list, 0)
	if a.Verdict.Decision != SecondWins || a.Split.Units[0]+a.Split.Units[1] != 2000 || a.Ratio.Broken {
		t.Errorf("%+v, %+v, %+v", a.Verdict, a.Split, a.Ratio)
	}
	if d := a.Split.Difference; d.Low > 0.2 || d.High < 0.2 || d.Mean < 0.15 {
		t.Errorf("%+v", d)
	}
}

func TestAnalyseShadow(t *testing.T) {
	e := interleaving()
	e.Mode = Shadow
	list := []Impression{{Shadow: &Comparison{Overlap: 1}}, {Shadow: &Comparison{Overlap: 0.5, Changed: 4}}, {}}
	a := Analyse(e, list, 0)
	if a.Verdict.Decision != Descriptive || a.Shadow.Compared != 2 || a.Shadow.Overlap != 0.75 || a.Shadow.Changed != 2 || a.Shadow.Same != 0.5 {
		t.Errorf("%+v, %+v", a.Verdict, a.Shadow)
	}
}
