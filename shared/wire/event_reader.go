package wire

import (
	"bufio"
	"bytes"
	"io"
)

// EventReader reads server-sent events as Events writes them: a line of data each.
type EventReader struct {
	lines *bufio.Scanner
	data  []byte
}

// NewEventReader reads from r. No line may be longer than longest bytes.
func NewEventReader(r io.Reader, longest int) *EventReader {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longest)
	return &EventReader{lines: lines}
}

// Next event. Its data are good until the one after. The error is that of the
// reader, bufio.ErrTooLong, or io.ErrUnexpectedEOF where no event follows: the
// last one ought to have ended the stream.
func (e *EventReader) Next() (name string, data []byte, err error) {
	e.data = e.data[:0]
	for e.lines.Scan() {
		key, value, _ := bytes.Cut(e.lines.Bytes(), []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch {
		case string(key) == "event":
			name = string(value)
		case string(key) == "data":
			e.data = append(e.data[:0], value...)
		case len(key) == 0 && len(value) == 0 && len(e.data) > 0:
			return name, e.data, nil
		}
	}
	if err := e.lines.Err(); err != nil {
		return "", nil, err
	}
	return "", nil, io.ErrUnexpectedEOF
}
