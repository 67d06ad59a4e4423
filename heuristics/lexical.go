package heuristics

// Constants of the fit, chosen on the development collections.
const (
	// fitRounds is how often each term's weight is improved: early steps say most.
	fitRounds = 8
	// fitDamping slows each step, so that what few documents hold explains little.
	fitDamping = One
)

// lexical explains the first stage's order by the query's words alone: which
// weights of the terms, none below 0, give the sum of saturated counts that is
// nearest to the order? BM25 and its kin are such a sum, whatever their
// constants and their statistics of the collection are. What a retriever knows
// beyond words is what remains. See RATIONALE: why-an-order-is-explained-by-words.
type lexical struct {
	terms    []fittedTerm
	held     []posting
	residual []Score // by rank, but for offset
	offset   Score
}

// fittedTerm is a term in the fit.
type fittedTerm struct {
	newest int32 // its last posting, 0 = none
	mean   Score // of its saturated count in a document
	spread Score // sum of squares around it
	weight Score
}

// posting is a term's saturated count in the document of a rank.
type posting struct {
	rank, earlier int32
	value         Score
}

// reset prepares for another query.
func (l *lexical) reset(terms int) {
	l.terms = zeroed(l.terms, terms)
	l.held = append(l.held[:0], posting{}) // 0 means none
}

// add what a document holds of a term.
func (l *lexical) add(term, rank int32, value Score) {
	t := &l.terms[term]
	l.held = append(l.held, posting{rank - 1, t.newest, value})
	t.newest = int32(len(l.held) - 1)
}

// unexplained is the share of the variance of n ranks that remains, from 0, a
// lexical order, to One. A term in use explains something by chance: half a
// degree of freedom.
func (l *lexical) unexplained(n int) Score {
	all := l.center(n)
	for range fitRounds {
		for i := range l.terms {
			if t := &l.terms[i]; t.spread > 0 {
				l.step(t, n)
			}
		}
	}
	free := 2 * (n - 1)
	for i := range l.terms {
		if l.terms[i].weight > 0 {
			free--
		}
	}
	if free <= 0 {
		return 0
	}
	return clamp(share(l.squares(), all) * Score(2*(n-1)) / Score(free))
}

// center sets the residual to the ranks, from One to -One, and the terms'
// moments, and answers the residual's sum of squares.
func (l *lexical) center(n int) Score {
	l.residual, l.offset = zeroed(l.residual, n), 0
	for at := range l.residual {
		l.residual[at] = Score(n-1-2*at) * One / Score(n-1)
	}
	for i := range l.terms {
		t := &l.terms[i]
		sum, squares := Score(0), Score(0)
		for at := t.newest; at != 0; at = l.held[at].earlier {
			v := l.held[at].value
			sum += v
			squares += mul(v, v)
		}
		t.mean = sum / Score(n)
		t.spread = squares - mul(t.mean, sum)
	}
	return l.squares()
}

// step brings a term's weight nearer to what explains most of the residual.
func (l *lexical) step(t *fittedTerm, n int) {
	slope := mul(l.offset, t.mean) * Score(n)
	for at := t.newest; at != 0; at = l.held[at].earlier {
		slope += mul(l.held[at].value, l.residual[l.held[at].rank])
	}
	change := max(share(slope, t.spread+fitDamping), -t.weight)
	if change == 0 {
		return
	}
	t.weight += change
	l.offset += mul(change, t.mean)
	for at := t.newest; at != 0; at = l.held[at].earlier {
		l.residual[l.held[at].rank] -= mul(change, l.held[at].value)
	}
}

// squares is the sum of squares of the residual.
func (l *lexical) squares() Score {
	sum := Score(0)
	for _, v := range l.residual {
		v += l.offset
		sum += mul(v, v)
	}
	return sum
}
