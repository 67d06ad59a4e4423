package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/vectors"
)

// vectorsCmd is the family of commands about kept vectors.
type vectorsCmd struct {
	Stat  vectorsStatCmd  `cmd:"" help:"Say what is kept, where, and by whom it is in use."`
	Clear vectorsClearCmd `cmd:"" help:"Forget all that is kept on this machine."`
}

// Help implements kong.HelpProvider.
func (vectorsCmd) Help() string {
	return `What a model has read of documents is kept on this machine, so that a document is read once. It can be had anew at the cost of reading.

  splitrank vectors stat
  splitrank vectors clear`
}

// vectorsStatCmd looks at the folder.
type vectorsStatCmd struct {
	vectorsDirFlags `embed:""`
	JSON            bool `name:"json" env:"-" help:"Print it as JSON."`
}

// Help implements kong.HelpProvider.
func (vectorsStatCmd) Help() string {
	return `It changes nothing, and can be asked while a server uses the folder. A folder that is missing is empty.

  splitrank vectors stat
  splitrank vectors stat --vectors-dir DIR --json`
}

// Run looks.
func (c *vectorsStatCmd) Run(env *Env) error {
	dir, err := c.dir()
	if err != nil {
		return err
	}
	f, err := vectors.Inspect(dir)
	if err != nil {
		return fmt.Errorf("looking at vectors: %w", err)
	}
	if c.JSON {
		return writeFolderJSON(env.Stdout, f)
	}
	return writeFolder(env.Stdout, f)
}

func writeFolder(w io.Writer, f vectors.Folder) error {
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tab, "folder\t%s\n", oneLine(f.Dir))
	fmt.Fprintf(tab, "documents\t%d\n", f.Entries)
	fmt.Fprintf(tab, "size\t%s\n", hub.Bytes(f.Bytes))
	fmt.Fprintf(tab, "formats\t%s\n", oneLine(orDash(strings.Join(f.Formats, ", "))))
	fmt.Fprintf(tab, "in use\t%s\n", usedBy(f))
	return tab.Flush()
}

func usedBy(f vectors.Folder) string {
	switch {
	case !f.InUse:
		return "no"
	case f.Process == "":
		return "yes"
	}
	return "by process " + f.Process
}

// folderState is a folder for programs.
type folderState struct {
	Dir       string   `json:"dir"`
	Documents int      `json:"documents"`
	Bytes     int64    `json:"size_bytes"`
	Formats   []string `json:"formats"`
	InUse     bool     `json:"in_use"`
}

func writeFolderJSON(w io.Writer, f vectors.Folder) error {
	text, err := json.Marshal(folderState{f.Dir, f.Entries, f.Bytes, f.Formats, f.InUse}, jsontext.WithIndent("  "))
	if err != nil {
		return fmt.Errorf("writing what is kept: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}

// vectorsClearCmd empties the folder.
type vectorsClearCmd struct {
	vectorsDirFlags `embed:""`
}

// Help implements kong.HelpProvider.
func (vectorsClearCmd) Help() string {
	return `Removes the vectors of all models and versions in the folder, and no other files. It fails while a server uses the folder. A Redis that machines share keeps what it has.

  splitrank vectors clear`
}

// Run empties it.
func (c *vectorsClearCmd) Run(env *Env) error {
	dir, err := c.dir()
	if err != nil {
		return err
	}
	held, err := vectors.Remove(dir)
	if err != nil {
		return fmt.Errorf("clearing vectors: %w", err)
	}
	_, err = fmt.Fprintf(env.Stdout, "removed %d documents, %s, from %s\n", held.Entries, hub.Bytes(held.Bytes), oneLine(dir))
	return err
}
