package api

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// field is what a key of another service's request means here.
type field uint8

const (
	fieldQuery           field = iota + 1
	fieldDocuments             // strings, or objects with a text
	fieldTop                   // how many results, from 1
	fieldTopOrAll              // the same, where 0 is all
	fieldModel                 //
	fieldReturnDocuments       // a boolean, which may be spelled as text
	fieldRankFields            // which keys of objects are ranked
	fieldRawScores             // logits instead of probabilities
	fieldTruncate              // false refuses what is too long for the model
	fieldDirection             // from which end long texts are cut
	fieldDocumentTokens        // the most tokens of a document
	fieldChunks                // the most parts of a document, each scored
	fieldPriority              // 0; others are refused
	fieldRelevantSpans         // refused
)

// serviceRequest is a request of another service while it is read.
type serviceRequest struct {
	*Request
	// rankFields are the keys of objects that are ranked; none = text.
	rankFields []string
	// objects are documents that wait for rankFields, by index.
	objects map[int]jsontext.Value
	// fromLeft: texts would have to be cut at their beginning.
	fromLeft bool
}

func decodeService(shape Shape, v service, body []byte, limits Limits) (*Request, error) {
	d := newDecoder(body, limits)
	r := &serviceRequest{Request: &Request{Shape: shape, ReturnDocuments: v.returns}}
	d.open('{', "an object")
	for d.more() {
		if name := d.name(); v.fields[string(name)] == 0 {
			d.skip()
		} else {
			d.serviceField(r, v.fields[string(name)])
		}
	}
	d.close()
	d.end()
	d.rankedFields(r)
	if d.err != nil {
		return nil, d.err
	}
	r.cutFromLeft()
	if err := r.validate(limits.WithDefaults()); err != nil {
		return nil, err
	}
	return r.Request, nil
}

// serviceField reads a value. null is as good as none, everywhere.
func (d *decoder) serviceField(r *serviceRequest, f field) {
	if d.absent() {
		return
	}
	switch f {
	case fieldQuery:
		r.Query = d.text()
	case fieldDocuments:
		d.serviceDocuments(r)
	case fieldTop:
		r.TopK = d.integer(1)
	case fieldTopOrAll:
		r.TopK = d.integer(0)
	case fieldModel:
		r.Model = d.model()
	case fieldReturnDocuments:
		r.ReturnDocuments = d.spelledFlag() || services[r.Shape].returns
	case fieldRankFields:
		r.rankFields = d.texts()
	case fieldRawScores:
		r.RawScores = d.spelledFlag()
	case fieldTruncate:
		if !d.spelledFlag() {
			r.truncation().Strategy = DoNotTruncate
		}
	case fieldDirection:
		d.direction(r)
	case fieldDocumentTokens:
		r.truncation().MaxDocumentTokens = d.integer(1)
	case fieldChunks:
		r.truncation().Windows = &Windows{Count: min(d.integer(1), MaxWindows)}
	case fieldPriority:
		if d.integer(0) != 0 {
			d.fail(OutOfRange, "priority is not served: requests are answered as they come, leave it out or send 0")
		}
	case fieldRelevantSpans:
		d.skip()
		d.fail(UnknownField, "relevant_spans is not served")
	}
}

func (r *Request) truncation() *Truncation {
	if r.Truncation == nil {
		r.Truncation = new(Truncation)
	}
	return r.Truncation
}

// spelledFlag reads a boolean, which some clients send as text.
func (d *decoder) spelledFlag() bool {
	if !d.next('"') {
		return d.flag(false)
	}
	switch s := d.text(); strings.ToLower(s) {
	case "true", "1":
		return true
	case "false", "0", "":
		return false
	}
	d.fail(WrongType, d.field()+" must be true or false")
	return false
}

// texts reads a list of strings.
func (d *decoder) texts() []string {
	list := []string{}
	d.open('[', "an array")
	for d.more() {
		list = append(list, d.text())
	}
	d.close()
	return list
}

func (d *decoder) direction(r *serviceRequest) {
	switch s := d.text(); {
	case d.err != nil || strings.EqualFold(s, "right"):
	case strings.EqualFold(s, "left"):
		r.fromLeft = true
	default:
		d.fail(UnknownTruncation, d.field()+" is neither left nor right")
	}
}

// cutFromLeft serves a direction that no model here has as long as nothing has to
// be cut.
func (r *serviceRequest) cutFromLeft() {
	if r.fromLeft {
		r.truncation().Strategy = DoNotTruncate
	}
}

// serviceDocuments reads strings, and objects for rankedFields.
func (d *decoder) serviceDocuments(r *serviceRequest) {
	r.Documents = []Document{}
	list := r.Shape.list()
	d.open('[', "an array")
	for d.more() {
		if len(r.Documents) == d.limits.Documents {
			d.failAt(TooManyDocuments, list, list+" has more than "+strconv.Itoa(d.limits.Documents)+" entries")
			return
		}
		doc := Document{}
		if d.next('"') {
			doc.Raw = d.value()
			doc.Text = string(unquote(doc.Raw))
		} else if d.next('{') {
			doc.Raw = d.object()
			if r.objects == nil {
				r.objects = map[int]jsontext.Value{}
			}
			r.objects[len(r.Documents)] = doc.Raw
		} else {
			d.expect('"', "a string or an object with text")
		}
		r.Documents = append(r.Documents, doc)
	}
	d.close()
}

// object reads a value whole, by token, so that its depth is bounded.
func (d *decoder) object() jsontext.Value {
	start := d.json.InputOffset()
	d.skip()
	if d.err != nil {
		return nil
	}
	value := d.body[start:d.json.InputOffset()]
	for len(value) > 0 && value[0] != '{' { // a comma and white space
		value = value[1:]
	}
	return value
}

// rankedFields fills in the texts of documents that are objects.
func (d *decoder) rankedFields(r *serviceRequest) {
	for i := range r.Documents {
		if value, ok := r.objects[i]; ok && d.err == nil {
			r.Documents[i].Text = d.textOf(value, r, i)
		}
	}
}

// textOf an object: its text, or its rank_fields line by line, in their order.
func (d *decoder) textOf(value jsontext.Value, r *serviceRequest, i int) string {
	fields := r.rankFields
	if len(fields) == 0 {
		fields = []string{"text"}
	}
	found := make([]string, len(fields))
	object := newDecoder(value, d.limits)
	object.open('{', "an object")
	any := false
	for object.more() {
		name := string(object.name())
		at := indexOf(fields, name)
		switch {
		case at < 0:
			object.skip()
		case object.next('"'):
			found[at], any = object.text(), true
		default:
			found[at], any = string(object.value()), true
		}
	}
	if object.err != nil {
		d.err = object.err
		return ""
	}
	if !any {
		at := r.field(i, "")
		d.failAt(MissingField, r.field(i, fields[0]), at+" has no "+strings.Join(fields, ", "))
	}
	return strings.TrimSpace(strings.Join(found, "\n"))
}

func indexOf(list []string, s string) int {
	for i := range list {
		if list[i] == s {
			return i
		}
	}
	return -1
}
