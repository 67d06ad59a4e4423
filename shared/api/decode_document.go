package api

import "strconv"

// documents reads the list that makes the body one of the given shape.
func (d *decoder) documents(r *Request, shape Shape) {
	if r.Documents != nil {
		d.fail(ConflictingFields, "documents and chunks are two shapes of one list: give one of them")
		return
	}
	r.Shape, r.Documents = shape, []Document{}
	d.open('[', "an array")
	for d.more() {
		if len(r.Documents) == d.limits.Documents {
			d.failAt(TooManyDocuments, shape.list(), shape.list()+" has more than "+strconv.Itoa(d.limits.Documents)+" entries")
			return
		}
		r.Documents = append(r.Documents, d.document(shape))
	}
	d.close()
}

// document reads a text or an object with one.
func (d *decoder) document(shape Shape) (doc Document) {
	if shape == Native && d.next('"') {
		doc.Raw = d.value()
		doc.Text = string(unquote(doc.Raw))
		return doc
	}
	d.open('{', shape.element())
	start := d.json.InputOffset() - 1
	d.documentObject(&doc, shape)
	if d.err == nil {
		end := d.json.InputOffset()
		doc.Raw = d.body[start:end:end]
	}
	return doc
}

// element is what a list of shape s holds.
func (s Shape) element() string {
	if s == Chunks {
		return "an object with id and text"
	}
	return "a string or an object with text"
}

// documentObject reads what is known of an object and passes over the rest.
func (d *decoder) documentObject(doc *Document, shape Shape) {
	hasText := false
	for d.more() {
		switch name := d.name(); string(name) {
		case "id":
			doc.ID = d.id()
		case "title":
			doc.Title = d.optionalText()
		case "text":
			doc.Text, hasText = d.text(), true
		case "rank":
			doc.Rank = d.count()
		case "score":
			doc.Score = d.score()
		default:
			d.skip()
		}
	}
	d.close()
	if !hasText {
		d.missing("text")
	}
	if shape == Chunks && doc.ID.IsZero() {
		d.missing("id")
	}
}

// missing records that the object read last has no such key.
func (d *decoder) missing(key string) {
	if d.err == nil {
		d.failAt(MissingField, d.field()+"."+key, d.field()+" has no "+key)
	}
}

func (d *decoder) score() *float64 {
	if f, ok := d.number(); ok {
		return &f
	}
	return nil
}

// id reads a string or an integer.
func (d *decoder) id() (id ID) {
	if d.absent() {
		return id
	}
	if d.next('"') {
		id.Text = d.text()
	} else {
		id = d.integerID()
	}
	if d.err == nil && id.Text == "" {
		d.fail(EmptyID, d.field()+" is empty: leave it out or give one")
	}
	return id
}

func (d *decoder) integerID() ID {
	t := d.token()
	if d.err == nil && (t.Kind() != '0' || !isInteger(t.String())) {
		d.wrongType(t.Kind(), "a string or an integer")
	}
	if d.err != nil {
		return ID{}
	}
	return ID{Text: t.String(), Number: true}
}
