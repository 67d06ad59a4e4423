package api

import "io"

// WriteAnswer writes what AppendAnswer appends to w, piece by piece, between a
// prefix and a suffix: no more of it is in memory than a few results. The error
// is w's.
func WriteAnswer(w io.Writer, prefix string, f Form, r *Response, suffix string) error {
	s := &pieces{to: w, buf: append(make(writer, 0, piece), prefix...)}
	if err := s.buf.inForm(f, r, s.between); err != nil {
		return err
	}
	return s.end(suffix)
}

// BatchWriter writes the answers of a batch as AppendBatch does, one at a time.
type BatchWriter struct {
	pieces
	begun bool
}

// NewBatchWriter writes to w.
func NewBatchWriter(w io.Writer) *BatchWriter {
	return &BatchWriter{pieces: pieces{to: w}}
}

// Write the next answer. The error is that of the writer below.
func (b *BatchWriter) Write(a BatchAnswer) error {
	b.begin()
	if a.Err != nil {
		b.buf.error(a.Err)
		return b.between(&b.buf)
	}
	if err := b.buf.inForm(a.Form, a.Response, b.between); err != nil {
		return err
	}
	return b.between(&b.buf)
}

// begin the list, or go on with it.
func (b *BatchWriter) begin() {
	if b.begun {
		b.buf = append(b.buf, ',')
		return
	}
	b.begun = true
	b.buf = append(b.buf, '{')
	b.buf.key("responses").open('[')
}

// Close ends the list and hands the rest on.
func (b *BatchWriter) Close() error {
	if !b.begun {
		b.begin()
	}
	return b.end("]}\n")
}

// pieces is an encoder that hands on what it has whenever that is enough.
type pieces struct {
	to  io.Writer
	buf writer
}

// between hands on all but the last byte, which says whether a comma is due.
func (s *pieces) between(w *writer) error {
	n := len(*w)
	if n < piece {
		return nil
	}
	_, err := s.to.Write((*w)[:n-1])
	last := (*w)[n-1]
	if cap(*w) > 2*piece { // one long result is no reason to keep as much
		*w = make(writer, 0, piece)
	}
	*w = append((*w)[:0], last)
	return err
}

func (s *pieces) end(suffix string) error {
	_, err := s.to.Write(append(s.buf, suffix...))
	s.buf = nil
	return err
}
