package evaluation

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/splitrank/splitrank/shared/eval"
)

// LoadUnjudged reads every query of a BEIR folder that has candidates, judged or
// not; judgements may be missing altogether.
func LoadUnjudged(s Source) ([]Query, error) {
	runPath, err := s.runPath()
	if err != nil {
		return nil, err
	}
	run, err := readFile(runPath, eval.ReadRun)
	if err != nil {
		return nil, err
	}
	qrels, err := s.readQrels()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	questions, err := readEither(filepath.Join(s.Data, "queries.jsonl"), eval.ReadQueries)
	if err != nil {
		return nil, err
	}
	corpus, err := s.readCorpus(wantedBy(run, s.depth()))
	if err != nil {
		return nil, err
	}
	return withCandidates(questions, run, qrels, corpus, s.depth())
}

func withCandidates(questions []eval.Query, run eval.Run, qrels eval.Qrels, corpus map[string]eval.Passage, depth int) (queries []Query, err error) {
	for _, q := range questions {
		hits := run[q.ID]
		query := Query{ID: q.ID, Text: q.Text, Grades: qrels[q.ID]}
		for _, hit := range hits[:min(depth, len(hits))] {
			p, ok := corpus[hit.ID]
			if !ok {
				return nil, fmt.Errorf("document %q of query %q is not in the corpus", hit.ID, q.ID)
			}
			query.Candidates = append(query.Candidates, p)
		}
		if len(hits) > 0 {
			queries = append(queries, query)
		}
	}
	return queries, nil
}
