package tracing

// Names of spans.
const (
	Admission  = "admission"  // of a request: its body has come, is decoded and has a place
	Worker     = "worker"     // the wait for one
	Heuristics = "heuristics" // rank and trim
	Score      = "score"      // a model's part
	Cache      = "cache"      // the look for scores that are remembered
	Vectors    = "vectors"    // the look for vectors that are kept
	Compare    = "compare"    // the query with kept vectors
	Tokenize   = "tokenize"
	Queue      = "queue"     // the wait for the model
	ModelRun   = "model run" // of a batch
	Merge      = "merge"     // of all scores into one list
	Judge      = "judge"     // the large language model's part
)

// Attributes of spans, beside those of OpenTelemetry's conventions.
const (
	Documents = "splitrank.documents"
	Found     = "splitrank.found"
	Kept      = "splitrank.kept"
	Asked     = "splitrank.asked"
	Requests  = "splitrank.requests"
	Pairs     = "splitrank.pairs"
	Tokens    = "splitrank.tokens"
	Padded    = "splitrank.tokens.padded"
	Model     = "splitrank.model"
	Pipeline  = "splitrank.pipeline"
	Degraded  = "splitrank.degraded"
	Reason    = "splitrank.degraded.reason"
	Code      = "splitrank.code"
	Calls     = "splitrank.llm.calls"
)

// Attributes by OpenTelemetry's conventions, semconv 1.43 for HTTP. Those of large
// language models are in development.
const (
	ErrorType       = "error.type"
	Method          = "http.request.method"
	Route           = "http.route"
	Status          = "http.response.status_code"
	Scheme          = "url.scheme"
	Protocol        = "network.protocol.version"
	ServerAddress   = "server.address"
	ServerPort      = "server.port"
	GenAIOperation  = "gen_ai.operation.name"
	GenAIProvider   = "gen_ai.provider.name"
	GenAIModel      = "gen_ai.request.model"
	GenAITokensIn   = "gen_ai.usage.input_tokens"
	GenAITokensOut  = "gen_ai.usage.output_tokens"
	GenAIChat       = "chat"
	MethodOfAnother = "_OTHER"
)
