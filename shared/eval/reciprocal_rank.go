package eval

// ReciprocalRank is 1 / the rank of the first relevant document among the
// first k, 0 where there is none. Its mean over queries is MRR@k: trec_eval's
// recip_rank of a ranking cut at k.
func (r Ranked) ReciprocalRank(k int) float64 {
	for i, grade := range r.grades[:min(k, len(r.grades))] {
		if grade >= r.minGrade {
			return 1 / float64(i+1)
		}
	}
	return 0
}
