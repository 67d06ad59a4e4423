// Command sizing reckons how large a fleet has to be, and holds the formulas to a
// simulation. It writes the tables of SIZING.md from measured figures:
//
//	go run ./server/load --only known --figures server/load/sizing/figures.json
//	go run ./server/load/sizing --write
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	dir := flag.String("dir", "server/load/sizing", "folder of figures.json and SIZING.md")
	write := flag.Bool("write", false, "write the tables into SIZING.md")
	flag.Parse()
	if err := run(*dir, *write); err != nil {
		fmt.Fprintln(os.Stderr, "sizing:", err)
		os.Exit(1)
	}
}

func run(dir string, write bool) error {
	f, err := readFigures(filepath.Join(dir, "figures.json"))
	if err != nil {
		return err
	}
	text := tables(f)
	if !write {
		fmt.Print(text)
		return nil
	}
	path := filepath.Join(dir, "SIZING.md")
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	page, err = replace(page, text)
	if err != nil {
		return err
	}
	return os.WriteFile(path, page, 0o644)
}

// The tables stand between these lines.
const (
	begin = "<!-- made by make sizing -->\n"
	end   = "<!-- end -->\n"
)

// replace the tables of a page.
func replace(page []byte, text string) ([]byte, error) {
	before, rest, found := strings.Cut(string(page), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return nil, fmt.Errorf("SIZING.md has no lines %q and %q", strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return []byte(before + begin + text + end + after), nil
}
