package eval

// AveragePrecision is the mean, over all relevant judged documents, of the
// precision at the rank of each; one that was not retrieved adds 0. Its mean
// over queries is trec_eval's map.
func (r Ranked) AveragePrecision() float64 {
	if r.relevant == 0 {
		return 0
	}
	sum, found := 0.0, 0
	for i, grade := range r.grades {
		if grade >= r.minGrade {
			found++
			sum += float64(found) / float64(i+1)
		}
	}
	return sum / float64(r.relevant)
}
