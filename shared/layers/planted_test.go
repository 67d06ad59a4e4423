package layers

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Every rule is shown violations that it must find, in graphs and files that
// exist only here, and legal neighbours that it must leave alone.

func TestPlantedClosures(t *testing.T) {
	const english = snowball + "/english"
	cases := []struct {
		name string
		ways []string // "a > b > c" is an import of b by a and of c by b
		want []string // beginnings of all violations
	}{
		{"formatting", []string{"heuristics > fmt"}, []string{"heuristics imports fmt: ranking is"}},
		{"formatting, far away", []string{"heuristics/text > x.org/a > x.org/b > fmt"},
			[]string{"heuristics/text imports fmt via x.org/a → x.org/b: ranking is"}},
		{"encoding", []string{"heuristics > encoding/binary"}, []string{"heuristics imports encoding/binary: ranking is"}},
		{"a clock", []string{"heuristics > x.org/a > time"}, []string{"heuristics imports time via x.org/a: ranking is"}},
		{"a host", []string{"heuristics > syscall/js"}, []string{"heuristics imports syscall/js: ranking is"}},
		{"a network", []string{"heuristics/text > net/netip"}, []string{"heuristics/text imports net/netip: ranking is"}},
		{"the allowed standard library", []string{"heuristics > strings > unicode", "heuristics > sort > internal/reflectlite"}, nil},
		{"a stemmer built in", []string{"heuristics > heuristics/stem/english"},
			[]string{"heuristics imports heuristics/stem/english: the caller"}},
		{"snowball beside stem", []string{"heuristics > x.org/a > " + english},
			[]string{"heuristics imports " + english + " via x.org/a: the caller"}},
		{"what snowball drags in", []string{"heuristics/stem/english > " + english + " > fmt > os > time"}, nil},
		{"a stemmer that formats", []string{"heuristics/stem/english > fmt"},
			[]string{"heuristics/stem/english imports fmt: ranking is"}},

		{"shared knows a tier", []string{"shared/eval > x.org/a > server/internal/rerank"},
			[]string{"shared/eval imports server/internal/rerank via x.org/a: shared is"}},
		{"one wire format knows the other", []string{"shared/api > shared/frame"},
			[]string{"shared/api imports shared/frame: the two wire formats"}},
		{"a body knows HTTP", []string{"shared/answer > shared/api > shared/wire"}, []string{
			"shared/answer imports shared/wire via shared/api: bodies and ranking",
			"shared/api imports shared/wire: bodies and ranking",
		}},
		{"goldens in a program", []string{"server > x.org/a > shared/golden"},
			[]string{"server imports shared/golden via x.org/a: they are for tests"}},
		{"a wire format knows heuristics", []string{"shared/api > heuristics", "shared/frame > heuristics"}, nil},

		{"backends that log", []string{"server/internal/remote/oip > server/internal/remote > log/slog"}, []string{
			"server/internal/remote imports log/slog: who asks",
			"server/internal/remote/oip imports log/slog via server/internal/remote: who asks",
		}},
		{"backends that know what they are asked", []string{"server/internal/remote > server/internal/token"},
			[]string{"server/internal/remote imports server/internal/token: how backends"}},
		{"a protocol that knows tokens", []string{"server/internal/remote/oip > server/internal/token"}, nil},

		{"JSON in the browser", []string{"wasm/browser > shared/frame > encoding/json"},
			[]string{"wasm/browser imports encoding/json via shared/frame: pure compute"}},
		{"HTTP in the browser through snowball", []string{"wasm/browser > " + english + " > net/http"},
			[]string{"wasm/browser imports net/http via " + english + ": pure compute"}},
		{"crypto in the browser", []string{"wasm/browser > crypto/sha256"},
			[]string{"wasm/browser imports crypto/sha256: pure compute"}},
		{"a host call in the browser", []string{"wasm/browser > syscall/js"},
			[]string{"wasm/browser imports syscall/js: the frame crosses"}},
		{"a stemmer in the browser", []string{"wasm/browser > heuristics/stem/english > " + english + " > os > syscall/js"}, nil},
		{"requests in the browser", []string{"wasm/browser > shared/api"},
			[]string{"wasm/browser imports shared/api: the browser's Wasm"}},

		{"the edge carries the server", []string{"wasm/edge > wasm/internal/gateway > server/internal/cache"}, []string{
			"wasm/edge imports server/internal/cache via wasm/internal/gateway: the edge is",
			"wasm/internal/gateway imports server/internal/cache: the edge is",
		}},
		{"the edge as designed", []string{"wasm/edge > wasm/internal/gateway > shared/wire > shared/api > heuristics", "wasm/internal/gateway > shared/answer"}, nil},
		{"the server carries the edge", []string{"server > x.org/a > wasm/internal/gateway"},
			[]string{"server imports wasm/internal/gateway via x.org/a: the tiers meet"}},
		{"what is kept knows documents", []string{"server/internal/vectors > server/internal/flight > shared/api"}, []string{
			"server/internal/flight imports shared/api: what is kept",
			"server/internal/vectors imports shared/api via server/internal/flight: what is kept",
		}},
		{"a model knows HTTP", []string{"server/internal/lateinteraction > x.org/a > server/internal/httpapi"},
			[]string{"server/internal/lateinteraction imports server/internal/httpapi via x.org/a: a model scores"}},
		{"what models share knows one", []string{"server/internal/modelserving > server/internal/lateinteraction"},
			[]string{"server/internal/modelserving imports server/internal/lateinteraction: they have"}},
		{"a folder of a model is run", []string{"server/internal/modelfiles > x.org/a > server/internal/ort"},
			[]string{"server/internal/modelfiles imports server/internal/ort via x.org/a: what a folder"}},
		{"what is kept as designed", []string{"server/internal/cache > server/internal/flight", "server/internal/vectors > server/internal/rediskv > " + goredis + "/v9"}, nil},
		{"a judge that logs", []string{"server/internal/llm > x.org/a > log/slog"},
			[]string{"server/internal/llm imports log/slog via x.org/a: a judge grades"}},
		{"the engine knows its judge", []string{"server/internal/rerank > server/internal/llm"},
			[]string{"server/internal/rerank imports server/internal/llm: the engine knows"}},
		{"a judge knows the engine", []string{"server/internal/llm > server/internal/rerank"}, nil},
		{"the server embeds the page", []string{"server > web > embed"}, nil},
		{"a span that is sent", []string{"server/internal/tracing > x.org/a > net/http"},
			[]string{"server/internal/tracing imports net/http via x.org/a: whoever notes"}},
		{"spans as designed", []string{"server/internal/tracing/otlp > server/internal/tracing", "server/internal/tracing/otlp > net/http"}, nil},
		{"an experiment asks the network", []string{"server/internal/experiment > x.org/a > net/http"},
			[]string{"server/internal/experiment imports net/http via x.org/a: who sees what"}},
		{"the page decides", []string{"web > heuristics"}, []string{"web imports heuristics: web hands over"}},
	}
	caught := make([]bool, len(closureRules))
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := plantGraph(c.ways)
			var got []string
			for i, r := range closureRules {
				found := r.violations(g)
				caught[i] = caught[i] || len(found) > 0
				got = append(got, found...)
			}
			wantBeginnings(t, got, c.want)
		})
	}
	for i, r := range closureRules {
		if !caught[i] {
			t.Errorf("no planted violation for: %s", r.reason)
		}
	}
}

