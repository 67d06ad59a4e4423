package eval

import (
	"math"
	"testing"
)

// Hand computed: log2(2) = 1, log2(3) = 1.5849625, log2(4) = 2, log2(5) = 2.3219281,
// log2(6) = 2.5849625, log2(7) = 2.8073549.
func TestMeasuresByHand(t *testing.T) {
	tests := []struct {
		name     string
		order    []string
		judged   Grades
		minGrade int
		want     map[string]float64
	}{
		{
			name: "one relevant at the top", order: []string{"a", "b", "c"}, judged: Grades{"a": 1}, minGrade: 1,
			want: map[string]float64{"ndcg@5": 1, "ndcg@10": 1, "mrr@10": 1, "map": 1, "p@5": 0.2, "recall@5": 1, "recall@10": 1},
		},
		{
			name: "one relevant in third place", order: []string{"x", "y", "a"}, judged: Grades{"a": 1}, minGrade: 1,
			want: map[string]float64{"ndcg@5": 0.5, "ndcg@10": 0.5, "mrr@10": 1. / 3, "map": 1. / 3, "p@5": 0.2, "recall@5": 1, "recall@10": 1},
		},
		{
			// DCG = 1/1 + 3/1.5849625 + 2/2.3219281 = 3.7541424, ideal = 3 + 2/1.5849625 + 1/2 = 4.7618595.
			name: "grades out of order with a gap", order: []string{"one", "three", "x", "two"},
			judged: Grades{"one": 1, "two": 2, "three": 3}, minGrade: 2,
			want: map[string]float64{
				"ndcg@5": 3.7541424 / 4.7618595, "ndcg@10": 3.7541424 / 4.7618595,
				"mrr@10": 0.5, "map": (1./2 + 2./4) / 2, "p@5": 0.4, "recall@5": 1, "recall@10": 1,
			},
		},
		{
			// The ideal counts what was not retrieved: 1/1.5849625 over 1 + 1/1.5849625 + 1/2.
			name: "two relevant were not retrieved", order: []string{"x", "a"}, judged: Grades{"a": 1, "b": 1, "c": 1}, minGrade: 1,
			want: map[string]float64{
				"ndcg@5": 0.6309298 / 2.1309298, "ndcg@10": 0.6309298 / 2.1309298,
				"mrr@10": 0.5, "map": (1. / 2) / 3, "p@5": 0.2, "recall@5": 1. / 3, "recall@10": 1. / 3,
			},
		},
		{
			// Sixth place: 1/2.8073549 for nDCG@10, out of reach for the cuts at 5.
			name: "cut at five", order: []string{"1", "2", "3", "4", "5", "a"}, judged: Grades{"a": 1}, minGrade: 1,
			want: map[string]float64{"ndcg@5": 0, "ndcg@10": 0.3562072, "mrr@10": 1. / 6, "map": 1. / 6, "p@5": 0, "recall@5": 0, "recall@10": 1},
		},
		{
			name:  "eleventh place is beyond every cut but not beyond map",
			order: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "a"}, judged: Grades{"a": 1}, minGrade: 1,
			want: map[string]float64{"ndcg@5": 0, "ndcg@10": 0, "mrr@10": 0, "map": 1. / 11, "p@5": 0, "recall@5": 0, "recall@10": 0},
		},
		{
			name: "nothing is relevant", order: []string{"a", "b"}, judged: Grades{"a": 0, "b": -1}, minGrade: 1,
			want: map[string]float64{"ndcg@5": 0, "ndcg@10": 0, "mrr@10": 0, "map": 0, "p@5": 0, "recall@5": 0, "recall@10": 0},
		},
		{
			name: "nothing was retrieved", judged: Grades{"a": 1}, minGrade: 1,
			want: map[string]float64{"ndcg@5": 0, "ndcg@10": 0, "mrr@10": 0, "map": 0, "p@5": 0, "recall@5": 0, "recall@10": 0},
		},
		{
			// A grade below the threshold still gains: 1/1 of an ideal 1/1 + nothing else.
			name: "below the threshold gains but is not relevant", order: []string{"a"}, judged: Grades{"a": 1}, minGrade: 2,
			want: map[string]float64{"ndcg@5": 1, "ndcg@10": 1, "mrr@10": 0, "map": 0, "p@5": 0, "recall@5": 0, "recall@10": 0},
		},
		{
			name: "negative grades neither gain nor cost", order: []string{"bad", "a"}, judged: Grades{"bad": -2, "a": 2}, minGrade: 1,
			want: map[string]float64{
				"ndcg@5": 0.6309298, "ndcg@10": 0.6309298, "mrr@10": 0.5, "map": 0.5, "p@5": 0.2, "recall@5": 1, "recall@10": 1,
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ranked := Judge(test.order, test.judged, test.minGrade)
			for _, m := range Measures() {
				want, ok := test.want[m.Name]
				if !ok {
					t.Fatalf("no hand-computed %s", m.Name)
				}
				if got := m.Of(ranked); math.Abs(got-want) > 1e-6 {
					t.Errorf("%s = %.7f, want %.7f", m.Name, got, want)
				}
			}
		})
	}
}

func TestBestOrderOfWhatIsThere(t *testing.T) {
	ranked := Judge([]string{"x", "one", "two"}, Grades{"one": 1, "two": 2, "three": 3}, 1)
	// (2 + 1/1.5849625) / (3 + 2/1.5849625 + 1/2)
	want := (2 + 0.6309298) / 4.7618595
	if got := ranked.Best().NDCG(10); math.Abs(got-want) > 1e-6 {
		t.Errorf("best nDCG@10 = %.7f, want %.7f", got, want)
	}
	if got := ranked.NDCG(10); got >= want {
		t.Errorf("Best changed the ranking it was made from: nDCG@10 = %.7f", got)
	}
}
