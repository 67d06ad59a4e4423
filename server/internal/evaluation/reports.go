package evaluation

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/limitedfile"
	"github.com/splitrank/splitrank/shared/eval"
)

// mostReportBytes of a report that is read.
const mostReportBytes = 256 << 20

// ReadReports reads what WriteJSON wrote: the report of one collection or of several.
// Fields that this version does not know are ignored.
func ReadReports(path string) ([]*Report, error) {
	data, err := limitedfile.Read(path, mostReportBytes)
	if err != nil {
		return nil, err
	}
	var s Summary
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("reading %s: it is no report of splitrank eval --json: %w", path, err)
	}
	reports := s.Collections
	if len(reports) == 0 {
		reports = []*Report{new(Report)}
		if err := json.Unmarshal(data, reports[0]); err != nil {
			return nil, fmt.Errorf("reading %s: it is no report of splitrank eval --json: %w", path, err)
		}
	}
	for _, r := range reports {
		if err := r.checkRead(); err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
	}
	return reports, nil
}

// checkRead refuses a report that cannot be compared by query.
func (r *Report) checkRead() error {
	if len(r.Pipelines) == 0 {
		return errors.New("it is no report of splitrank eval --json: it has no pipelines")
	}
	for _, p := range r.Pipelines {
		if n := len(p.PerQuery["ndcg@10"]); n == 0 || n != len(r.QueryIDs) {
			return fmt.Errorf("collection %q, pipeline %q: it has no values by query: measure it again with this version", r.Title(), p.Name)
		}
	}
	return nil
}

// Change asks for a comparison of two reports: of pipeline Before of the first with
// After of the second.
type Change struct{ Before, After string }

// CompareReports compares pipelines of two reports on the collections and the queries
// that both have. No changes = every pipeline that both have with itself.
func CompareReports(a, b []*Report, changes []Change) ([]Comparison, error) {
	if len(changes) == 0 {
		changes = shared(a, b)
	}
	if len(changes) == 0 {
		return nil, errors.New("the reports have no pipeline in common: name two with --before and --after")
	}
	var all []Comparison
	for _, c := range changes {
		pairs, err := common(a, b, c)
		if err != nil {
			return nil, err
		}
		one, err := compared(c.Before, c.After, pairs)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	correct(all)
	return all, nil
}

// shared are the pipelines that both have, in the order of the first.
func shared(a, b []*Report) (changes []Change) {
	for _, p := range a[0].Pipelines {
		if b[0].pipeline(p.Name) != nil {
			changes = append(changes, Change{p.Name, p.Name})
		}
	}
	return changes
}

func (r *Report) pipeline(name string) *PipelineReport {
	i := slices.IndexFunc(r.Pipelines, func(p PipelineReport) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return &r.Pipelines[i]
}

// common pairs the values of queries that both reports have, collection by collection.
func common(a, b []*Report, c Change) (pairs []eval.Pair, err error) {
	for _, before := range a {
		i := slices.IndexFunc(b, func(r *Report) bool { return r.Title() == before.Title() })
		if i < 0 {
			continue
		}
		pair, err := commonOf(before, b[i], c)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, pair)
	}
	if len(pairs) == 0 {
		return nil, errors.New("the reports have no collection in common")
	}
	return pairs, nil
}

func commonOf(a, b *Report, c Change) (pair eval.Pair, err error) {
	before, after := a.pipeline(c.Before), b.pipeline(c.After)
	if before == nil || after == nil {
		return pair, fmt.Errorf("collection %q: %s is not in its report", a.Title(), cmp.Or(missing(before, c.Before), missing(after, c.After)))
	}
	at := make(map[string]int, len(b.QueryIDs))
	for i, id := range b.QueryIDs {
		at[id] = i
	}
	for i, id := range a.QueryIDs {
		if j, ok := at[id]; ok {
			pair.Before = append(pair.Before, before.PerQuery["ndcg@10"][i])
			pair.After = append(pair.After, after.PerQuery["ndcg@10"][j])
		}
	}
	if len(pair.Before) == 0 {
		return pair, fmt.Errorf("collection %q: the reports have no query in common", a.Title())
	}
	return pair, nil
}

func missing(p *PipelineReport, name string) string {
	if p == nil {
		return fmt.Sprintf("pipeline %q", name)
	}
	return ""
}
