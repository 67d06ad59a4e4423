package evaluation

import (
	"fmt"

	"github.com/splitrank/splitrank/shared/eval"
)

// loadCases reads a JSONL file of cases. Their candidates come with them, or
// from a run whose query ids are the cases'; texts that are not inline are
// looked up in the corpus.
func loadCases(s Source) (*Collection, error) {
	cases, err := readFile(s.Data, eval.ReadCases)
	if err != nil {
		return nil, err
	}
	if s.Run != "" {
		if cases, err = withRun(cases, s); err != nil {
			return nil, err
		}
	}
	corpus, err := corpusOf(cases, s)
	if err != nil {
		return nil, err
	}
	c := s.newCollection()
	for _, one := range cases {
		if err := c.addCase(one, corpus); err != nil {
			return nil, fmt.Errorf("reading %s: %w", s.Data, err)
		}
	}
	return c, c.check()
}

// withRun takes the candidates from a run instead.
func withRun(cases []eval.Case, s Source) ([]eval.Case, error) {
	run, err := readFile(s.Run, eval.ReadRun)
	if err != nil {
		return nil, err
	}
	for i := range cases {
		cases[i].Candidates = nil
		for _, hit := range run[cases[i].ID] {
			cases[i].Candidates = append(cases[i].Candidates, eval.Candidate{Passage: eval.Passage{ID: hit.ID}})
		}
	}
	return cases, nil
}

// corpusOf reads the passages that cases name without text, if there are any.
func corpusOf(cases []eval.Case, s Source) (map[string]eval.Passage, error) {
	wanted := map[string]bool{}
	for _, c := range cases {
		for _, candidate := range c.Candidates[:min(s.depth(), len(c.Candidates))] {
			if !candidate.Inline {
				wanted[candidate.ID] = true
			}
		}
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	return s.readCorpus(func(id string) bool { return wanted[id] })
}

func (c *Collection) addCase(one eval.Case, corpus map[string]eval.Passage) error {
	if len(one.Candidates) == 0 && !c.complete {
		c.LeftOut.Unretrieved++
		return nil
	}
	query := Query{ID: one.ID, Text: one.Query, Grades: one.Grades()}
	for _, candidate := range one.Candidates[:min(c.Depth, len(one.Candidates))] {
		passage := candidate.Passage
		if !candidate.Inline {
			var ok bool
			if passage, ok = corpus[candidate.ID]; !ok {
				return fmt.Errorf("document %q of case %q is not in the corpus", candidate.ID, one.ID)
			}
		}
		query.Candidates = append(query.Candidates, passage)
	}
	c.Queries = append(c.Queries, query)
	return nil
}
