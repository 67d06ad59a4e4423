package api

// BatchAnswer answers one request of a batch: a Response, or an error.
type BatchAnswer struct {
	Form     Form // of the answer; of an error its shape
	Response *Response
	Err      *Error
}

// AppendBatch appends the answers of a batch, in order, to dst.
func AppendBatch(dst []byte, answers []BatchAnswer) []byte {
	w := writer(append(dst, '{'))
	w.key("responses").open('[')
	for i, a := range answers {
		if i > 0 {
			w = append(w, ',')
		}
		w.answer(a)
	}
	w.close(']')
	w.close('}')
	return w
}

func (w *writer) answer(a BatchAnswer) {
	if a.Err != nil {
		w.error(a.Form.Shape.named(a.Err))
		return
	}
	*w = AppendAnswer(*w, a.Form, a.Response)
}
