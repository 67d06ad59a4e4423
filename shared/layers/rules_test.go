package layers

// A closureRule bans packages from everything that others reach, however they
// get there. Tests are not followed.
type closureRule struct {
	from   patterns
	except patterns // members of from that the rule leaves alone
	cut    patterns // packages whose own imports are not followed; see RATIONALE: why-snowballs-imports-are-not-followed
	ban    patterns
	later  bool // from may match nothing yet
	reason string
}

// An allowRule lists all that packages may import directly, under any build
// tag. Tests are free.
type allowRule struct {
	from   patterns
	except patterns
	allow  patterns
	reason string
}

// An ownerRule names the only packages, their tests included, that may import
// what is owned, and how the files that do so must be called.
type ownerRule struct {
	owned  patterns
	owners patterns // none = nobody may
	suffix string   // of the file names, "" = any
	reason string
}

// A startRule forbids work before main: package-level variables that call a
// function, and func init.
type startRule struct {
	in     patterns
	allow  []string // functions that may be called all the same
	reason string
}

const (
	snowball    = "github.com/kljensen/snowball"
	workers     = "github.com/syumai/workers"
	cors        = "github.com/go-chi/cors"
	onnxruntime = "github.com/yalue/onnxruntime_go"
	chi         = "github.com/go-chi/chi"
	vegeta      = "github.com/tsenart/vegeta"
	goredis     = "github.com/redis/go-redis"
	anthropic   = "github.com/anthropics/anthropic-sdk-go"
	yaml        = "go.yaml.in/yaml"
	otel        = "go.opentelemetry.io"
	lumberjack  = "gopkg.in/natefinch/lumberjack.v2"
)

// pureStandard is what ranking needs of the standard library.
var pureStandard = patterns{
	"cmp", "container/heap", "errors", "hash/fnv", "iter", "maps", "math", "math/bits",
	"slices", "sort", "strconv", "strings", "unicode", "unicode/utf8",
}

// snowballLanguages are the seven packages of snowball that stem a language.
var snowballLanguages = patterns{
	snowball + "/english", snowball + "/french", snowball + "/hungarian", snowball + "/norwegian",
	snowball + "/russian", snowball + "/spanish", snowball + "/swedish",
}

