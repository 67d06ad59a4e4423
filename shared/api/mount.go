package api

// Mount is a path that takes requests to rank one list of documents.
type Mount struct {
	Path string
	// Shape of its requests, and of errors that come before a body is read.
	Shape Shape
	// others are shapes that the same path takes, told apart by a key that only
	// they have.
	others map[string]Shape
}

// mounts are all of them. Where clients of several services share a path, the
// key of another shape tells whose a body is; where nothing can tell, a path of
// the service's own does. See RATIONALE: why-other-services-are-tables.
var mounts = []Mount{
	{Path: "/rerank", Shape: Native, others: map[string]Shape{"texts": TEI}},
	{Path: "/v1/rerank", Shape: CohereV1, others: map[string]Shape{"top_k": Voyage, "truncation": Voyage}},
	{Path: "/v2/rerank", Shape: CohereV2},
	{Path: "/v1/reranking", Shape: Mixedbread, others: map[string]Shape{"documents": CohereV1}},
	{Path: "/cohere/v1/rerank", Shape: CohereV1},
	{Path: "/cohere/v2/rerank", Shape: CohereV2},
	{Path: "/jina/v1/rerank", Shape: CohereV1},
	{Path: "/voyage/v1/rerank", Shape: Voyage},
	{Path: "/tei/rerank", Shape: TEI},
	{Path: "/vllm/rerank", Shape: VLLM},
	{Path: "/vllm/v1/rerank", Shape: VLLM},
	{Path: "/vllm/v2/rerank", Shape: VLLM},
	{Path: "/infinity/rerank", Shape: Infinity},
	{Path: "/mixedbread/v1/reranking", Shape: Mixedbread},
}

// Mounts are the paths that take requests, each in the shapes of a service.
func Mounts() []Mount { return mounts }

// MountAt a path; ok is false where there is none.
func MountAt(path string) (m Mount, ok bool) {
	for _, m := range mounts {
		if m.Path == path {
			return m, true
		}
	}
	return Mount{}, false
}

// Decode reads and validates a body that was posted to m. The documents alias
// body, which must not change while they are in use. Every error is an *Error, to
// be told in the shape that is returned beside it.
//
// Most bodies have the first of m's shapes, and are read once. Only where one cannot be
// read so is it asked for its shape.
func (m Mount) Decode(body []byte, limits Limits) (*Request, Shape, error) {
	r, err := m.decode(m.Shape, body, limits)
	if err == nil {
		return r, r.Shape, nil
	}
	shape := m.shapeOf(body, limits)
	if shape != m.Shape {
		r, err = m.decode(shape, body, limits)
	}
	if err != nil {
		return nil, shape, err
	}
	return r, r.Shape, nil
}

// decode a body of one of m's shapes. Where that is the first, a key of another one is
// an error.
func (m Mount) decode(shape Shape, body []byte, limits Limits) (*Request, error) {
	v, ok := services[shape]
	switch {
	case !ok:
		return DecodeRequest(body, limits)
	case shape == m.Shape:
		return decodeService(shape, v, m.others, body, limits)
	}
	return decodeService(shape, v, nil, body, limits)
}

// shapeOf a body: it looks at the keys of the object and passes over their
// values. Where m has one shape there is nothing to look for, and what is wrong
// with a body is the business of its decoder.
func (m Mount) shapeOf(body []byte, limits Limits) Shape {
	if len(m.others) == 0 {
		return m.Shape
	}
	d := newDecoder(body, limits)
	d.open('{', "an object")
	for d.more() {
		name := d.name()
		if shape, ok := m.others[string(name)]; ok && d.err == nil {
			return shape
		}
		d.value()
	}
	return m.Shape
}
