package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/splitrank/splitrank/server/internal/httpapi"
	"github.com/splitrank/splitrank/server/internal/limitedfile"
	"github.com/splitrank/splitrank/server/internal/llm"
	"github.com/splitrank/splitrank/server/internal/rediskv"
	"github.com/splitrank/splitrank/server/internal/rerank"
)

// llmFlags say which large language model may be asked, where, and for how much.
// Nothing is sent without --llm-model.
type llmFlags struct {
	LLM              string        `name:"llm-model" placeholder:"MODEL" help:"Large language model for pipeline llm, such as claude-haiku-5-5, or the id that the server at --llm-base-url knows. Nothing is sent to one unless it is named here (default: none)."`
	LLMURL           string        `name:"llm-base-url" secret:"password" placeholder:"URL" help:"Where the model is: for an OpenAI-compatible server what stands before /chat/completions, as http://localhost:11434/v1; for Claude what stands before /v1/messages (default: Claude's own)."`
	LLMProtocol      string        `name:"llm-api" enum:"auto,anthropic,openai" default:"auto" placeholder:"NAME" help:"What the server at --llm-base-url speaks: anthropic or openai; auto is anthropic for models called claude- (default ${default})."`
	LLMKeyFile       keyFile       `name:"llm-key-file" placeholder:"FILE" help:"File with the key of the endpoint; or set SPLITRANK_LLM_KEY. Set and empty is an error (default: no key is sent)."`
	LLMEffort        string        `name:"llm-effort" placeholder:"LEVEL" help:"Effort that the model is to make, such as low (default: its own choice)."`
	LLMTimeout       time.Duration `name:"llm-timeout" default:"${llm_timeout}" placeholder:"TIME" help:"For all calls of a request together (default ${default})."`
	LLMPrices        string        `name:"llm-prices" placeholder:"FILE" help:"Prices as JSON in place of those built in: {\"of\":\"2026-10-07\",\"models\":{\"NAME\":{\"input\":0.1,\"output\":0.5}}}, in dollars for a million tokens. The cost of a model without a price is unknown."`
	LLMMaxPerRequest float64       `name:"llm-max-cost-per-request" placeholder:"USD" help:"A request that would cost more is answered by the cascade, with reason budget, and no call is sent that would pass it (default 0.10 where the price is known; 0 sets no bound)." default:"-1"`
	LLMMaxPerDay     float64       `name:"llm-max-cost-per-day" placeholder:"USD" help:"The same for all calls of a day (UTC), the examination included, shared through --cache-redis (default 10 where the price is known; 0 sets no bound)." default:"-1"`
	LLMConcurrency   int           `name:"llm-concurrency" default:"${llm_concurrency}" placeholder:"N" help:"Calls at once, of all requests together; others wait (default ${default})."`
	LLMWhen          string        `name:"llm-when" enum:"always,unsure" default:"always" placeholder:"WHEN" help:"unsure asks only where the cascade's two best are close; a request may say otherwise (default ${default})."`
	LLMMode          string        `name:"llm-mode" enum:"batch,isolation,consistency,listwise,likelihood" default:"batch" placeholder:"MODE" help:"How documents are graded where a request does not say: batch, isolation (a call for each), consistency (the mean of several orders), listwise, likelihood (default ${default})."`
	LLMTopN          int           `name:"llm-top" default:"${llm_top_n}" placeholder:"N" help:"Documents of the cascade that are graded where a request does not say, 1 to 20 (default ${default})."`
	LLMBounded       bool          `name:"llm-bounded" help:"No document gains more than two places by its grade, however good that is, unless a request says otherwise: a text that talks the model into a grade gains no more, and a good judge improves less (default: off)."`
	LLMTrust         string        `name:"llm-trust" default:"auto" placeholder:"0-1" help:"How far grades count beside the cascade's scores; auto examines the model once, by four calls about documents whose grades are known (default ${default})."`
}

const envLLMKey = "SPLITRANK_LLM_KEY"

// Defaults of the bounds, in dollars, where the price is known.
const (
	defaultMaxPerRequest = 0.10
	defaultMaxPerDay     = 10
)

