package ort

import (
	"fmt"
	"slices"
	"strings"
)

// head turns the logits of a pair into its score, a logit whose sigmoid is the
// probability that the document is relevant.
type head struct {
	labels   int // 1 or 2
	positive int // of two, the one that means relevant
}

// newHead holds what the graph says against config.json. One logit is the
// score. Of two, the label that means relevant is found by its name: see
// positiveLabel. See RATIONALE: why-two-logits-become-one.
func newHead(inGraph int, c *config) (head, error) {
	names, err := c.labels()
	if err != nil {
		return head{}, err
	}
	n := inGraph
	switch {
	case n == 0 && names == nil:
		return head{}, fmt.Errorf("neither the graph nor id2label of config.json says how many logits a pair has")
	case n == 0:
		n = len(names)
	case names != nil && len(names) != n:
		return head{}, fmt.Errorf("the graph gives %d logits for a pair, id2label of config.json names %d labels", n, len(names))
	}
	switch n {
	case 1:
		return head{labels: 1}, nil
	case 2:
		positive, err := positiveLabel(names)
		return head{2, positive}, err
	}
	return head{}, fmt.Errorf("it gives %d logits for a pair, not 1 or 2", n)
}

// Names of labels, in lower case, "-" and " " written "_".
var (
	positiveNames = []string{"label_1", "1", "relevant", "is_relevant", "positive", "true", "yes", "match", "duplicate", "is_duplicate"}
	negativeNames = []string{
		"label_0", "0", "irrelevant", "not_relevant", "non_relevant", "negative", "false", "no",
		"no_match", "not_match", "not_duplicate", "non_duplicate",
	}
)

// positiveLabel returns which of two labels means relevant: the second one of
// labels without names, else the one whose name says so beside one whose name
// says the contrary. Other names are refused: to guess is to rank upside down.
func positiveLabel(names []string) (int, error) {
	if names == nil {
		return 1, nil
	}
	for i := range names {
		if isNamed(positiveNames, names[i]) && isNamed(negativeNames, names[1-i]) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("which of the labels %.40q and %.40q means relevant is not known", names[0], names[1])
}

func isNamed(among []string, label string) bool {
	return slices.Contains(among, strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(label)))
}

// score of a pair. The difference of two logits has the sigmoid that is the
// softmax of the positive one.
func (h head) score(logits []float32) float32 {
	if h.labels == 1 {
		return logits[0]
	}
	return logits[h.positive] - logits[1-h.positive]
}
