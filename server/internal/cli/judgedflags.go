package cli

import (
	"fmt"

	"github.com/splitrank/splitrank/server/internal/evaluation"
)

// judgedFlags name judged collections. They are the same for every command that
// measures.
type judgedFlags struct {
	Data     []string `required:"" sep:"none" placeholder:"DIR[=RUN]" help:"BEIR folder, .jsonl file of {\"query\",\"relevant_chunks\",\"candidates\"}, or a folder of BEIR folders (each with all its runs). Repeatable."`
	RunFile  string   `name:"run" placeholder:"FILE" help:"TREC run with the candidates. Default: the only run.*.trec in the folder."`
	Depth    int      `default:"100" placeholder:"N" help:"Candidates per query. Default: ${default}."`
	Limit    int      `placeholder:"N" help:"Take N queries, spread evenly. Default: all."`
	MinGrade []string `default:"1" sep:"none" placeholder:"[NAME=]N" help:"Grade from which a document counts as relevant, for all collections or the one named. Repeatable. Default: ${default}."`
	Split    string   `default:"test" placeholder:"NAME" help:"Judgements to use: qrels/NAME.tsv. Default: ${default}."`
	Qrels    string   `placeholder:"FILE" help:"Judgements from elsewhere, BEIR or TREC form."`
	Corpus   string   `placeholder:"FILE" help:"Passages from elsewhere. Default: corpus.jsonl[.gz] beside the data."`
}

// Validate refuses numbers that mean nothing.
func (f judgedFlags) Validate() error {
	if f.Depth < 1 {
		return fmt.Errorf("--depth %d: want 1 or more", f.Depth)
	}
	if f.Limit < 0 {
		return fmt.Errorf("--limit %d: want 0 (all) or more", f.Limit)
	}
	return nil
}

// sources are the collections; complete ones count queries without candidates.
func (f judgedFlags) sources(complete bool) ([]evaluation.Source, error) {
	return evaluation.Sources(f.Data, f.MinGrade, evaluation.Source{
		Run: f.RunFile, Qrels: f.Qrels, Corpus: f.Corpus, Split: f.Split, Depth: f.Depth, Complete: complete,
	})
}
