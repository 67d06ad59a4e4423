package heuristics

import "github.com/splitrank/splitrank/heuristics/text"

// listed is the language whose common stems are known (commonstems.go).
const listed = "en"

// Constants of the term weight.
const (
	// weightStop is what a stop word weighs: 0.06, enough to tell "to be or
	// not to be" from nothing.
	weightStop Score = 3932
	// floorListed is the share of its weight that a term keeps even if every
	// candidate holds it: 0.4. Candidates were retrieved by the query, so the
	// word that matters most is often in all of them, and textbook inverse
	// document frequency would ignore it. 0.3 to 0.6 is a plateau.
	// See RATIONALE: why-rarity-has-a-floor.
	floorListed Score = 26214
	// floorUnlisted serves languages without a table of common stems: 0.2.
	// There the candidates are the only evidence of what is common.
	floorUnlisted Score = 13107
	// mostUses bounds how often a term counts that the query repeats.
	mostUses = 8
)

// termWeight is the weight of one use of a query term that df of n candidates hold:
//
//	stop word: 0.06
//	otherwise: common · (min(letters,8)/8)^0.3 · (a + (1−a)·rarity)
//	rarity   = log(2(n+1)/(2df+1)) / log(2n+1)
func termWeight(t *term, n Score) Score {
	if t.stop {
		return weightStop
	}
	w := mul(mul(t.common, t.letters), t.floor+mul(One-t.floor, rarity(t.df, n)))
	if t.lessened > 0 && t.lessened == t.uses {
		return mul(w, t.share)
	}
	return w
}

// counted is how many of its uses a term counts for: stop words and parts of
// other terms once. See RATIONALE: why-a-repeated-word-counts-again.
func (t *term) counted() Score {
	if t.stop || t.lessened > 0 {
		return 1
	}
	return Score(min(t.uses, mostUses))
}

// rarity is 1 for what no candidate holds and 0 for what all hold, about.
func rarity(df, n Score) Score {
	return clamp(share(log2(uint64(2*n+2))-log2(uint64(2*df+1)), log2(uint64(2*n+1))))
}

// rarities are the rarities of what 0 to n candidates hold, in the memory of
// known. Those of the last call serve again if it had as many.
func rarities(known []Score, n int) []Score {
	if len(known) == n+1 {
		return known
	}
	known = zeroed(known, n+1)
	for df := range known {
		known[df] = rarity(Score(df), Score(n))
	}
	return known
}

// letterPower is (n/8)^0.3 for n = 0 to 8 letters.
var letterPower = [9]Score{0, 35120, 43237, 48829, 53231, 56917, 60117, 62963, One}

// lengthFactor weighs longer words higher. A word with a digit counts as one
// of seven letters.
func lengthFactor(word []byte) Score {
	letters, digit := text.Letters(word)
	if digit {
		letters = 7
	}
	return letterPower[min(letters, 8)]
}

// weigh gives every term its weight among n candidates.
func (q *query) weigh(n int) {
	q.weight, q.once = 0, 0
	for i := range q.terms {
		t := &q.terms[i]
		t.once = termWeight(t, Score(n))
		t.weight = t.once * t.counted()
		q.weight += t.weight
		q.once += t.once
	}
	q.sumBefore()
}

// sumBefore fills q.before: each term counts once, at its first use.
func (q *query) sumBefore() {
	q.before = append(q.before[:0], 0)
	sum, seen, whole := Score(0), int32(-1), int32(-1)
	for token, i := range q.sequence {
		if i > seen {
			sum += q.terms[i].once
			seen = i
		}
		if w := q.variants.ends[token]; w > whole {
			sum += q.terms[w].once // "C++" behind its C
			whole = w
		}
		q.before = append(q.before, sum)
	}
}
