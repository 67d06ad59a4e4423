package answer

import (
	"math"
	"slices"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

// inOrder has n results, the i-th for document i, with falling scores.
func inOrder(n int) []api.Result {
	out := make([]api.Result, n)
	for i := range out {
		score := 0.9 - 0.8*float64(i)/float64(n)
		logit := score
		out[i] = api.Result{Index: i, RelevanceScore: score, HeuristicScore: score, ScoredBy: string(api.CrossEncoder), Logit: &logit}
	}
	return out
}

func gradesOf(grades ...float64) (list []Grade) {
	for i, g := range grades {
		if g >= 0 {
			list = append(list, Grade{Document: i, Grade: g})
		}
	}
	return list
}

func indicesOf(results []api.Result) (list []int) {
	for _, r := range results {
		list = append(list, r.Index)
	}
	return list
}

func TestMergeGrades(t *testing.T) {
	const none = -1
	for _, c := range []struct {
		name       string
		grades     []Grade
		trust      float64
		want       []int
		suspicious []int
	}{
		{"no grades", nil, 1, []int{0, 1, 2, 3, 4, 5, 6, 7}, nil},
		{"no trust", gradesOf(0, 1, 2, 3, 4, 5, 6, 7), 0, []int{0, 1, 2, 3, 4, 5, 6, 7}, nil},
		{"the other way round", gradesOf(0, 1, 2, 3, 4, 5, 6, 7), 1, []int{7, 6, 5, 4, 3, 2, 1, 0}, nil},
		{"equal grades keep the order", gradesOf(5, 5, 5, 5), 1, []int{0, 1, 2, 3, 4, 5, 6, 7}, nil},
		{"what has no grade keeps its place", gradesOf(0, none, 10), 1, []int{2, 1, 0, 3, 4, 5, 6, 7}, nil},
		{"the bottom gains two places", gradesOf(5, 5, 5, 5, 5, 5, 5, 10), 1, []int{0, 1, 2, 3, 4, 7, 5, 6}, []int{7}},
		{"both of the bottom", gradesOf(0, 0, 0, 0, 0, 0, 9, 10), 1, []int{0, 1, 2, 3, 6, 7, 4, 5}, []int{6, 7}},
		{"above the bottom it rises", gradesOf(5, 5, 5, 5, 5, 10, 5, 5), 1, []int{5, 0, 1, 2, 3, 4, 6, 7}, nil},
		{"a grade that is not high rises", gradesOf(0, 0, 0, 0, 0, 0, 0, 7), 1, []int{7, 0, 1, 2, 3, 4, 5, 6}, nil},
		{"who steers gains two places", []Grade{{Document: 0, Grade: 1}, {Document: 1, Grade: 1}, {Document: 2, Grade: 1}, {Document: 3, Grade: 10, Steers: true}}, 1, []int{0, 3, 1, 2, 4, 5, 6, 7}, []int{3}},
		{"so does what was not checked", []Grade{{Document: 0, Grade: 1}, {Document: 1, Grade: 1}, {Document: 2, Grade: 1}, {Document: 3, Grade: 10, Unproven: true}, {Document: 4, Grade: 1}}, 1, []int{0, 3, 1, 2, 4, 5, 6, 7}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := inOrder(8)
			got := Plan{}.MergeGrades(before, c.grades, c.trust)
			if !slices.Equal(indicesOf(got), c.want) {
				t.Errorf("order %v, want %v", indicesOf(got), c.want)
			}
			if err := Check(got, 8, false); err != nil {
				t.Error(err)
			}
			var suspicious []int
			for _, r := range got {
				if r.Suspicious {
					suspicious = append(suspicious, r.Index)
				}
			}
			slices.Sort(suspicious)
			if !slices.Equal(suspicious, c.suspicious) {
				t.Errorf("suspicious %v, want %v", suspicious, c.suspicious)
			}
			if !slices.Equal(indicesOf(before), []int{0, 1, 2, 3, 4, 5, 6, 7}) {
				t.Error("the given results were changed")
			}
		})
	}
}

func TestGradeLogit(t *testing.T) {
	before := math.Inf(-1)
	for g := 0; g <= MostGrade; g++ {
		if l := GradeLogit(float64(g)); l <= before || math.IsInf(l, 0) {
			t.Errorf("grade %d has logit %g after %g", g, l, before)
		} else {
			before = l
		}
	}
	if GradeLogit(-5) != GradeLogit(0) || GradeLogit(99) != GradeLogit(10) || GradeLogit(5) != 0 {
		t.Error("grades are not clamped, or 5 is not the middle")
	}
}

// FuzzMergeGrades: whatever the grades, every document is there once, no score
// rises, and nothing that is bounded gains more than two places among the graded.
func FuzzMergeGrades(f *testing.F) {
	f.Add([]byte{0, 10, 3, 7, 10, 0, 9, 9}, 1.0, byte(3))
	f.Fuzz(func(t *testing.T, grades []byte, trust float64, steers byte) {
		n := min(len(grades), 40)
		if !(trust >= 0 && trust <= 1) || n == 0 {
			t.Skip()
		}
		var list []Grade
		for i, g := range grades[:n] {
			if g%12 < 11 {
				list = append(list, Grade{Document: i, Grade: float64(g % 12), Steers: i == int(steers)})
			}
		}
		got := Plan{}.MergeGrades(inOrder(n), list, trust)
		if err := Check(got, n, false); err != nil {
			t.Fatal(err)
		}
		place := 0
		for _, r := range got {
			graded := slices.IndexFunc(list, func(g Grade) bool { return g.Document == r.Index })
			if graded < 0 {
				continue
			}
			if r.Suspicious && graded-place > 2 {
				t.Errorf("document %d gained %d places", r.Index, graded-place)
			}
			place++
		}
	})
}
