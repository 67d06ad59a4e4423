package evaluation

import "context"

// retriever answers with the retriever's own order.
type retriever struct {
	first int // 0 = all
}

func (r retriever) Order(_ context.Context, t Task) (Outcome, error) {
	if r.first == 0 {
		return Outcome{Order: t.Retrieved}, nil
	}
	return Outcome{Order: t.Retrieved[:min(r.first, len(t.Retrieved))]}, nil
}
