package wire

import (
	"net/http"
	"time"

	"github.com/splitrank/splitrank/shared/api"
)

// WriteAnswer answers 200 with the answer to a request in the shape that it was
// asked in, piece by piece; an error of the connection is the connection's.
func WriteAnswer(w http.ResponseWriter, r *api.Request, answer *api.Response) {
	startJSON(w.Header())
	w.WriteHeader(http.StatusOK)
	_ = api.WriteAnswer(w, "", form(w, r), answer, "\n")
}

// form of the answer to r, which goes by the id of the exchange.
func form(w http.ResponseWriter, r *api.Request) api.Form {
	f := r.Form()
	f.ID, f.Created = w.Header().Get(HeaderRequestID), time.Now().Unix()
	return f
}

func startJSON(h http.Header) {
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
}

// BatchAnswers writes the answers of a batch one at a time. Up to heldBack
// bytes wait for the end, so that the headers of a short one tell of all its
// answers; of a longer one the trailers do.
type BatchAnswers struct {
	out  *api.BatchWriter
	held *holding
}

// heldBack is what of a batch's answer waits for its end, in bytes.
const heldBack = 64 << 10

// NewBatchAnswers answers through w.
func NewBatchAnswers(w http.ResponseWriter) *BatchAnswers {
	held := &holding{w: w}
	return &BatchAnswers{api.NewBatchWriter(held), held}
}

// Write the next answer. The error is the connection's.
func (b *BatchAnswers) Write(a api.BatchAnswer) error {
	if a.Err == nil {
		b.held.tell(a.Response)
	}
	return b.out.Write(a)
}

// Begun reports that something was sent: an error would come too late.
func (b *BatchAnswers) Begun() bool { return b.held.begun }

// Close ends the answer.
func (b *BatchAnswers) Close() error {
	if err := b.out.Close(); err != nil {
		return err
	}
	return b.held.flush()
}

// holding is a writer that sends nothing before it has much, or has to.
type holding struct {
	w     http.ResponseWriter
	buf   []byte
	begun bool
}

// Write implements io.Writer.
func (h *holding) Write(p []byte) (int, error) {
	if !h.begun && len(h.buf)+len(p) <= heldBack {
		h.buf = append(h.buf, p...)
		return len(p), nil
	}
	if err := h.flush(); err != nil {
		return 0, err
	}
	return h.w.Write(p)
}

// flush begins the answer, once.
func (h *holding) flush() error {
	if h.begun {
		return nil
	}
	h.begun = true
	startJSON(h.w.Header())
	h.w.WriteHeader(http.StatusOK)
	_, err := h.w.Write(h.buf)
	h.buf = nil
	return err
}

// tell of a degraded answer in the headers, or in the trailers where those are
// gone.
func (h *holding) tell(answer *api.Response) {
	if !h.begun {
		TellDegraded(h.w.Header(), answer)
		return
	}
	trailer := http.Header{}
	TellDegraded(trailer, answer)
	for name, values := range trailer {
		h.w.Header()[http.TrailerPrefix+name] = values
	}
}
