package tune

import (
	"context"

	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/shared/answer"
	"github.com/splitrank/splitrank/shared/api"
)

// recorder is a model that notes all it says of documents, which is more than an answer
// shows. It serves one request at a time.
type recorder struct {
	rerank.PairModel
	scores []*answer.Score // of the request, by document
}

// Open implements rerank.PairModel.
func (r *recorder) Open(req *api.Request) rerank.Pairs {
	return recorded{r.PairModel.Open(req), r}
}

func (r *recorder) note(list []answer.Score) {
	for _, s := range list {
		r.scores[s.Document] = &s
	}
}

// recorded are the documents of a request before a recorder.
type recorded struct {
	rerank.Pairs
	by *recorder
}

// Known implements rerank.Pairs.
func (r recorded) Known(ctx context.Context, documents []int) ([]answer.Score, rerank.Timing) {
	known, spent := r.Pairs.Known(ctx, documents)
	r.by.note(known)
	return known, spent
}

// Score implements rerank.Pairs.
func (r recorded) Score(ctx context.Context, documents []int, take func([]answer.Score)) (rerank.Timing, error) {
	return r.Pairs.Score(ctx, documents, func(list []answer.Score) {
		r.by.note(list)
		take(list)
	})
}
