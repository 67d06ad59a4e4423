package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/shared/api"
)

// reranker answers a request.
type reranker interface {
	Rerank(ctx context.Context, req *api.Request) (*api.Response, error)
	Watch(ctx context.Context, req *api.Request, seen func(*api.Response)) (*api.Response, error)
}

// byteOrderMark may begin a file: Windows PowerShell writes it.
const byteOrderMark = "\ufeff"

// requests reads bodies, one at a time, none of them much longer than limit.
type requests struct {
	in    *bufio.Reader
	limit int
	// first line, read ahead by isOne and not handed out yet.
	first []byte
	// lines read, blank ones too.
	lines int
	// at is the line of the body that was handed out last.
	at int
	// done: rest has handed everything out.
	done bool
}

func newRequests(in io.Reader, limit int) *requests {
	buffered := bufio.NewReaderSize(in, 64<<10)
	if mark, _ := buffered.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = buffered.Discard(len(byteOrderMark))
	}
	return &requests{in: buffered, limit: limit}
}

// isOne reports whether all input is one request: the user says so, or the first
// line is no JSON by itself, or nothing follows it.
func (r *requests) isOne(input string) (bool, error) {
	if input != "auto" {
		return input == "json", nil
	}
	line, err := r.line()
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	r.first = line
	return !jsontext.Value(line).IsValid() || r.atEnd(), nil
}

// atEnd skips white space and reports whether nothing else is left.
func (r *requests) atEnd() bool {
	for {
		c, err := r.in.ReadByte()
		if err != nil {
			return true
		}
		if c == '\n' {
			r.lines++
		}
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			_ = r.in.UnreadByte()
			return false
		}
	}
}

// next is the next body, io.EOF after the last one.
func (r *requests) next(one bool) ([]byte, error) {
	if one {
		return r.rest()
	}
	if line := r.first; line != nil {
		r.first = nil
		return line, nil
	}
	return r.line()
}

// rest is all that is left, or enough of it to be refused as too long.
func (r *requests) rest() ([]byte, error) {
	if r.done {
		return nil, io.EOF
	}
	r.done = true
	b, err := io.ReadAll(io.LimitReader(r.in, int64(r.limit)+1))
	all := append(r.first, b...)
	r.first = nil
	if err == nil && len(bytes.TrimSpace(all)) == 0 {
		err = io.EOF
	}
	return all, err
}

// line is the next line that is not blank, with its line break. Of one that is
// too long it is enough to be refused.
func (r *requests) line() ([]byte, error) {
	var line []byte
	for {
		part, err := r.in.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			r.lines++
		}
		if len(line) <= r.limit {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		r.at = r.lines
		if len(bytes.TrimSpace(line)) > 0 && (err == nil || errors.Is(err, io.EOF)) {
			return line, nil
		}
		if err != nil {
			return nil, err
		}
		line = line[:0]
	}
}
