package llm

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// batchTimeout of one call about a batch, which may be large.
const batchTimeout = 10 * time.Minute

// What the results of a batch may be, whatever an endpoint sends.
const (
	mostResult    = 64 << 10 // bytes of one; a longer one is none
	resultsBeyond = 100      // results more than there were prompts
)

// batchID is one that can stand in a path and in a file.
func batchID(id string) bool {
	return id != "" && len(id) <= 200 && id == url.PathEscape(id) && strings.Trim(id, ".") != ""
}

// newBatchClient bounds results by their number and lengths, not as a whole.
func newBatchClient() *http.Client {
	c := newHTTPClient()
	c.Transport = c.Transport.(boundedTransport).behind
	return c
}

// readLines calls line for each that is no longer than mostResult, for as many as
// there are left.
func readLines(ctx context.Context, body io.Reader, left *int, line func([]byte)) error {
	lines := bufio.NewReaderSize(body, mostResult)
	for ; *left > 0; *left-- {
		text, whole, err := nextLine(lines)
		if whole && len(text) > 0 {
			line(text)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return faultOf(ctx, err)
		}
	}
	return &Fault{Kind: Oversized}
}

// nextLine of at most mostResult bytes; a longer one is passed over, and not whole.
func nextLine(r *bufio.Reader) (line []byte, whole bool, err error) {
	line, err = r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, true, err
	}
	for passed := 0; errors.Is(err, bufio.ErrBufferFull); passed++ {
		if passed > 1024 {
			return nil, false, &Fault{Kind: Oversized}
		}
		_, err = r.ReadSlice('\n')
	}
	return nil, false, err
}