func plantGraph(ways []string) graph {
	g := graph{}
	for _, way := range ways {
		steps := strings.Split(way, " > ")
		for i, next := range steps[1:] {
			g[steps[i]] = append(g[steps[i]], next)
		}
	}
	return g
}

func TestPlantedImports(t *testing.T) {
	cases := []struct {
		name, file, imports string
		want                []string
	}{
		{"listed", "heuristics/rank.go", "math/bits", nil},
		{"not listed", "heuristics/rank.go", "bufio", []string{"heuristics/rank.go imports bufio, which is not on its list: the same bits"}},
		{"not listed, in a test", "heuristics/rank_test.go", "bufio", nil},
		{"someone else's module", "heuristics/text/fold.go", "golang.org/x/text/unicode/norm",
			[]string{"heuristics/text/fold.go imports golang.org/x/text/unicode/norm, which is not on its list: the same bits"}},

		{"a language", "heuristics/stem/english/english.go", snowball + "/english", nil},
		{"all languages", "heuristics/stem/english/english.go", snowball, []string{
			"heuristics/stem/english/english.go imports " + snowball + ", which is not on its list: a stemmer is",
			"heuristics/stem/english/english.go imports " + snowball + ", which nobody may: the root package",
		}},
		{"a language elsewhere", "server/stem.go", snowball + "/english", []string{
			"server/stem.go imports " + snowball + "/english, which only heuristics/stem/... may: it drags in"}},

		{"workers", "wasm/edge/main.go", workers, nil},
		{"workers elsewhere", "wasm/internal/gateway/serve.go", workers, []string{
			"wasm/internal/gateway/serve.go imports " + workers + ", which only wasm/edge, wasm/edge/bench/glue may: one shell"}},
		{"cloudflare", "wasm/edge/cache_js.go", workers + "/cloudflare/cache", nil},
		{"cloudflare in a native file", "wasm/edge/cache.go", workers + "/cloudflare/cache", []string{
			"wasm/edge/cache.go imports " + workers + "/cloudflare/cache, which only wasm/edge may (in files *_js.go): these packages"}},

		{"onnxruntime", "server/internal/ort/session_cgo.go", onnxruntime, nil},
		{"onnxruntime elsewhere", "server/internal/rerank/score_test.go", onnxruntime, []string{
			"server/internal/rerank/score_test.go imports " + onnxruntime + ", which only server/internal/ort may: cgo"}},

		{"vegeta", "server/load/fire.go", vegeta + "/v12/lib", nil},
		{"vegeta elsewhere", "server/internal/cli/serve.go", vegeta + "/v12/lib", []string{
			"server/internal/cli/serve.go imports " + vegeta + "/v12/lib, which only server/load may: the server carries"}},

		{"the log rotates", "server/internal/querylog/log.go", lumberjack, nil},
		{"another log rotates", "server/internal/cli/serve.go", lumberjack, []string{
			"server/internal/cli/serve.go imports " + lumberjack + ", which only server/internal/querylog may: one log"}},
		{"spans", "server/internal/tracing/otlp/provider.go", otel + "/otel/sdk/trace", nil},
		{"spans elsewhere", "server/internal/rerank/engine.go", otel + "/otel/trace", []string{
			"server/internal/rerank/engine.go imports " + otel + "/otel/trace, which only server/internal/tracing/... may: spans are"}},
		{"a collector for tests, elsewhere", "server/main.go", module + "/server/internal/tracing/otlp/otlptest", []string{
			"server/main.go imports server/internal/tracing/otlp/otlptest, which only server/internal/... may: it is"}},
		{"settings", "server/internal/configfile/read.go", yaml + "/v3", nil},
		{"settings elsewhere", "server/internal/cli/settings.go", yaml + "/v3", []string{
			"server/internal/cli/settings.go imports " + yaml + "/v3, which only server/internal/configfile, server/internal/workflow may: settings are"}},
		{"Claude", "server/internal/llm/client_anthropic.go", anthropic + "/v2/option", nil},
		{"Claude elsewhere", "server/internal/cli/judge.go", anthropic + "/v2", []string{
			"server/internal/cli/judge.go imports " + anthropic + "/v2, which only server/internal/llm may: who else"}},
		{"an endpoint for tests, elsewhere", "server/internal/httpapi/llm.go", module + "/server/internal/llm/llmtest", []string{
			"server/internal/httpapi/llm.go imports server/internal/llm/llmtest, which only server/internal/llm/..., server/internal/cli, server/internal/faults may: it is"}},

		{"backends for tests, elsewhere", "server/internal/httpapi/remote.go", module + "/server/internal/remote/remotetest", []string{
			"server/internal/httpapi/remote.go imports server/internal/remote/remotetest, which only server/internal/remote/..., server/internal/cli may: they are"}},

		{"chi", "server/internal/httpapi/routes.go", chi + "/v5/middleware", nil},
		{"chi elsewhere", "server/serve.go", chi + "/v5", []string{
			"server/serve.go imports " + chi + "/v5, which only server/internal/httpapi may: a router"}},
		{"what the comparison needs", "server/internal/maxsim/query.go", "encoding/binary", nil},
		{"a model in the comparison", "server/internal/maxsim/query.go", onnxruntime, []string{
			"server/internal/maxsim/query.go imports " + onnxruntime + ", which is not on its list: kept vectors are compared",
			"server/internal/maxsim/query.go imports " + onnxruntime + ", which only server/internal/ort may: cgo",
		}},
		{"Redis", "server/internal/rediskv/client.go", goredis + "/v9/logging", nil},
		{"Redis elsewhere", "server/internal/cache/redis_test.go", goredis + "/v9", []string{
			"server/internal/cache/redis_test.go imports " + goredis + "/v9, which only server/internal/rediskv may: what bounds"}},
		{"who may call", "shared/wire/cors.go", cors, nil},
		{"who may call, elsewhere", "wasm/internal/gateway/cors.go", cors, []string{
			"wasm/internal/gateway/cors.go imports " + cors + ", which only shared/wire may: who may call"}},

		{"the page in the server", "server/serve.go", module + "/web", nil},
		{"the page in the edge", "wasm/edge/main.go", module + "/web", []string{
			"wasm/edge/main.go imports web, which only server/..., web/... may: only the server"}},
	}
	caught := map[string]bool{}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := importViolations(t, plantFile(c.file, c.imports), caught)
			wantBeginnings(t, got, c.want)
		})
	}
	for _, reason := range importReasons() {
		if !caught[reason] {
			t.Errorf("no planted violation for: %s", reason)
		}
	}
}

