package api

// DecodeAnswers reads the answers of a batch whose requests were all of shape
// Native, as AppendBatch writes them. The error is an *Error about the whole.
func DecodeAnswers(body []byte) ([]BatchAnswer, error) {
	d := newDecoder(body, Limits{})
	list := d.answers()
	d.end()
	if d.err != nil {
		return nil, d.err
	}
	return list, nil
}

func (d *decoder) answers() (list []BatchAnswer) {
	d.open('{', "an object")
	for d.more() {
		if name := d.name(); string(name) != "responses" {
			d.skip()
			continue
		}
		d.open('[', "an array")
		for d.more() {
			list = append(list, d.batchAnswer())
		}
		d.close()
	}
	d.close()
	return list
}

// batchAnswer is an error where it has one, else an answer.
func (d *decoder) batchAnswer() BatchAnswer {
	a := BatchAnswer{Response: new(Response)}
	d.open('{', "an object")
	for d.more() {
		if name := d.name(); string(name) == "error" {
			e := d.errorFields()
			a = BatchAnswer{Err: &e}
		} else if a.Err == nil {
			d.responseField(a.Response, name)
		} else {
			d.skip()
		}
	}
	d.close()
	return a
}
