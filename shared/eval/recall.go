package eval

// Recall is the share of all relevant judged documents that are among the
// first k, trec_eval's recall. It is 0 where nothing is relevant.
func (r Ranked) Recall(k int) float64 {
	if r.relevant == 0 {
		return 0
	}
	return float64(r.Relevant(k)) / float64(r.relevant)
}
