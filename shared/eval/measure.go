package eval

// Measure is a named number in [0, 1] of one ranking; higher is better.
type Measure struct {
	Name string
	Of   func(Ranked) float64
}

// Measures are the ones that a report shows, in the order it shows them.
func Measures() []Measure {
	return []Measure{
		{"ndcg@10", func(r Ranked) float64 { return r.NDCG(10) }},
		{"ndcg@5", func(r Ranked) float64 { return r.NDCG(5) }},
		{"mrr@10", func(r Ranked) float64 { return r.ReciprocalRank(10) }},
		{"map", Ranked.AveragePrecision},
		{"p@5", func(r Ranked) float64 { return r.Precision(5) }},
		{"recall@5", func(r Ranked) float64 { return r.Recall(5) }},
		{"recall@10", func(r Ranked) float64 { return r.Recall(10) }},
	}
}
