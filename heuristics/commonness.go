package heuristics

import "sort"

// stemTable holds the common stems of one length: their letters one after the
// other, sorted, and for each a character from '#' (nothing) to '[' (One).
type stemTable struct{ stems, shares string }

// shareLevels is the number of steps between '#' and '['.
const shareLevels = '[' - '#'

// commonness is the share of its weight that a common English stem keeps:
// log(1/p) / log(1/p_last), where p is the share of background passages that
// hold the stem and p_last that of the rarest stem listed. Unlisted stems
// keep all. See RATIONALE: why-a-table-of-common-stems.
func commonness(stem []byte) Score {
	n := len(stem)
	if n >= len(commonStems) {
		return One
	}
	t := &commonStems[n]
	at := sort.Search(len(t.shares), func(i int) bool { return t.stems[i*n:i*n+n] >= string(stem) })
	if at == len(t.shares) || t.stems[at*n:at*n+n] != string(stem) {
		return One
	}
	return Score(t.shares[at]-'#') * One / shareLevels
}
