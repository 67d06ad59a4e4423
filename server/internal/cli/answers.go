package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/splitrank/splitrank/shared/api"
)

// Stages of an answer that is watched: as JSON they are its field stage.
const (
	stageHeuristic = "heuristic"
	stagePartial   = "partial"
	stageFinal     = "final"
	stageError     = "error"
)

// isTable says whether answers are for reading.
func (c *rerankCmd) isTable(env *Env) bool {
	return c.Format == "table" || c.Format == "auto" && isTerminal(env.Stdout)
}

// writer of answers in the form that was asked for.
func (c *rerankCmd) writer(env *Env) func(answered) error {
	switch {
	case c.Format == "text":
		return textWriter(env.Stdout)
	case c.isTable(env):
		return tableWriter(env.Stdout)
	case c.Watch:
		return stagedWriter(env.Stdout)
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

// stagedWriter writes last answers as JSON that says so, beside others that are not
// the last.
func stagedWriter(w io.Writer) func(answered) error {
	var b bytes.Buffer
	write := jsonWriter(&b)
	return func(a answered) error {
		stage := stageFinal
		if a.err != nil {
			stage = stageError
		}
		b.Reset()
		if err := write(a); err != nil {
			return err
		}
		_, err := w.Write(staged(stage, b.Bytes()))
		return err
	}
}

// staged is a line of JSON with its stage: in the object, or around a list.
func staged(stage string, line []byte) []byte {
	head := `{"stage":"` + stage + `",`
	if bytes.HasPrefix(line, []byte("{")) {
		return append([]byte(head), line[1:]...)
	}
	return append(append([]byte(head+`"answer":`), bytes.TrimSpace(line)...), '}', '\n')
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
	separator, s := "", newSheet(w)
	return func(a answered) error {
		if _, err := io.WriteString(w, separator); err != nil {
			return err
		}
		separator = "\n"
		if a.err != nil {
			_, err := fmt.Fprintln(w, s.style.red("error:")+" "+oneLine(a.err.Error()))
			return err
		}
		return s.table(w, a.request, a.response)
	}
}

// textWriter writes the texts alone, best first, as they came.
func textWriter(w io.Writer) func(answered) error {
	return func(a answered) error {
		if a.err != nil {
			return nil // told on standard error
		}
		for i := range a.response.Results {
			if _, err := io.WriteString(w, a.request.Documents[a.response.Results[i].Index].Text+"\n"); err != nil {
				return err
			}
		}
		return nil
	}
}
