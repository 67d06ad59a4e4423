package cli

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/notices"
)

// versionCmd prints what this program is.
type versionCmd struct {
	JSON     bool `name:"json" env:"-" help:"Print it as JSON."`
	Licenses bool `env:"-" help:"Print the licences of everything that ships in this program."`
}

// Help implements kong.HelpProvider.
func (versionCmd) Help() string {
	return "Equal scorers give equal scores for equal requests, on every platform and in the browser."
}

// build is what the compiler wrote into this program.
type build struct {
	// Version of the module, "(devel)" for one that was not installed by version.
	Version string `json:"version"`
	// Commit it was built from; "" = unknown.
	Commit string `json:"commit,omitzero"`
	// Modified says that the files differed from the commit.
	Modified bool   `json:"modified,omitzero"`
	Scorer   string `json:"scorer"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func thisBuild() build {
	b := build{Version: "(devel)", Scorer: scorer(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// Run prints the version.
func (c *versionCmd) Run(env *Env) error {
	if c.Licenses {
		_, err := io.WriteString(env.Stdout, notices.Text())
		return err
	}
	b := thisBuild()
	if c.JSON {
		line, err := json.Marshal(b)
		if err != nil {
			return fmt.Errorf("writing the version: %w", err)
		}
		_, err = fmt.Fprintf(env.Stdout, "%s\n", line)
		return err
	}
	_, err := fmt.Fprintln(env.Stdout, b)
	return err
}

// String is what --version prints too.
func (b build) String() string {
	return fmt.Sprintf("splitrank %s\nscorer %s\ncommit %s\ngo %s %s", b.Version, b.Scorer, b.commit(), b.Go, b.Platform)
}

func (b build) commit() string {
	switch {
	case b.Commit == "":
		return "unknown"
	case b.Modified:
		return b.Commit + ", modified"
	}
	return b.Commit
}