// plantFile is a tree of one file that is built for no platform at all.
func plantFile(name, imports string) fstest.MapFS {
	text := "//go:build never\n\npackage " + path.Base(path.Dir(name)) + "\n\nimport _ \"" + imports + "\"\n"
	return fstest.MapFS{name: {Data: []byte(text)}}
}

func importViolations(t *testing.T, tree fstest.MapFS, caught map[string]bool) []string {
	t.Helper()
	lines, err := readImports(tree)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	note := func(reason string, found []string) {
		caught[reason] = caught[reason] || len(found) > 0
		all = append(all, found...)
	}
	for _, r := range allowRules {
		note(r.reason, r.violations(lines))
	}
	for _, r := range ownerRules {
		note(r.reason, r.violations(lines))
	}
	return all
}

func importReasons() []string {
	var out []string
	for _, r := range allowRules {
		out = append(out, r.reason)
	}
	for _, r := range ownerRules {
		out = append(out, r.reason)
	}
	return out
}

// Folders that the go command skips are skipped here too.
func TestPlantedInSkippedFolders(t *testing.T) {
	for _, folder := range []string{"testdata", "node_modules", ".git", "_old"} {
		got := importViolations(t, plantFile("server/"+folder+"/a.go", chi), map[string]bool{})
		wantBeginnings(t, got, nil)
	}
}

