package rerank

// looks is what was found of a document: whether a model reads it.
type looks int8

const (
	notLooked looks = iota
	isRead
	isNotRead
)

// reads reports whether a model reads a document. Each is looked at once, whoever asks:
// that scans a text. See RATIONALE: why-each-document-is-looked-at-once.
func (p planned) reads(m PairModel, document int) bool {
	seen := p.looked[m.Name()]
	if seen == nil {
		seen = make([]looks, len(p.req.Documents))
		p.looked[m.Name()] = seen
	}
	if seen[document] == notLooked {
		seen[document] = isNotRead
		if m.SupportsScript(p.req.Documents[document].Text) {
			seen[document] = isRead
		}
	}
	return seen[document] == isRead
}
