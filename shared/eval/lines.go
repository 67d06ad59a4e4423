package eval

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// MaxLine is the longest line in bytes that a reader accepts.
const MaxLine = 16 << 20

// lines walks over the lines of a file that are not blank, gzipped or not,
// and knows where it is, for errors.
type lines struct {
	name    string
	scanner *bufio.Scanner
	number  int
	line    []byte
}

func newLines(name string, r io.Reader) (*lines, error) {
	plain, err := gunzip(r)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	s := bufio.NewScanner(plain)
	s.Buffer(make([]byte, 64<<10), MaxLine)
	return &lines{name: name, scanner: s}, nil
}

// gunzip looks at the first bytes, not at the name: a .gz that some tool has
// already unpacked still reads.
func gunzip(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	magic, err := b.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	return gzip.NewReader(b)
}

// next moves on to the next line that is not blank. The line is valid until
// the call after.
func (l *lines) next() bool {
	for l.scanner.Scan() {
		l.number++
		l.line = l.scanner.Bytes()
		if l.number == 1 {
			l.line = bytes.TrimPrefix(l.line, []byte("\ufeff"))
		}
		if len(bytes.TrimSpace(l.line)) > 0 {
			return true
		}
	}
	return false
}

// err is what ended the walk, nil at the end of the file.
func (l *lines) err() error {
	err := l.scanner.Err()
	if err == nil {
		return nil
	}
	l.number++
	if errors.Is(err, bufio.ErrTooLong) {
		return l.fail(fmt.Errorf("line is longer than %d bytes", MaxLine))
	}
	return l.fail(err)
}

// fail names the place of an error.
func (l *lines) fail(err error) error {
	return fmt.Errorf("%s:%d: %w", l.name, l.number, err)
}

func (l *lines) failf(format string, a ...any) error {
	return l.fail(fmt.Errorf(format, a...))
}
