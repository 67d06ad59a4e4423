package api

import (
	"encoding/hex"
	"strconv"
)

// DocumentsRequest is the body of POST /documents, which has documents read before
// anybody asks about them, and of DELETE /documents, which has them forgotten.
type DocumentsRequest struct {
	// Documents with their texts and titles; of the rest nothing is used.
	Documents []Document
	// Digests of further documents to forget: see Digest.
	Digests []Digest
	// Truncation that requests to rank will ask for; what it leaves out is the
	// server's own choice.
	Truncation *Truncation
	// Model by name; "" = the server's own choice to read, all models to forget.
	Model string
	// Async asks to be answered before they are read.
	Async bool
	// Tenant as in Request. It is no part of a body.
	Tenant string
	// Background reads while nothing else does, for as long as that takes. It is no
	// part of a body.
	Background bool
}

// Digest is the SHA-256 of a document as models see it: its text, behind its title and
// a space where it has one.
type Digest [32]byte

// DecodeDocuments reads the body of POST /documents and validates it. The documents
// alias body as those of DecodeRequest do. Every error is an *Error.
func DecodeDocuments(body []byte, limits Limits) (*DocumentsRequest, error) {
	d := newDecoder(body, limits)
	r := new(DocumentsRequest)
	d.open('{', "an object")
	for d.more() {
		switch name := d.name(); string(name) {
		case "documents":
			d.textsOf(r, false)
		case "async":
			r.Async = d.flag(false)
		default:
			d.documentsField(r, name, "documents, async, model, truncation")
		}
	}
	return d.ended(r)
}

// DecodeForgotten reads the body of DELETE /documents: see DecodeDocuments. A
// document may be an object with a digest.
func DecodeForgotten(body []byte, limits Limits) (*DocumentsRequest, error) {
	d := newDecoder(body, limits)
	r := new(DocumentsRequest)
	d.open('{', "an object")
	for d.more() {
		if name := d.name(); string(name) == "documents" {
			d.textsOf(r, true)
		} else {
			d.documentsField(r, name, "documents, model, truncation")
		}
	}
	return d.ended(r)
}

func (d *decoder) documentsField(r *DocumentsRequest, name []byte, known string) {
	switch string(name) {
	case "model":
		r.Model = d.model()
	case "truncation":
		r.Truncation = d.truncation()
	default:
		d.unknownField(name, known)
	}
}

// ended reads the end of a body and validates what is in it.
func (d *decoder) ended(r *DocumentsRequest) (*DocumentsRequest, error) {
	d.close()
	d.end()
	if d.err != nil {
		return nil, d.err
	}
	if err := r.validate(d.limits); err != nil {
		return nil, err
	}
	return r, nil
}

// textsOf reads documents, and digests where they are allowed.
func (d *decoder) textsOf(r *DocumentsRequest, digests bool) {
	r.Documents = []Document{}
	d.open('[', "an array")
	for d.more() {
		if len(r.Documents)+len(r.Digests) == d.limits.Documents {
			d.failAt(TooManyDocuments, "documents", "documents has more than "+strconv.Itoa(d.limits.Documents)+" entries")
			return
		}
		if digests && d.next('{') {
			d.textOrDigest(r)
		} else {
			r.Documents = append(r.Documents, d.document(Native))
		}
	}
	d.close()
}

// textOrDigest reads an object with the one or the other.
func (d *decoder) textOrDigest(r *DocumentsRequest) {
	var doc Document
	var digest *Digest
	hasText := false
	d.open('{', Native.element())
	for d.more() {
		switch name := d.name(); string(name) {
		case "title":
			doc.Title = d.optionalText()
		case "text":
			doc.Text, hasText = d.text(), true
		case "digest":
			digest = d.digest()
		default:
			d.skip()
		}
	}
	d.close()
	switch {
	case hasText && digest != nil:
		if d.err == nil {
			d.failAt(ConflictingFields, d.field()+".digest", d.field()+" has both text and digest: give one of them")
		}
	case digest != nil:
		r.Digests = append(r.Digests, *digest)
	case !hasText:
		d.missing("text")
	default:
		r.Documents = append(r.Documents, doc)
	}
}

