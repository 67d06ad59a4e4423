package api

// truncation reads an object, all of whose fields may be left out; null is as
// good as none.
func (d *decoder) truncation() *Truncation {
	if d.absent() {
		return nil
	}
	t := new(Truncation)
	d.open('{', "an object")
	for d.more() {
		switch name := d.name(); string(name) {
		case "partial":
			t.Partial = d.flag(false)
		case "strategy":
			t.Strategy = Strategy(d.optionalText())
		case "max_query_tokens":
			t.MaxQueryTokens = d.count()
		case "max_document_tokens":
			t.MaxDocumentTokens = d.count()
		case "windows":
			t.Windows = d.windows()
		default:
			d.unknownField(name, "partial, strategy, max_query_tokens, max_document_tokens, windows")
		}
	}
	d.close()
	return t
}

// windows reads an object: an empty one asks for windows as they are by default.
func (d *decoder) windows() *Windows {
	if d.absent() {
		return nil
	}
	w := new(Windows)
	d.open('{', "an object")
	for d.more() {
		switch name := d.name(); string(name) {
		case "size":
			w.Size = d.count()
		case "stride":
			w.Stride = d.integer(0)
		case "count":
			w.Count = d.count()
		case "score":
			w.Score = WindowScore(d.optionalText())
		default:
			d.unknownField(name, "size, stride, count, score")
		}
	}
	d.close()
	return w
}
