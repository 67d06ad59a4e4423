package heuristics

// feedbackDocs is how many of the best documents tell what a good one looks
// like.
const feedbackDocs = 3

// scoreFeedback computes Feedback: the cosine to the three best documents by
// the other signals, weighted by the fifth power of their scores, so that a
// clear winner counts alone. It promotes documents on the winner's subject
// that say it in other words (relevance feedback after Rocchio, with the
// vector's own length as its normaliser).
// See RATIONALE: why-feedback-is-a-cosine.
func (r *Ranker) scoreFeedback() {
	best := r.best(feedbackDocs)
	top := r.docs[best[0]].score
	total := Score(0)
	for _, i := range best {
		w := power5(share(r.docs[i].score, top))
		r.vectors.addToCentroid(&r.docs[i], w)
		total += w
	}
	for i := range r.docs {
		d := &r.docs[i]
		d.raw[Feedback] = clamp(share(r.vectors.similarity(d), total))
	}
	for _, i := range best {
		r.vectors.removeFromCentroid(&r.docs[i])
	}
}

func power5(s Score) Score {
	square := mul(s, s)
	return mul(mul(square, square), s)
}

// best answers the n best documents by score, fewer if there are not as many.
func (r *Ranker) best(n int) []int32 {
	r.touched = r.touched[:0]
	for _, i := range r.byRank {
		r.touched = append(r.touched, i)
		at := len(r.touched) - 1
		for at > 0 && r.docs[r.touched[at-1]].score < r.docs[i].score {
			r.touched[at] = r.touched[at-1]
			at--
		}
		r.touched[at] = i
		r.touched = r.touched[:min(n, len(r.touched))]
	}
	return r.touched
}
