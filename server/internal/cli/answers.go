package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/splitrank/splitrank/shared/api"
)

// writer of answers in the form that was asked for.
func (c *rerankCmd) writer(env *Env) func(answered) error {
	if c.Format == "table" || c.Format == "auto" && isTerminal(env.Stdout) {
		return tableWriter(env.Stdout)
	}
	return jsonWriter(env.Stdout)
}

// jsonWriter writes one line for each answer, in the shape of its request.
func jsonWriter(w io.Writer) func(answered) error {
	var line []byte
	return func(a answered) error {
		if a.err != nil {
			line = api.AppendError(line[:0], asFault(a.err))
		} else {
			line = api.AppendAnswer(line[:0], a.request.Form(), a.response)
		}
		line = append(line, '\n')
		_, err := w.Write(line)
		return err
	}
}

// asFault keeps the words of an internal error: here they are the user's own.
func asFault(err error) *api.Error {
	var fault *api.Error
	if errors.As(err, &fault) {
		return fault
	}
	return api.NewError(api.Internal, err.Error())
}

// tableWriter writes a table for each answer, a blank line between two.
func tableWriter(w io.Writer) func(answered) error {
	separator := ""
	width := terminalWidth(w)
	return func(a answered) error {
		if _, err := io.WriteString(w, separator); err != nil {
			return err
		}
		separator = "\n"
		if a.err != nil {
			_, err := fmt.Fprintln(w, "error: "+oneLine(a.err.Error()))
			return err
		}
		return writeTable(w, a.request, a.response, width)
	}
}
