package heuristics

import "slices"

// Constants of trust, chosen on the development collections.
const (
	// trustNoise is what agreement and cohesion must exceed together: 0.2, and
	// for short lists trustFew/√(n−1), 1.1 standard deviations of a rank
	// correlation of n documents that have nothing to do with each other.
	trustNoise = One * 2 / 10
	trustFew   = One * 11 / 10
	// trustRange is how far above the noise the evidence is complete: 0.3.
	trustRange = One * 3 / 10
	// trustLexical is the share of an order that counting words must leave open
	// for it to tell anything new: 0.6. trustNew is how much further all that it
	// tells is new: 0.3.
	trustLexical = One * 60 / 100
	trustNew     = One * 30 / 100
	// trustLeast and trustMore are the trust in a lexical order, 0.05, and
	// what an independent one gets beyond it, 0.7.
	trustLeast = One * 5 / 100
	trustMore  = One * 7 / 10
)

// measureTrust decides how much the first stage's order counts, from the
// request alone. Two questions: does the order know anything, and does it know
// what the signals do not? It knows something if it agrees with them, or if
// its own first documents resemble what follows them (cohesion). It knows
// something new the less it looks like one that counted words.
//
//	noise        = max(0.2, 1.1/√(n−1))
//	evidence     = clamp((agreement + cohesion − noise)/0.3)
//	independence = clamp((unexplained − 0.6)/0.3)
//	trust        = evidence · (0.05 + 0.7·independence)
//
// Agreement and cohesion are Spearman's rank correlations of the given order,
// with the sum of the signals so far and with the similarity to the first three.
// Unexplained is the share of the order that no weighting of the query's words
// gives (see lexical).
// See RATIONALE: why-trust-is-measured-per-request.
func (r *Ranker) measureTrust() Score {
	if len(r.docs) < 2 {
		return 0
	}
	agreement := r.correlation(func(d *document) Score { return d.score })
	cohesion := r.cohesion()
	root := Score(isqrt(uint64(len(r.docs)-1) << 16)) // 8 fractional bits
	noise := max(trustNoise, trustFew<<8/root)
	evidence := clamp(share(agreement+cohesion-noise, trustRange))
	if evidence == 0 {
		return 0 // whatever it knows, it knows by chance
	}
	independence := clamp(share(r.lexical.unexplained(len(r.docs))-trustLexical, trustNew))
	return mul(evidence, trustLeast+mul(trustMore, independence))
}

// cohesion is the correlation of the given order with the similarity to its
// own first documents. Their similarity to themselves is left out.
func (r *Ranker) cohesion() Score {
	first := r.byRank[:min(feedbackDocs, len(r.byRank))]
	for _, i := range first {
		r.vectors.addToCentroid(&r.docs[i], One)
	}
	n := Score(len(first))
	c := r.correlation(func(d *document) Score {
		s := min(r.vectors.similarity(d), n*One) // rounding may exceed it
		if d.rank <= feedbackDocs && n > 1 {
			s = (s - One) * n / (n - 1)
		}
		return s
	})
	for _, i := range first {
		r.vectors.removeFromCentroid(&r.docs[i])
	}
	return c
}

// correlation is Spearman's between the first stage's order and a value of
// the documents, high values first, from -One to One. Equal values share
// their mean rank.
func (r *Ranker) correlation(value func(*document) Score) Score {
	n := len(r.docs)
	r.keys = r.keys[:0]
	for at, i := range r.byRank {
		r.keys = append(r.keys, uint64(4*One-value(&r.docs[i]))<<32|uint64(at))
	}
	slices.Sort(r.keys)
	middle := int64(n - 1)
	var cross, spread int64
	for from := 0; from < n; {
		to := from + 1
		for to < n && r.keys[to]>>32 == r.keys[from]>>32 {
			to++
		}
		rank := int64(from+to-1) - middle // doubled, around 0
		for _, key := range r.keys[from:to] {
			cross += rank * (2*int64(uint32(key)) - middle)
		}
		spread += rank * rank * int64(to-from)
		from = to
	}
	full := uint64(n) * (uint64(n)*uint64(n) - 1) / 3
	return cosine(cross, full, uint64(spread))
}