// Validate refuses what would send to nowhere, or cost what nobody knows.
func (f llmFlags) Validate() error {
	if err := f.LLMKeyFile.check("--llm-key-file", "SPLITRANK_LLM_KEY_FILE"); err != nil {
		return err
	}
	switch {
	case isSet(envLLMKey) && envKey() == "":
		return errors.New(envLLMKey + " is set and empty: give the key, or leave it unset")
	case f.LLM == "" && (f.LLMURL != "" || f.LLMKeyFile != ""):
		return errors.New("--llm-base-url and --llm-key-file are for a model: name it with --llm-model")
	case f.LLM == "":
		return nil
	case f.LLMKeyFile != "" && envKey() != "":
		return errors.New("--llm-key-file and " + envLLMKey + ": give one of them")
	case f.LLMTimeout <= 0 || f.LLMConcurrency < 1:
		return fmt.Errorf("--llm-timeout %s and --llm-concurrency %d: want more than nothing", f.LLMTimeout, f.LLMConcurrency)
	}
	if _, err := f.trust(); err != nil {
		return err
	}
	_, err := f.judge(llm.Config{})
	return err
}

// envKey is the key of the environment; no flag takes one, because other users of
// a machine see command lines.
func envKey() string { return strings.TrimSpace(os.Getenv(envLLMKey)) }

// key of the endpoint, "" = none. An error quotes none of it.
func (f llmFlags) key() (string, error) {
	if f.LLMKeyFile == "" {
		return envKey(), nil
	}
	data, err := limitedfile.Read(string(f.LLMKeyFile), 64<<10)
	if err != nil {
		return "", fmt.Errorf("reading --llm-key-file: %w", err)
	}
	key := strings.TrimSpace(string(data))
	if key == "" || strings.ContainsAny(key, "\n\r") {
		return "", errors.New("--llm-key-file does not hold one key on one line")
	}
	return key, nil
}

func (f llmFlags) prices() (llm.Prices, error) {
	if f.LLMPrices == "" {
		return llm.ListPrices(), nil
	}
	data, err := limitedfile.Read(f.LLMPrices, 1<<20)
	if err != nil {
		return llm.Prices{}, fmt.Errorf("--llm-prices: %w", err)
	}
	p, err := llm.ReadPrices(data)
	if err != nil {
		return p, fmt.Errorf("--llm-prices: %w", err)
	}
	return p, nil
}

// trust that is set; nil = by examination.
func (f llmFlags) trust() (*float64, error) {
	if f.LLMTrust == "" || f.LLMTrust == "auto" {
		return nil, nil
	}
	var t float64
	if _, err := fmt.Sscan(f.LLMTrust, &t); err != nil || !(t >= 0 && t <= 1) {
		return nil, fmt.Errorf("--llm-trust %q: want auto, or a number from 0 to 1", f.LLMTrust)
	}
	return &t, nil
}

// bounds of the cost; -1 in a flag stands for the default.
func (f llmFlags) bounds(p llm.Prices) (perRequest, perDay float64) {
	perRequest, perDay = f.LLMMaxPerRequest, f.LLMMaxPerDay
	_, known := p.Models[f.LLM]
	if perRequest == -1 {
		perRequest = 0
		if known {
			perRequest = defaultMaxPerRequest
		}
	}
	if perDay == -1 {
		perDay = 0
		if known {
			perDay = defaultMaxPerDay
		}
	}
	return perRequest, perDay
}

// judge that the flags describe, nil where there is none. What they do not say is
// taken from c.
func (f llmFlags) judge(c llm.Config) (*llm.Judge, error) {
	if f.LLM == "" {
		return nil, nil
	}
	endpoint, err := f.endpoint()
	if err != nil {
		return nil, err
	}
	client, err := llm.NewClient(endpoint)
	if err != nil {
		return nil, fmt.Errorf("--llm-model: %w; set %s or --llm-key-file, or --llm-base-url", err, envLLMKey)
	}
	prices, err := f.prices()
	if err != nil {
		return nil, err
	}
	trust, err := f.trust()
	if err != nil {
		return nil, err
	}
	c.Protocol = endpoint.Speaks()
	c.Client, c.Model, c.Identity, c.Likelihoods = client, f.LLM, f.LLMURL+" "+f.LLMEffort, endpoint.SpeaksOpenAI()
	c.Timeout, c.Concurrency, c.Prices, c.Trust = f.LLMTimeout, f.LLMConcurrency, &prices, trust
	c.PerRequest, c.PerDay = f.bounds(prices)
	c.Options = llm.Options{TopN: f.LLMTopN, Mode: llm.Mode(f.LLMMode), When: llm.When(f.LLMWhen), Bounded: &f.LLMBounded}
	judge, err := llm.New(c)
	if err != nil {
		return nil, fmt.Errorf("--llm-model: %w", err)
	}
	return judge, nil
}

// engineJudge is a judge for an engine, which is to be nil where there is none.
func engineJudge(judge *llm.Judge) rerank.Judge {
	if judge == nil {
		return nil
	}
	return judge
}

