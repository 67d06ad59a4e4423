package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/server/internal/hub"
)

// modelsListCmd lists the catalogue and the cache.
type modelsListCmd struct {
	hubFlags `embed:""`
	JSON     bool `name:"json" env:"-" help:"Print it as JSON."`
}

// Help implements kong.HelpProvider.
func (modelsListCmd) Help() string {
	return `Sizes are those of the fp32 ONNX file, nDCG@10 is that of TREC DL 2019 as the authors publish it. A model is pinned once it has been pulled here: its name then stands for that commit. One that is built in is there already.

  splitrank models list
  splitrank models list --json`
}

// Run lists.
func (c *modelsListCmd) Run(env *Env) error {
	h, err := c.hub()
	if err != nil {
		return err
	}
	models, err := h.List()
	if err != nil {
		return err
	}
	if c.JSON {
		return writeModelsJSON(env.Stdout, models)
	}
	return writeModels(env.Stdout, models, terminalWidth(env.Stdout))
}

func writeModels(w io.Writer, models []hub.Listed, width int) error {
	// The notes of a model go below its row, so the rows are laid out first.
	var rows strings.Builder
	tab := tabwriter.NewWriter(&rows, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "model\tsize\tlanguages\tlicense\there")
	for _, m := range models {
		fmt.Fprintf(tab, "%s\t%s\t%s\t%s\t%s\n", modelName(m.Entry), modelSize(m.Entry), languages(m.Entry), orDash(m.Entry.License), here(m))
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSuffix(rows.String(), "\n"), "\n")
	fmt.Fprintln(w, cut(lines[0], width))
	for i, m := range models {
		if _, err := fmt.Fprintln(w, cut(lines[i+1], width)+folded(notes(m.Entry), width)); err != nil {
			return err
		}
	}
	return nil
}

// modelName is what one types: short where the catalogue knows it.
func modelName(e hub.Entry) string {
	if e.Purpose == "" {
		return e.ID
	}
	return e.Name()
}

func modelSize(e hub.Entry) string {
	if e.Bytes == 0 {
		return "-"
	}
	return hub.Bytes(e.Bytes)
}

// manyLanguages do not fit a column: they are named below.
const manyLanguages = 4

func languages(e hub.Entry) string {
	if len(e.Languages) > manyLanguages {
		return fmt.Sprint(len(e.Languages))
	}
	return orDash(strings.Join(e.Languages, " "))
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func here(m hub.Listed) string {
	l := m.Local
	switch {
	case m.Builtin:
		return "inside the program"
	case l == nil:
		return "no"
	}
	const abbreviated = 12
	text := fmt.Sprintf("%s at %s, %s", strings.Join(l.Variants, " "), l.Commit[:abbreviated], hub.Bytes(l.Bytes))
	if !l.Pinned {
		text += ", not pinned"
	}
	return text
}

// folded breaks indented lines between words, where they are wider than width.
func folded(text string, width int) string {
	const indent = "    "
	var out strings.Builder
	for _, line := range strings.Split(text, "\n")[min(1, len(text)):] {
		at := 0
		for i, word := range strings.Fields(line) {
			switch {
			case i == 0 || at+1+columns(word) > width:
				out.WriteString("\n" + indent + word)
				at = len(indent) + columns(word)
			default:
				out.WriteString(" " + word)
				at += 1 + columns(word)
			}
		}
	}
	return out.String()
}

func notes(e hub.Entry) string {
	text := ""
	if e.Purpose != "" {
		text += "\n    " + e.Purpose
	}
	if e.NDCG10 != 0 {
		text += fmt.Sprintf("; nDCG@10 %.2f", e.NDCG10)
	}
	if len(e.Languages) > manyLanguages {
		text += "\n    languages: " + strings.Join(e.Languages, " ")
	}
	if e.Warning != "" {
		text += "\n    warning: " + e.Warning
	}
	return text
}

// listedModel is a model for programs.
type listedModel struct {
	ID        string       `json:"id"`
	Name      string       `json:"name"`
	Former    []string     `json:"former,omitempty"`
	Purpose   string       `json:"purpose,omitempty"`
	Bytes     int64        `json:"size_bytes,omitzero"`
	Languages []string     `json:"languages,omitempty"`
	License   string       `json:"license,omitempty"`
	NDCG10    float64      `json:"ndcg@10_dl19,omitzero"`
	Warning   string       `json:"warning,omitempty"`
	Builtin   bool         `json:"inside,omitzero"`
	Local     *listedLocal `json:"local,omitempty"`
}

type listedLocal struct {
	Commit   string   `json:"commit"`
	Pinned   bool     `json:"pinned"`
	Dir      string   `json:"dir"`
	Variants []string `json:"variants"`
	Bytes    int64    `json:"size_bytes"`
}

func writeModelsJSON(w io.Writer, models []hub.Listed) error {
	all := make([]listedModel, len(models))
	for i, m := range models {
		e := m.Entry
		all[i] = listedModel{ID: e.ID, Name: modelName(e), Former: e.Former, Purpose: e.Purpose, Bytes: e.Bytes,
			Languages: e.Languages, License: e.License, NDCG10: e.NDCG10, Warning: e.Warning, Builtin: m.Builtin}
		if m.Local != nil {
			local := listedLocal(*m.Local)
			all[i].Local = &local
		}
	}
	text, err := json.Marshal(all, jsontext.WithIndent("  "))
	if err != nil {
		return fmt.Errorf("writing the list: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}
