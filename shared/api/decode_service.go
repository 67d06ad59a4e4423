package api

import (
	"slices"
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
	fieldPriorityHint          // 0 to 999: who goes first under load, which changes no answer
	fieldRelevantSpans         // refused
	fieldPromptTokens          // −1, the model's own length; others are refused
)

// maxPriority is Cohere's last one.
const maxPriority = 999

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

// decodeService reads a body of a service's shape. A key of others is an error: the body
// has another shape.
func decodeService(shape Shape, v service, others map[string]Shape, body []byte, limits Limits) (*Request, error) {
	d := newDecoder(body, limits)
	r := &serviceRequest{Request: &Request{Shape: shape, ReturnDocuments: v.returns}}
	d.open('{', "an object")
	for d.more() {
		name := d.name()
		if _, ok := others[string(name)]; ok {
			d.fail(ConflictingFields, "the body has another shape")
			break
		}
		if v.fields[string(name)] == 0 {
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
		r.ReturnDocuments = d.spelledFlag()
	case fieldRankFields:
		r.rankFields = d.readRankFields()
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
	case fieldPriorityHint:
		if d.integer(0) > maxPriority {
			d.fail(OutOfRange, "priority is from 0 to "+strconv.Itoa(maxPriority))
		}
	case fieldPromptTokens:
		if n, _ := d.number(); n != -1 {
			d.fail(OutOfRange, "truncate_prompt_tokens is not served: leave it out or send -1, and texts are cut to what the model reads")
		}
	case fieldRelevantSpans:
		d.skip()
		d.fail(UnknownField, "relevant_spans is not served")
	}
}

// truncation that the request asks for; what it leaves out is the model's own.
func (r *Request) truncation() *Truncation {
	if r.Truncation == nil {
		r.Truncation = &Truncation{Partial: true}
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

// MaxRankFields is how many keys of its objects a request may have ranked.
const MaxRankFields = 32

// readRankFields reads a list of keys, each once.
func (d *decoder) readRankFields() []string {
	list := []string{}
	d.open('[', "an array")
	for d.more() {
		name := d.text()
		switch {
		case d.err != nil:
		case slices.Contains(list, name):
			d.fail(ConflictingFields, d.field()+" is "+strconv.Quote(clip(name, 60))+" again")
		case len(list) == MaxRankFields:
			d.fail(TooLong, "rank_fields has more than "+strconv.Itoa(MaxRankFields)+" entries")
		default:
			list = append(list, name)
		}
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

// rankedFields fills in the texts of documents that are objects, as long as they
// are within the limit of all texts together.
func (d *decoder) rankedFields(r *serviceRequest) {
	total := 0
	for i := range r.Documents {
		value, ok := r.objects[i]
		if !ok || d.err != nil {
			continue
		}
		r.Documents[i].Text = d.textOf(value, r, i)
		if total += len(r.Documents[i].Text); total > d.limits.TotalBytes {
			list := r.Shape.list()
			d.failAt(DocumentsTooLarge, list, list+" are more than "+strconv.Itoa(d.limits.TotalBytes)+" bytes long together")
		}
	}
}

// textOf an object: its text, or its rank_fields line by line, in their order. A
// key without a value is as good as none; a value that is no string is ranked as
// its JSON.
func (d *decoder) textOf(value jsontext.Value, r *serviceRequest, i int) string {
	fields := r.rankFields
	if len(fields) == 0 {
		fields = []string{"text"}
	}
	var found [MaxRankFields]string
	var there [MaxRankFields]bool
	object := newDecoder(value, d.limits)
	object.open('{', "an object")
	for object.more() {
		switch at := slices.Index(fields, string(object.name())); {
		case at < 0:
			object.skip()
		case object.absent():
		case object.next('"'):
			found[at], there[at] = object.text(), true
		default:
			found[at], there[at] = string(object.value()), true
		}
	}
	object.close()
	if object.err != nil {
		d.err = object.err
		return ""
	}
	if !slices.Contains(there[:], true) {
		d.failAt(MissingField, r.field(i, fields[0]), r.field(i, "")+" has no "+strings.Join(fields, ", "))
	}
	return lines(found[:len(fields)])
}

// lines joins the strings that are not empty.
func lines(found []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(found), func(s string) bool { return s == "" }), "\n")
}
