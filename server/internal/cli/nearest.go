package cli

import (
	"cmp"
	"slices"
	"strings"
)

// nearest names that may have been meant, the best first, at most three: those a few
// letters away, and those that begin like it.
func nearest(name string, names []string) []string {
	name = strings.ToLower(strings.ReplaceAll(strings.TrimLeft(name, "-"), "_", "-"))
	distance := func(other string) int { return editDistance(name, other) }
	near := slices.DeleteFunc(slices.Clone(names), func(other string) bool {
		begins := len(name) > 2 && strings.HasPrefix(other, name)
		return !begins && distance(other) > 1+len(name)/6
	})
	slices.SortFunc(near, func(a, b string) int { return cmp.Or(cmp.Compare(distance(a), distance(b)), cmp.Compare(a, b)) })
	return near[:min(len(near), 3)]
}

// editDistance is how many bytes must be put in, taken out or changed (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0]++
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, change)
		}
	}
	return row[len(b)]
}
