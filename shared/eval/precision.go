package eval

// Precision is the share of relevant documents among the first k. A ranking
// shorter than k is divided by k all the same, as trec_eval's P does.
func (r Ranked) Precision(k int) float64 {
	return float64(r.Relevant(k)) / float64(k)
}
