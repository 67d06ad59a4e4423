package evaluation

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// name of a pipeline, taken apart: KIND, KIND@BUDGET, and behind either of
// them ~DIVERSITY.
type name struct {
	kind      string
	documents int           // after @, 0 = none given
	deadline  time.Duration // after @, 0 = none given
	adaptive  bool          // after @: auto
	diversity float64       // after ~, 0 = none
}

func parseName(s string) (n name, err error) {
	kind, diversity, diverse := strings.Cut(s, "~")
	kind, budget, bounded := strings.Cut(kind, "@")
	n.kind = kind
	if bounded {
		err = n.parseBudget(budget)
	}
	if diverse && err == nil {
		n.diversity, err = parseDiversity(diversity)
	}
	return n, err
}

// parseBudget reads a number of documents, a duration of whole milliseconds, or
// the word auto.
func (n *name) parseBudget(s string) (err error) {
	if s == "auto" {
		n.adaptive = true
		return nil
	}
	if n.documents, err = strconv.Atoi(s); err == nil && n.documents >= 1 {
		return nil
	}
	n.documents = 0
	if n.deadline, err = time.ParseDuration(s); err == nil && n.deadline >= time.Millisecond && n.deadline%time.Millisecond == 0 {
		return nil
	}
	return fmt.Errorf("%q after @ is neither a number of documents nor a time of whole milliseconds nor auto", s)
}

func parseDiversity(s string) (float64, error) {
	d, err := strconv.ParseFloat(s, 64)
	if err != nil || !(d > 0 && d <= 1) {
		return 0, fmt.Errorf("%q after ~ is no diversity: want a number above 0, 1 at most", s)
	}
	return d, nil
}

// errUnknown is for names that are well formed and mean nothing.
var errUnknown = errors.New("unknown: use " + kinds)

// check refuses budgets and diversity where they have no meaning.
func (n name) check() error {
	bare := n.documents == 0 && n.deadline == 0 && !n.adaptive
	fits := map[string]bool{
		firstStage:   bare && n.diversity == 0,
		retrieved:    n.documents > 0 && n.diversity == 0,
		heuristic:    bare,
		trim:         n.deadline == 0 && !n.adaptive && n.diversity == 0,
		crossEncoder: n.deadline == 0 && !n.adaptive,
		cascade:      !bare,
		stages:       n.documents > 0,
		llmAlways:    n.deadline == 0 && !n.adaptive && n.documents <= mostGraded,
		llmUnsure:    n.deadline == 0 && !n.adaptive && n.documents <= mostGraded,
	}
	if !fits[n.kind] {
		return errUnknown
	}
	return nil
}

// mostGraded documents of a request, as the API has it.
const mostGraded = 20

// needsLLM reports that a pipeline of this kind asks a large language model.
func (n name) needsLLM() bool { return n.kind == llmAlways || n.kind == llmUnsure }

// needsModel reports that a pipeline of this kind asks a model.
func (n name) needsModel() bool {
	return n.kind == crossEncoder || n.kind == cascade || n.kind == stages
}