func TestPlantedStart(t *testing.T) {
	cases := []struct {
		name, body string
		want       []string
	}{
		{"a call", "var table = build()", []string{"p.go:3: var table calls build before main: start-up"}},
		{"a call in a group", "var (\n\ta = 1\n\tb, c = a, build()\n)", []string{"p.go:5: var b calls build before main"}},
		{"a call inside a value", "var m = map[int][]int{1: build()}", []string{"p.go:3: var m calls build before main"}},
		{"a blank variable", "var _ = build()", []string{"p.go:3: var _ calls build before main"}},
		{"a method", "var n = number(1).twice()", []string{"p.go:3: var n calls number(1).twice before main"}},
		{"a generic function", "var n = same[int](1)", []string{"p.go:3: var n calls same[int] before main"}},
		{"another package's function", "var s = strings.Fields(\"a b\")", []string{"p.go:3: var s calls strings.Fields before main"}},
		{"a literal called", "var f = func() int { return 1 }()", []string{"p.go:3: var f calls (func() int literal) before main"}},
		{"make", "var m = make(map[int]int)", []string{"p.go:3: var m calls make before main"}},
		{"another New", "var e = errorsNew.New(\"a\")\ntype maker struct{}\nfunc (maker) New(string) error { return nil }\nvar errorsNew maker",
			[]string{"p.go:3: var e calls errorsNew.New before main"}},
		{"init", "func init() { build() }", []string{"p.go:3: func init runs before main"}},

		{"errors.New", "var err = errors.New(\"a\")", nil},
		{"a conversion", "var n = number(len(\"abc\"))", nil},
		{"a conversion to bytes", "var b = []byte(\"abc\")", nil},
		{"new", "var n = new(number)", nil},
		{"a function kept for later", "var f = func() []int { return build() }", nil},
		{"a method kept for later", "var f = number.twice", nil},
		{"a call in a function", "func g() { var a = build(); _ = a }", nil},
		{"a method called init", "func (number) init() {}", nil},
	}
	fset := token.NewFileSet()
	library := importer.ForCompiler(fset, "source", nil) // reads each package of it once
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			wantBeginnings(t, startRules[0].violations(plantSource(t, fset, library, c.body)), c.want)
		})
	}
}

