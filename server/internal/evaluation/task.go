package evaluation

import (
	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/api"
)

// task shows a query's candidates in the order that a pipeline may see, and
// returns that order as positions in q.Candidates.
func task(q Query, first heuristics.FirstStage) (Task, []int) {
	seen := inOrder(len(q.Candidates))
	if first == heuristics.Hidden {
		seen = shuffled(q.ID, q.Candidates)
	}
	t := Task{Query: q.Text, FirstStage: first, Retrieved: make([]int, len(seen))}
	for position, candidate := range seen {
		p := q.Candidates[candidate]
		t.Documents = append(t.Documents, api.Document{Title: p.Title, Text: p.Text})
		t.Retrieved[candidate] = position
		if first == heuristics.Given {
			t.Documents[position].Rank = candidate + 1
		}
	}
	return t, seen
}

func inOrder(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return order
}
