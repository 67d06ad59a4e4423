package api

import (
	"strconv"
	"strings"
)

// BatchItem is one request of a batch: a Request, or why it is none.
type BatchItem struct {
	Request *Request
	Err     *Error
}

// DecodeBatch reads the body of POST /rerank/batch. What is wrong with one
// request stays with that request, its Field relative to it; what is wrong with
// the JSON or with the batch is an *Error about the whole.
func DecodeBatch(body []byte, limits Limits) ([]BatchItem, error) {
	d := newDecoder(body, limits)
	items := d.batch()
	d.end()
	if d.err != nil {
		return nil, d.err
	}
	if len(items) == 0 {
		return nil, newError(NoRequests, "requests", "requests is empty: a batch holds at least one request")
	}
	return items, nil
}

func (d *decoder) batch() (items []BatchItem) {
	d.open('{', "an object")
	for d.more() {
		if name := d.name(); string(name) == "requests" {
			items = d.requests()
		} else {
			d.unknownField(name, "requests")
		}
	}
	d.close()
	return items
}

func (d *decoder) requests() (items []BatchItem) {
	documents := 0
	d.open('[', "an array")
	for d.more() {
		if len(items) == d.limits.BatchRequests {
			d.failAt(BatchTooLarge, "requests", "requests has more than "+strconv.Itoa(d.limits.BatchRequests)+" entries")
			return nil
		}
		item := d.item(len(items))
		if item.Request != nil {
			documents += len(item.Request.Documents)
		}
		if documents > d.limits.BatchDocuments {
			d.failAt(BatchTooLarge, "requests", "requests have more than "+strconv.Itoa(d.limits.BatchDocuments)+" documents together: send them in several batches")
			return nil
		}
		items = append(items, item)
	}
	d.close()
	return items
}

// item reads the i-th request and gets over an error in it.
func (d *decoder) item(i int) BatchItem {
	depth := d.json.StackDepth()
	r := d.request()
	if d.err == nil {
		if err := r.validate(d.limits); err != nil {
			return BatchItem{Err: err}
		}
		return BatchItem{Request: r}
	}
	if d.broken {
		return BatchItem{}
	}
	err := *d.err
	prefix := "requests[" + strconv.Itoa(i) + "]"
	err.Field = strings.TrimPrefix(strings.TrimPrefix(err.Field, prefix), ".")
	err.Message = strings.ReplaceAll(strings.ReplaceAll(err.Message, prefix+".", ""), prefix, "the request")
	d.err = nil
	d.unwind(depth)
	return BatchItem{Err: &err}
}