func plantSource(t *testing.T, fset *token.FileSet, library types.Importer, body string) source {
	t.Helper()
	const frame = `
func build() []int             { _, _ = errors.New, strings.Fields; return nil }
func same[T any](v T) T        { return v }
type number int
func (n number) twice() number { return 2 * n }
`
	file, err := parser.ParseFile(fset, "p.go", "package p; import \"errors\"; import \"strings\"\n\n"+body+frame, 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: library}
	if _, err := conf.Check("p", fset, []*ast.File{file}, info); err != nil {
		t.Fatal(err)
	}
	return source{fset, []*ast.File{file}, info}
}

// What the rules see is the tree as the go command sees it, per platform.
func TestPlantedInTheTree(t *testing.T) {
	needsTree(t)
	overlay := map[string]string{
		"heuristics/planted/planted.go": "package planted\n",
		"heuristics/planted/a_js.go":    "package planted\n\nimport _ \"" + module + "/heuristics/planted/far\"\n",
		"heuristics/planted/far/a.go":   "package far\n\nimport _ \"fmt\"\n",
		"wasm/edge/main.go":             "package main\n\nimport _ \"" + module + "/server/planted\"\n\nfunc main() {}\n",
		"server/planted/planted.go":     "package planted\n",
		"server/planted/a_linux.go":     "package planted\n\nimport _ \"" + module + "/wasm/planted\"\n",
		"wasm/planted/planted.go":       "package planted\n",
		"wasm/planted/a_test.go":        "package planted\n\nimport _ \"" + module + "/server/planted\"\n",
		"heuristics/testdata/bad.go":    "package bad\n\nimport _ \"os\"\n",
	}
	want := map[string][]string{
		"linux": {
			"heuristics/planted/far imports fmt",
			"server/planted imports wasm/planted",
			"wasm/edge imports server/planted",
		},
		"js": {
			"heuristics/planted imports fmt via heuristics/planted/far",
			"heuristics/planted/far imports fmt",
			"wasm/edge imports server/planted",
		},
	}
	for _, p := range platforms {
		t.Run(p.name, func(t *testing.T) {
			before, after := loadGraph(t, p, nil), loadGraph(t, p, overlay)
			got := map[string]bool{}
			for _, r := range closureRules {
				for _, v := range r.violations(after) {
					got[v] = true
				}
				for _, v := range r.violations(before) {
					delete(got, v)
				}
			}
			wantBeginnings(t, slices.Sorted(maps.Keys(got)), want[p.name])
		})
	}
}

func wantBeginnings(t *testing.T, got, want []string) {
	t.Helper()
	ok := slices.EqualFunc(got, want, func(g, w string) bool { return strings.HasPrefix(g, w) })
	if !ok {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}
