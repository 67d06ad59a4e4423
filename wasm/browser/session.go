package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/shared/frame"
)

// status of a call, as JavaScript sees it. Whatever it is, the output holds a
// frame that says the same and more.
type status uint32

const (
	// answered: the output is a response frame.
	answered status = iota
	// refused: the output is an error frame; the request is to blame.
	refused
	// panicked: the output is an error frame; this program is to blame. The
	// session is good for further calls.
	panicked
)

// keptBytes of a buffer stay for the next call. A larger one is given back
// when a smaller batch follows.
const keptBytes = 4 << 20

// session answers one request at a time in memory that it keeps: the scorer's
// scratch, the documents' array and the buffers of the two frames.
type session struct {
	stemmers []heuristics.Stemmer
	ranker   heuristics.Ranker
	request  frame.Request
	in, out  []byte
}

// reserve returns room for a request of n bytes, nil if that is over the limit
// of a frame. It is good until the next reserve.
func (s *session) reserve(n uint32) []byte {
	if n > frame.MaxBytes {
		return nil
	}
	if tight(s.in, int(n)) {
		s.in = make([]byte, n)
	}
	s.in = s.in[:n]
	return s.in
}

// tight says whether buf is too small for n bytes, or so large that keeping it
// for n bytes is waste.
func tight(buf []byte, n int) bool {
	return cap(buf) < n || (cap(buf) > keptBytes && n < keptBytes)
}

// run answers the request in the first n bytes of the reserved room and leaves
// the answer in s.out, good until the next run.
func (s *session) run(n uint32) (st status) {
	defer s.recovered(&st)
	s.clear()
	if uint64(n) > uint64(len(s.in)) {
		return s.refuse(&frame.Error{Code: frame.CodeInternal, Message: "the request is longer than the room reserved for it"})
	}
	if err := s.request.Decode(s.in[:n]); err != nil {
		return s.refuse(err)
	}
	ranking, err := s.rank()
	if err != nil {
		return s.refuse(err)
	}
	return s.answer(&frame.Response{Scorer: s.scorer(), Ranking: ranking})
}

// describe leaves a response without items in s.out, for its scorer: proof
// that the program runs and speaks the caller's frame.
func (s *session) describe() (st status) {
	defer s.recovered(&st)
	s.clear()
	return s.answer(&frame.Response{Scorer: s.scorer()})
}

// clear empties the output, so that a call that does not come to its end
// leaves no older answer behind.
func (s *session) clear() {
	if s.out = s.out[:0]; cap(s.out) > keptBytes {
		s.out = nil
	}
}

func (s *session) scorer() string { return heuristics.VersionWith(s.stemmers) }

// rank calls the scorer and cuts its answer to the top k.
func (s *session) rank() (heuristics.Ranking, error) {
	r := &s.request
	r.Options.Stemmers = s.stemmers
	ranking, err := s.order(r)
	if r.TopK > 0 && r.TopK < len(ranking.Items) {
		ranking.Items = ranking.Items[:r.TopK]
	}
	return ranking, err
}

func (s *session) order(r *frame.Request) (heuristics.Ranking, error) {
	if r.Operation == frame.Trim {
		return s.ranker.Trim(r.Query, r.Documents, r.Options, r.Budget)
	}
	return s.ranker.Rank(r.Query, r.Documents, r.Options)
}

func (s *session) answer(r *frame.Response) status {
	out, err := frame.AppendResponse(s.out[:0], r)
	if err != nil {
		return s.refuse(err)
	}
	s.out = out
	return answered
}

// refuse puts err into words that a user may read.
func (s *session) refuse(err error) status {
	s.out = frame.AppendError(s.out[:0], worded(err))
	return refused
}

// worded gives the scorer's errors a code and the field that JavaScript knows.
func worded(err error) *frame.Error {
	var e *frame.Error
	var option *heuristics.OptionError
	var document *heuristics.DocumentError
	switch {
	case errors.As(err, &e):
		return e
	case errors.As(err, &option) && option.Field == "Language":
		return &frame.Error{Code: frame.CodeLanguage, Field: "language", Message: option.Problem}
	case errors.As(err, &option):
		return &frame.Error{Code: frame.CodeRange, Field: lowerFirst(option.Field), Message: option.Problem}
	case errors.As(err, &document):
		field := "documents[" + strconv.Itoa(document.Index) + "]"
		return &frame.Error{Code: frame.CodeRange, Field: field, Message: document.Problem}
	}
	return &frame.Error{Code: frame.CodeInternal, Message: "the scorer failed on this request"}
}

func lowerFirst(name string) string { return strings.ToLower(name[:1]) + name[1:] }

// recovered turns a panic into an answer. The scratch may be half-written:
// it starts anew.
func (s *session) recovered(st *status) {
	if recover() == nil {
		return
	}
	s.ranker, s.request = heuristics.Ranker{}, frame.Request{}
	s.out = frame.AppendError(s.out[:0], &frame.Error{Code: frame.CodeInternal, Message: "the scorer failed on this request"})
	*st = panicked
}
