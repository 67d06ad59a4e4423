package evaluation

// Ranked is what pipelines made of one query, and what people judged.
type Ranked struct {
	// Rankings by pipeline: the ids of the first documents, the best first.
	Rankings [][]string
	Grades   map[string]int
}

// Rankings of the queries that were measured, at most n documents each.
func (r *Report) Rankings(n int) (all []Ranked) {
	for i, q := range r.queries {
		one := Ranked{Grades: q.Grades}
		for _, p := range r.Pipelines {
			order := p.orders[i]
			ids := make([]string, 0, n)
			for _, candidate := range order[:min(n, len(order))] {
				ids = append(ids, q.Candidates[candidate].ID)
			}
			one.Rankings = append(one.Rankings, ids)
		}
		all = append(all, one)
	}
	return all
}