// digest reads 64 hexadecimal digits.
func (d *decoder) digest() *Digest {
	text, digest := d.text(), new(Digest)
	if d.err != nil {
		return nil
	}
	if n, err := hex.Decode(digest[:], []byte(clip(text, 2*len(digest)))); err != nil || n != len(digest) || len(text) != 2*len(digest) {
		d.fail(OutOfRange, d.field()+" is no SHA-256 in 64 hexadecimal digits")
		return nil
	}
	return digest
}

// Validate checks r as a decoded one was checked: see Request.Validate.
func (r *DocumentsRequest) Validate(limits Limits) error {
	if err := r.validate(limits.WithDefaults()); err != nil {
		return err
	}
	return nil
}

func (r *DocumentsRequest) validate(l Limits) *Error {
	if len(r.Documents)+len(r.Digests) == 0 {
		return newError(NoDocuments, "documents", "documents is empty: there is nothing to do")
	}
	texts := Request{Documents: r.Documents}
	if err := texts.checkTexts(l); err != nil {
		return err
	}
	return r.Truncation.validate()
}

// Bytes bounds the memory that r holds beside its body: see Request.Bytes.
func (r *DocumentsRequest) Bytes() int64 {
	return (&Request{Documents: r.Documents}).Bytes() + int64(len(r.Digests)*len(Digest{}))
}

// Kept says what became of documents that were to be read.
type Kept struct {
	// Documents that were handed in, of which Known had been read before, or stood
	// in the list twice, Read were read now, and Skipped are in a script that the
	// model cannot read.
	Documents, Known, Read, Skipped int
	// Bytes that the vectors of those known and read take.
	Bytes int64
	// OnDisk says that all of them survive the end of the process.
	OnDisk bool
	// Model that read them.
	Model string
}

// AppendKept writes the answer to POST /documents.
func AppendKept(b []byte, k Kept) []byte {
	w := writer(b)
	w.open('{')
	w.key("documents").int(k.Documents)
	w.key("known").int(k.Known)
	w.key("read").int(k.Read)
	w.optionalInt("skipped", k.Skipped)
	w.key("bytes").int(int(k.Bytes))
	w.key("on_disk").bool(k.OnDisk)
	w.key("model").text(k.Model)
	w.close('}')
	return w
}

// AppendAccepted writes the answer to POST /documents that comes before they are
// read: how many documents were taken, and how many wait by now.
func AppendAccepted(b []byte, documents, waiting int) []byte {
	w := writer(b)
	w.open('{')
	w.key("documents").int(documents)
	w.key("waiting").int(waiting)
	w.close('}')
	return w
}

// AppendDeleted writes the answer to DELETE /documents.
func AppendDeleted(b []byte, n int) []byte {
	w := writer(b)
	w.open('{')
	w.key("deleted").int(n)
	w.close('}')
	return w
}

// AppendDocuments writes the body of POST /documents, without its truncation.
func AppendDocuments(b []byte, r *DocumentsRequest) []byte {
	w := writer(b)
	w.open('{')
	w.key("documents").open('[')
	for i := range r.Documents {
		w.plainDocument(&r.Documents[i])
	}
	w.close(']')
	w.optionalText("model", r.Model)
	w.close('}')
	return w
}

func (w *writer) plainDocument(d *Document) {
	if d.Title == "" {
		w.text(d.Text)
		return
	}
	w.open('{')
	w.key("title").text(d.Title)
	w.key("text").text(d.Text)
	w.close('}')
}

// DecodeKept reads the answer to POST /documents. It passes over keys it does not
// know. The error is an *Error about the answer.
func DecodeKept(body []byte) (k Kept, err error) {
	d := newDecoder(body, Limits{})
	d.open('{', "an object")
	for d.more() {
		switch name := d.name(); string(name) {
		case "documents":
			k.Documents = d.integer(0)
		case "known":
			k.Known = d.integer(0)
		case "read":
			k.Read = d.integer(0)
		case "skipped":
			k.Skipped = d.integer(0)
		case "on_disk":
			k.OnDisk = d.flag(false)
		case "model":
			k.Model = d.optionalText()
		default:
			d.skip()
		}
	}
	d.close()
	d.end()
	if d.err != nil {
		return Kept{}, d.err
	}
	return k, nil
}
