package evaluation

import (
	"cmp"
	"fmt"
	"path/filepath"

	"github.com/splitrank/splitrank/shared/eval"
)

// Collection is a judged data set with the candidates of every query.
type Collection struct {
	// Name of the data set, and of the run where it matters.
	Name, Run string
	// Queries to measure, in file order: those that have both judgements and
	// candidates, of a complete collection also those without candidates.
	Queries []Query
	// MinGrade from which a judgement counts as relevant.
	MinGrade int
	// Depth that candidates were cut at.
	Depth   int
	LeftOut LeftOut

	complete bool
}

// LeftOut counts the queries that are not measured.
type LeftOut struct {
	// Unjudged queries have no judgements at all.
	Unjudged int `json:"unjudged"`
	// Unretrieved queries are judged but have no candidates in the run.
	Unretrieved int `json:"unretrieved"`
}

// Query is one question with its candidates in the retriever's order.
type Query struct {
	ID, Text   string
	Candidates []eval.Passage
	Grades     eval.Grades
}

// Source says where a collection lies.
type Source struct {
	// Data is a BEIR folder or a .jsonl file of cases.
	Data string
	// Run is a TREC run. "" finds the only run.*.trec of the folder.
	Run string
	// Qrels is a file of judgements. "" is qrels/SPLIT.tsv of the folder.
	Qrels string
	// Corpus is a file of passages. "" is corpus.jsonl[.gz] beside the rest.
	Corpus string
	// Split of the judgements, "test" where empty.
	Split string
	// Depth cuts the candidates of a query, 100 where 0.
	Depth int
	// MinGrade from which a judgement counts as relevant, 1 where 0.
	MinGrade int
	// Complete measures judged queries without candidates too: every measure
	// of them is 0, as with trec_eval -c.
	Complete bool
}

func (s Source) depth() int    { return cmp.Or(s.Depth, 100) }
func (s Source) minGrade() int { return cmp.Or(s.MinGrade, 1) }
func (s Source) split() string { return cmp.Or(s.Split, "test") }

func (s Source) newCollection() *Collection {
	return &Collection{Name: dataName(s.Data), MinGrade: s.minGrade(), Depth: s.depth(), complete: s.Complete}
}

// Load reads a collection. Every candidate of a query has to be in the corpus.
func Load(s Source) (*Collection, error) {
	if isCases(s.Data) {
		return loadCases(s)
	}
	return loadFolder(s)
}

func loadFolder(s Source) (*Collection, error) {
	runPath, err := s.runPath()
	if err != nil {
		return nil, err
	}
	run, err := readFile(runPath, eval.ReadRun)
	if err != nil {
		return nil, err
	}
	qrels, err := s.readQrels()
	if err != nil {
		return nil, err
	}
	queries, err := readEither(filepath.Join(s.Data, "queries.jsonl"), eval.ReadQueries)
	if err != nil {
		return nil, err
	}
	corpus, err := s.readCorpus(wantedBy(run, s.depth()))
	if err != nil {
		return nil, err
	}
	c := s.newCollection()
	c.Run = runName(runPath)
	for _, q := range queries {
		if err := c.add(q, qrels[q.ID], run[q.ID], corpus); err != nil {
			return nil, fmt.Errorf("reading %s: %w", runPath, err)
		}
	}
	return c, c.check()
}

// wantedBy says which passages a run needs at a depth.
func wantedBy(run eval.Run, depth int) func(string) bool {
	wanted := map[string]bool{}
	for _, hits := range run {
		for _, hit := range hits[:min(depth, len(hits))] {
			wanted[hit.ID] = true
		}
	}
	return func(id string) bool { return wanted[id] }
}

// add takes a query in, or counts why not.
func (c *Collection) add(q eval.Query, grades eval.Grades, hits []eval.Hit, corpus map[string]eval.Passage) error {
	if len(grades) == 0 {
		c.LeftOut.Unjudged++
		return nil
	}
	if len(hits) == 0 && !c.complete {
		c.LeftOut.Unretrieved++
		return nil
	}
	query := Query{ID: q.ID, Text: q.Text, Grades: grades}
	for _, hit := range hits[:min(c.Depth, len(hits))] {
		passage, ok := corpus[hit.ID]
		if !ok {
			return fmt.Errorf("document %q of query %q is not in the corpus", hit.ID, q.ID)
		}
		query.Candidates = append(query.Candidates, passage)
	}
	c.Queries = append(c.Queries, query)
	return nil
}

func (c *Collection) check() error {
	if len(c.Queries) == 0 {
		return fmt.Errorf("collection %q has no query with judgements and candidates (%d unjudged, %d without candidates)",
			c.Name, c.LeftOut.Unjudged, c.LeftOut.Unretrieved)
	}
	return nil
}

// Title names the collection and its run.
func (c *Collection) Title() string { return title(c.Name, c.Run) }

func title(name, run string) string {
	if run == "" {
		return name
	}
	return name + " " + run
}