// forEval is a judge that remembers nothing, so that every pipeline pays for its own
// questions.
func (f llmFlags) forEval() (rerank.Judge, error) {
	judge, err := f.judge(llm.Config{CacheEntries: -1})
	return engineJudge(judge), err
}

// asJudge is the judge for an engine, nil where there is none.
func (f llmFlags) asJudge() (rerank.Judge, error) {
	judge, err := f.judge(llm.Config{})
	return engineJudge(judge), err
}

func (f llmFlags) endpoint() (llm.Endpoint, error) {
	key, err := f.key()
	protocol := f.LLMProtocol
	if protocol == "auto" {
		protocol = ""
	}
	return llm.Endpoint{Model: f.LLM, URL: f.LLMURL, Protocol: protocol, Key: key, Effort: f.LLMEffort}, err
}

// openJudge for a server: it shares grades, and what a day may cost, through Redis,
// if there is one, and is examined in the background.
func (f llmFlags) openJudge(cache cacheFlags, log *slog.Logger) (opened openedJudge, err error) {
	if f.LLM == "" {
		return opened, nil
	}
	if opened.redis, err = openLLMRedis(cache, log); err != nil {
		return opened, err
	}
	var figures llmFigures
	c := llm.Config{Changed: tellLLM(log), Hooks: figures.hooks(), CacheTTL: cache.CacheTTL}
	if cache.CacheSize == 0 {
		c.CacheEntries = -1
	}
	if opened.redis != nil {
		c.Ledger, c.Shared = sharedLedger{opened.redis}, opened.redis
	}
	if opened.Judge, err = f.judge(c); err != nil {
		return opened, errors.Join(err, opened.close(log))
	}
	figures.show(opened.Judge, opened.redis)
	opened.figures = figures.shown
	log.Info("llm", slog.String("model", f.LLM), slog.String("mode", cmp.Or(f.LLMMode, string(llm.Batch))), slog.Bool("price_known", opened.PriceKnown()))
	return opened, nil
}

// openedJudge of a server. What is nil is not there.
type openedJudge struct {
	*llm.Judge
	figures *httpapi.LLMMetrics
	redis   *rediskv.Client
}

// closingTimeout is for calls that were cancelled to end, and for Redis to be told what
// they cost.
const closingTimeout = time.Second

func (o openedJudge) close(log *slog.Logger) error {
	if o.Judge != nil {
		ctx, cancel := context.WithTimeout(context.Background(), closingTimeout)
		defer cancel()
		if o.Judge.Close(ctx) != nil {
			log.Warn("the llm's last calls have not ended: what they cost may not be counted")
		}
	}
	if o.redis == nil {
		return nil
	}
	return o.redis.Close()
}

func tellLLM(log *slog.Logger) func(open bool) {
	return func(open bool) {
		if open {
			log.Warn("the llm fails: leaving it alone for a while")
		} else {
			log.Info("the llm answers again")
		}
	}
}

// openLLMRedis holds what servers share of the llm, nil = nothing: sealed grades,
// and sums of money.
func openLLMRedis(cache cacheFlags, log *slog.Logger) (*rediskv.Client, error) {
	if cache.CacheRedis == "" {
		return nil, nil
	}
	redis, err := rediskv.New(rediskv.Options{URL: cache.CacheRedis, Prefix: "splitrank:llm:1:", TTL: cache.CacheTTL, MaxValue: llm.MostShared, Changed: tellRedis(log)})
	if err != nil {
		return nil, fmt.Errorf("--cache-redis: %w", err)
	}
	return redis, nil
}

// sharedLedger implements llm.Ledger.
type sharedLedger struct{ redis *rediskv.Client }

// Add implements llm.Ledger.
func (l sharedLedger) Add(ctx context.Context, day string, n int64) (int64, error) {
	const kept = 48 * time.Hour
	return l.redis.Add(ctx, "splitrank:llm:microdollars:"+day, n, kept)
}

// examine the judge, and say how far it is believed.
func examine(ctx context.Context, judge *llm.Judge, log *slog.Logger) {
	trust, usage, err := judge.Examine(ctx)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		log.Warn("the llm could not be examined; the first request tries again", slog.String("error", err.Error()))
	case trust < 0.5:
		log.Warn("the llm grades documents whose grades are known badly, so its grades count little", slog.Float64("trust", trust))
	default:
		log.Info("the llm was examined", slog.Float64("trust", trust), slog.Int("calls", usage.Calls))
	}
}