var closureRules = []closureRule{
	{
		from: patterns{"heuristics/..."},
		cut:  patterns{snowball + "/..."},
		ban: patterns{
			"context", "embed", "encoding/...", "flag", "fmt", "io/fs", "log/...", "net/...", "os/...",
			"reflect", "regexp/...", "syscall/...", "testing/...", "time/...",
		},
		reason: "ranking is data in, data out, and each of these adds 50 to 340 KiB to the compressed Wasm; only snowball may drag them in",
	},
	{
		from:   patterns{"heuristics/..."},
		except: patterns{"heuristics/stem/..."},
		ban:    patterns{"heuristics/stem/...", snowball + "/..."},
		reason: "the caller passes its stemmers in, so that a build carries only those it pays for",
	},
	{
		from:   patterns{"shared/..."},
		ban:    patterns{"server/...", "wasm/...", "web/..."},
		reason: "shared is what the tiers agree on and knows none of them",
	},
	{
		from:   patterns{"shared/api", "shared/frame"},
		ban:    patterns{"shared/api", "shared/frame", "shared/eval/..."},
		reason: "the two wire formats know only the types of heuristics, so that each tier carries one",
	},
	{
		from:   patterns{"heuristics/...", "server/...", "shared/...", "wasm/..."},
		ban:    patterns{"shared/frame/frametest", "shared/golden"},
		reason: "they are for tests, which no rule follows",
	},
	{
		from:   patterns{"wasm/browser"},
		ban:    patterns{"crypto/...", "encoding/json/...", "net/...", "regexp/..."},
		reason: "pure compute needs none of it, and each adds 160 KiB or more to the compressed download",
	},
	{
		from:   patterns{"wasm/browser"},
		cut:    patterns{snowball + "/..."},
		ban:    patterns{"fmt", "log/...", "os/...", "reflect", "syscall/js", "testing/...", "time/..."},
		reason: "the frame crosses as bytes in memory; what snowball drags in is allowed to snowball only",
	},
	{
		from:   patterns{"shared/api", "shared/frame", "shared/answer"},
		ban:    patterns{"shared/wire"},
		reason: "bodies and ranking know no HTTP",
	},
	{
		from:   patterns{"wasm/browser"},
		ban:    patterns{"server/...", "shared/api", "shared/eval/...", "shared/answer", "shared/wire", "wasm/edge/...", "wasm/internal/gateway/...", "web/..."},
		reason: "the browser's Wasm is heuristics behind shared/frame and nothing more, but for a stack that suffices",
	},
	{
		from:   patterns{"wasm/edge/...", "wasm/internal/..."},
		ban:    patterns{"server/...", "shared/eval/...", "shared/frame", "wasm/browser/...", "web/..."},
		later:  true,
		reason: "the edge is a gateway over heuristics and shared/api; it meets the server over HTTP only",
	},
	{
		from:   patterns{"server/..."},
		ban:    patterns{"wasm/..."},
		reason: "the tiers meet over HTTP and in shared, so that either can be deployed without the other",
	},
	{
		from: patterns{"server/internal/vectors", "server/internal/rediskv", "server/internal/flight"},
		ban: patterns{
			"heuristics/...", "shared/...", "server/model/...", "server/internal/batch", "server/internal/cache", "server/internal/cli",
			"server/internal/crossencoder/...", "server/internal/httpapi", "server/internal/ort/...", "server/internal/rerank", "server/internal/token/...",
		},
		reason: "what is kept are bytes under digests: whoever made them knows what they mean",
	},
	{
		from:   patterns{"server/internal/llm"},
		cut:    patterns{anthropic + "/...", "github.com/maypok86/otter/..."},
		ban:    patterns{"server/internal/cli", "server/internal/httpapi", "server/internal/cache", "server/internal/crossencoder", "server/internal/ort", "log/slog"},
		reason: "a judge grades texts that it is given; it logs nothing, because what it knows must stand in no log",
	},
	{
		from:   patterns{"server/internal/rerank"},
		ban:    patterns{"server/internal/llm/...", "net/http/..."},
		reason: "the engine knows a Judge, not who that is",
	},
	{
		from:   patterns{"server/internal/tracing"},
		ban:    patterns{"net/http/...", "log/...", "server/internal/tracing/otlp/...", "heuristics/...", "shared/..."},
		reason: "whoever notes a span carries neither a network nor an SDK, and hands over counts and words only",
	},
	{
		from:   patterns{"server/internal/experiment/..."},
		ban:    patterns{"net/http/...", "server/internal/exposure", "server/internal/httpapi", "server/internal/querylog", "server/internal/rerank", "server/internal/ubi", "shared/..."},
		reason: "who sees what, and what it means, is data in, data out, so that the log alone replays it",
	},
	{
		from: patterns{"server/internal/lateinteraction", "server/internal/crossencoder"},
		ban: patterns{
			"server/internal/cache", "server/internal/cli", "server/internal/evaluation", "server/internal/httpapi", "server/internal/tune",
		},
		reason: "a model scores pairs for whoever asks",
	},
	{
		from: patterns{"server/internal/modelfiles", "server/internal/modelserving"},
		ban: patterns{
			"server/internal/cache", "server/internal/cli", "server/internal/crossencoder", "server/internal/httpapi",
			"server/internal/lateinteraction", "server/internal/maxsim", "server/internal/rerank", "server/internal/vectors",
		},
		reason: "they have what all kinds of model share, and know none of them",
	},
	{
		from:   patterns{"server/internal/modelfiles"},
		ban:    patterns{"server/internal/batch", "server/internal/modelserving", "server/internal/ort/..."},
		reason: "what a folder of a model says is read without running it",
	},
	{
		from: patterns{"server/internal/remote/..."},
		ban: patterns{
			"server/internal/cache", "server/internal/cli", "server/internal/crossencoder", "server/internal/evaluation", "server/internal/httpapi",
			"server/internal/lateinteraction", "server/internal/llm/...", "log/slog",
		},
		reason: "who asks another process for scores is a model like any other; what it hears of backends goes to hooks, so that no text and no key reaches a log",
	},
	{
		from:   patterns{"server/internal/remote"},
		ban:    patterns{"server/internal/batch", "server/internal/ort/...", "server/internal/rerank", "server/internal/token"},
		reason: "how backends are chosen and bounded is the same whatever they are asked",
	},
	{
		from:   patterns{"web/..."},
		ban:    patterns{"heuristics/...", "server/...", "shared/...", "wasm/..."},
		reason: "web hands over built files; it decides nothing",
	},
}

