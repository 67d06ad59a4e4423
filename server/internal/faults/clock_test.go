package faults

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// byTheClock may look at the wall clock, which steps when it is set, and for what.
var byTheClock = map[string]string{
	"server/internal/cli/info.go: at.Unix":          "when a model was loaded, to be told",
	"shared/wire/answer.go: time.Now().Unix":        "when an answer was made, to be told",
	"server/internal/hub/status.go: http.ParseTime": "a hub names the time to ask again; the wait is bounded",
	"server/internal/hub/retry.go: wait.Round":      "a duration, to be told",

	"server/deploy/image/layer.go: time.Unix":                                   "the same date for every file of an image",
	"server/deploy/image/main.go: time.Unix":                                    "when a commit was made, to be told",
	"server/deploy/image/main.go: time.Unix().UTC":                              "when a commit was made, to be told",
	"server/internal/batch/errors.go: e.Forecast.Round":                         "a duration, to be told",
	"server/internal/batch/errors.go: e.Left.Round":                             "a duration, to be told",
	"server/internal/cli/judge.go: file.Truncate":                               "a file",
	"server/internal/remote/client.go: http.ParseTime":                          "a backend names the time to ask again; the wait is bounded",
	"server/internal/cli/eval.go: time.Now().UTC":                               "when a report was made, to be told",
	"server/internal/cli/eval.go: time.Now().UTC().Truncate":                    "when a report was made, to be told",
	"server/internal/cli/progress.go: now().Sub().Round":                        "a duration, to be told",
	"server/internal/experiment/impression.go: *ast.IndexExpr.Time.Unix":        "times of a log, from other processes",
	"server/internal/experiment/report/report.go: template.New().Funcs().Parse": "a template",
	"server/internal/experiment/report/report.go: t.UTC":                        "times of a log, to be told",
	"server/internal/llm/budget.go: p.now().UTC":                                "the day that money is counted by is one of the calendar",
	"server/internal/llm/prices.go: time.Parse":                                 "the date of a price list",
	"server/internal/llm/transport.go: http.ParseTime":                          "an endpoint names the time to ask again; the wait is bounded",
	"server/internal/querylog/join.go: time.Parse":                              "times of a log",
	"server/internal/ubi/decode.go: time.Parse":                                 "times of events, from other machines",
	"server/internal/ubi/decode.go: t.UTC":                                      "times of events, from other machines",
	"server/internal/ubi/queryid.go: now.Unix":                                  "when an id was given out, which outlives the process; signed",
	"server/internal/ubi/queryid.go: time.Unix":                                 "when an id was given out, which outlives the process; signed",
	"server/internal/vectors/clock.go: c.now().Unix":                            "when a value was kept, which outlives the process; one further ahead than it may be old is dropped",
}

// wallClock are the functions and methods that make a time of the wall clock, or
// take from one the monotonic reading that time.Now gives it. What compares
// times, deadlines, TTLs and rates, goes by that reading: a clock that is set
// forward or back ends nothing early and keeps nothing for ever.
var wallClock = map[string]bool{
	"Round": true, "Truncate": true, "UTC": true, "Local": true, "In": true, "Unix": true, "UnixNano": true, "UnixMilli": true,
	"UnixMicro": true, "ParseTime": true, "Date": true, "Parse": true, "ParseInLocation": true, "AddDate": true,
}

// TestClockSteps: nothing that is compared comes from the wall clock.
func TestClockSteps(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	seen := map[string]bool{}
	for _, dir := range []string{"server", "shared", "wasm", "heuristics"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(filepath.ToSlash(path), "/testdata/") {
				return err
			}
			name, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			for _, use := range usesOfWallClock(t, path) {
				key := filepath.ToSlash(name) + ": " + use
				if seen[key] = true; byTheClock[key] == "" {
					t.Errorf("%s: time that is compared needs its monotonic reading; what is only told goes into byTheClock", key)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for key := range byTheClock {
		if !seen[key] {
			t.Errorf("%s is not there any more", key)
		}
	}
}

// usesOfWallClock in a file that knows package time.
func usesOfWallClock(t *testing.T, path string) (uses []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	imports := map[string]bool{}
	for _, i := range file.Imports {
		imports[strings.Trim(i.Path.Value, `"`)] = true
	}
	if !imports["time"] {
		return nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if f, ok := call.Fun.(*ast.SelectorExpr); ok && wallClock[f.Sel.Name] && !ofOtherPackage(f.X, imports) {
			uses = append(uses, written(f))
		}
		return true
	})
	return uses
}

// ofOtherPackage reports that x names a package such as math, whose Round is another.
func ofOtherPackage(x ast.Expr, imports map[string]bool) bool {
	id, ok := x.(*ast.Ident)
	if !ok || id.Name == "time" || id.Name == "http" {
		return false
	}
	for path := range imports {
		if path == id.Name || strings.HasSuffix(path, "/"+id.Name) {
			return true
		}
	}
	return false
}

// written is an expression of names and calls as it stands in the source.
func written(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return written(x.X) + "." + x.Sel.Name
	case *ast.CallExpr:
		return written(x.Fun) + "()"
	}
	return fmt.Sprintf("%T", x)
}
