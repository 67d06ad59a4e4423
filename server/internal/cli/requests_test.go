package cli

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestRequests(t *testing.T) {
	long := strings.Repeat("x", 100)
	tests := []struct {
		name, form, in string
		want           []string
	}{
		{"empty", "auto", "", nil},
		{"white space", "auto", " \n\n\t", nil},
		{"one line", "auto", `{"a":1}`, []string{`{"a":1}`}},
		{"one line with an end", "auto", "{}\n", []string{"{}\n"}},
		{"one request over lines", "auto", "{\n\"a\":1\n}\n", []string{"{\n\"a\":1\n}\n"}},
		{"two lines", "auto", "{}\n{}", []string{"{}\n", "{}"}},
		{"blank lines between", "auto", "\n{}\n\n \n[]\n\n", []string{"{}\n", "[]\n"}},
		{"byte order mark", "auto", "\ufeff{}\n{}", []string{"{}\n", "{}"}},
		{"byte order mark before one", "auto", "\ufeff{\n}\n", []string{"{\n}\n"}},
		{"carriage returns", "auto", "{}\r\n[]\r\n", []string{"{}\r\n", "[]\r\n"}},
		{"forced to lines", "jsonl", "{\n}\n", []string{"{\n", "}\n"}},
		{"forced to one", "json", "{}\n{}\n", []string{"{}\n{}\n"}},
		{"one too long is cut just past the limit", "json", long, []string{long[:21]}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readAll(iotest.OneByteReader(strings.NewReader(tt.in)), tt.form)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("%q, error %v, want %q", got, err, tt.want)
			}
		})
	}
}

func readAll(in io.Reader, form string) (all []string, err error) {
	const limit = 20
	r := newRequests(in, limit)
	one, err := r.isOne(form)
	if err != nil {
		return nil, err
	}
	for {
		body, err := r.next(one)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, string(body))
	}
}

// TestLongLine: a line longer than the buffer is kept just long enough to be
// refused, and the next one is whole.
func TestLongLine(t *testing.T) {
	const buffer = 64 << 10
	r := newRequests(strings.NewReader("{}\n"+strings.Repeat("x", 5*buffer)+"\n[]\n"), 20)
	var lengths []int
	for body, err := r.next(false); err == nil; body, err = r.next(false) {
		lengths = append(lengths, len(body))
	}
	if want := []int{3, buffer, 3}; !slices.Equal(lengths, want) {
		t.Errorf("lines of %d bytes, want %d", lengths, want)
	}
}

func TestRequestsReadError(t *testing.T) {
	broken := errors.New("broken")
	for _, form := range []string{"auto", "json", "jsonl"} {
		if _, err := readAll(io.MultiReader(strings.NewReader("{}\n{"), iotest.ErrReader(broken)), form); !errors.Is(err, broken) {
			t.Errorf("%s: error %v", form, err)
		}
	}
}