var allowRules = []allowRule{
	{
		from:   patterns{"heuristics/..."},
		except: patterns{"heuristics/stem/..."},
		allow:  append(patterns{"heuristics/..."}, pureStandard...),
		reason: "the same bits everywhere and a small Wasm come from a short list; add to it with a measurement",
	},
	{
		from:   patterns{"heuristics/stem/..."},
		allow:  append(append(patterns{"heuristics/..."}, pureStandard...), snowballLanguages...),
		reason: "a stemmer is one language of snowball; its root package links all seven",
	},
	{
		from:   patterns{"server/internal/maxsim"},
		allow:  patterns{"encoding/binary", "fmt", "golang.org/x/sys/cpu", "math"},
		reason: "kept vectors are compared in pure Go: no model, no cgo and no file, so that every store and model can share it",
	},
}

var ownerRules = []ownerRule{
	{
		owned:  patterns{snowball + "/..."},
		owners: patterns{"heuristics/stem/..."},
		reason: "it drags in fmt, os, testing and log, which only a build that asks for that language should pay",
	},
	{
		owned:  patterns{snowball},
		reason: "the root package links all seven languages; import one by its own package",
	},
	{
		owned:  patterns{workers + "/..."},
		owners: patterns{"wasm/edge", "wasm/edge/bench/glue"},
		reason: "one shell around Cloudflare keeps the gateway a plain http.Handler that is tested natively",
	},
	{
		owned:  patterns{workers + "/cloudflare/..."},
		owners: patterns{"wasm/edge"},
		suffix: "_js.go",
		reason: "these packages do not compile natively",
	},
	{
		owned:  patterns{onnxruntime + "/..."},
		owners: patterns{"server/internal/ort"},
		reason: "cgo in one place, whose stub keeps CGO_ENABLED=0 building",
	},
	{
		owned:  patterns{vegeta + "/..."},
		owners: patterns{"server/load"},
		reason: "the server carries no load generator",
	},
	{
		owned:  patterns{anthropic + "/..."},
		owners: patterns{"server/internal/llm"},
		reason: "who else spoke to a model of somebody else's could send texts that nobody allowed",
	},
	{
		owned:  patterns{"server/internal/llm/llmtest"},
		owners: patterns{"server/internal/llm/...", "server/internal/cli", "server/internal/faults"},
		reason: "it is an endpoint for tests",
	},
	{
		owned:  patterns{otel + "/..."},
		owners: patterns{"server/internal/tracing/..."},
		reason: "spans are made and sent in one place, which lets no text into them",
	},
	{
		owned:  patterns{"server/internal/tracing/otlp/otlptest"},
		owners: patterns{"server/internal/..."},
		reason: "it is a collector for tests",
	},
	{
		owned:  patterns{yaml + "/..."},
		owners: patterns{"server/internal/configfile", "server/internal/workflow"},
		reason: "settings are the only YAML, beside a workflow that a test reads, and plain words elsewhere",
	},
	{
		owned:  patterns{"server/internal/remote/remotetest"},
		owners: patterns{"server/internal/remote/...", "server/internal/cli"},
		reason: "they are backends for tests",
	},
	{
		owned:  patterns{lumberjack},
		owners: patterns{"server/internal/querylog"},
		reason: "one log rotates; what goes into it is plain records elsewhere",
	},
	{
		owned:  patterns{chi + "/..."},
		owners: patterns{"server/internal/httpapi"},
		reason: "a router is one package's choice; handlers elsewhere are plain net/http",
	},
	{
		owned:  patterns{goredis + "/..."},
		owners: patterns{"server/internal/rediskv"},
		reason: "what bounds its replies and leaves a dead server alone is written once",
	},
	{
		owned:  patterns{cors + "/..."},
		owners: patterns{"shared/wire"},
		reason: "who may call is decided alike by server and edge",
	},
	{
		owned:  patterns{"web/..."},
		owners: patterns{"server/...", "web/..."},
		reason: "only the server embeds the page",
	},
}

var startRules = []startRule{
	{
		in:     patterns{"heuristics/...", "shared/...", "wasm/..."},
		allow:  []string{"errors.New"},
		reason: "start-up is paid by every isolate and every page; write the value out or build it on first use",
	},
}
