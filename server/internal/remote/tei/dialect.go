package tei

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/server/internal/remote"
)

// dialect is how a service is asked, and what it answers.
type dialect struct {
	// path and body of the question.
	path string
	body func(model string, q question) any
	// read the scores of an answer, and its tokens; 0 = they are not told.
	read func(r remote.Reply) (list []indexed, tokens int, err error)
	// about the backend: what it serves, in its own words.
	about func(ctx context.Context, b *remote.Backend, model string) (info, error)
}

// question is what one call asks.
type question struct {
	query string
	texts []string
	// whole wants an error where a pair is too long, in place of cutting it.
	whole bool
}

// indexed is a score and the place of its text in the question.
type indexed struct {
	index int
	score *float64
}

// info is what a backend says of itself. Numbers are 0 where it does not say.
type info struct {
	server, version string
	mostTexts       int // in a call
	maxLength       int // tokens of a pair
}

// dialects by protocol.
func dialectOf(protocol string) dialect {
	switch protocol {
	case remote.TEI:
		return dialect{"/rerank", teiBody, teiScores, teiInfo}
	case remote.VLLM:
		return dialect{"/score", vllmBody, vllmScores, vllmInfo}
	}
	return dialect{"/rerank", infinityBody, infinityScores, infinityInfo}
}

type teiRequest struct {
	Query      string   `json:"query"`
	Texts      []string `json:"texts"`
	RawScores  bool     `json:"raw_scores"`
	Truncate   bool     `json:"truncate"`
	ReturnText bool     `json:"return_text"`
}

func teiBody(_ string, q question) any {
	return teiRequest{Query: q.query, Texts: q.texts, RawScores: true, Truncate: !q.whole}
}

func teiScores(r remote.Reply) (list []indexed, tokens int, err error) {
	var ranks []struct {
		Index *int     `json:"index"`
		Score *float64 `json:"score"`
	}
	if err := json.Unmarshal(r.Body, &ranks); err != nil {
		return nil, 0, malformed("it is not JSON of a re-ranking")
	}
	for _, rank := range ranks {
		list = append(list, indexed{place(rank.Index), rank.Score})
	}
	tokens, _ = strconv.Atoi(r.Header.Get("X-Compute-Tokens"))
	return list, tokens, nil
}

func teiInfo(ctx context.Context, b *remote.Backend, _ string) (info, error) {
	var i struct {
		Model     string         `json:"model_id"`
		SHA       string         `json:"model_sha"`
		Type      map[string]any `json:"model_type"`
		Version   string         `json:"version"`
		MostTexts int            `json:"max_client_batch_size"`
		MaxLength int            `json:"max_input_length"`
	}
	if err := get(ctx, b, "/info", &i); err != nil {
		return info{}, err
	}
	if _, embeds := i.Type["embedding"]; embeds {
		return info{}, &remote.Fault{Kind: remote.Rejected, Detail: "it serves a model of embeddings, no re-ranker"}
	}
	return info{"text-embeddings-inference " + i.Version, i.Model + " " + i.SHA, i.MostTexts, i.MaxLength}, nil
}

// vllmRequest has the switch that leaves logits alone by its two names.
type vllmRequest struct {
	Model         string   `json:"model"`
	Query         string   `json:"text_1"`
	Texts         []string `json:"text_2"`
	Truncate      int      `json:"truncate_prompt_tokens,omitzero"`
	UseActivation bool     `json:"use_activation"`
	Activation    bool     `json:"activation"`
}

func vllmBody(model string, q question) any {
	r := vllmRequest{Model: model, Query: q.query, Texts: q.texts}
	if !q.whole {
		r.Truncate = -1 // as far as the model reads
	}
	return r
}

type usage struct {
	Total int `json:"total_tokens"`
}

func vllmScores(r remote.Reply) (list []indexed, tokens int, err error) {
	var a struct {
		Data []struct {
			Index *int     `json:"index"`
			Score *float64 `json:"score"`
		} `json:"data"`
		Usage usage `json:"usage"`
	}
	if err := json.Unmarshal(r.Body, &a); err != nil {
		return nil, 0, malformed("it is not JSON of scores")
	}
	for _, d := range a.Data {
		list = append(list, indexed{place(d.Index), d.Score})
	}
	return list, a.Usage.Total, nil
}

func vllmInfo(ctx context.Context, b *remote.Backend, model string) (info, error) {
	var v struct {
		Version string `json:"version"`
	}
	if err := get(ctx, b, "/version", &v); err != nil {
		return info{}, err
	}
	return info{server: "vllm " + v.Version, version: model}, serves(ctx, b, "/v1/models", model)
}

type infinityRequest struct {
	Model     string   `json:"model"`
	Query     string   `json:"query"`
	Texts     []string `json:"documents"`
	RawScores bool     `json:"raw_scores"`
	Return    bool     `json:"return_documents"`
}

func infinityBody(model string, q question) any {
	return infinityRequest{Model: model, Query: q.query, Texts: q.texts, RawScores: true}
}

func infinityScores(r remote.Reply) (list []indexed, tokens int, err error) {
	var a struct {
		Results []struct {
			Index *int     `json:"index"`
			Score *float64 `json:"relevance_score"`
		} `json:"results"`
		Usage usage `json:"usage"`
	}
	if err := json.Unmarshal(r.Body, &a); err != nil {
		return nil, 0, malformed("it is not JSON of a re-ranking")
	}
	for _, d := range a.Results {
		list = append(list, indexed{place(d.Index), d.Score})
	}
	return list, a.Usage.Total, nil
}

// infinityTexts is how many documents infinity takes in a call.
const infinityTexts = 2048

func infinityInfo(ctx context.Context, b *remote.Backend, model string) (info, error) {
	return info{server: "infinity", version: model, mostTexts: infinityTexts}, serves(ctx, b, "/models", model)
}

// serves reports, as an error, that a backend lists no such model.
func serves(ctx context.Context, b *remote.Backend, path, model string) error {
	var list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := get(ctx, b, path, &list); err != nil {
		return err
	}
	for _, m := range list.Data {
		if m.ID == model {
			return nil
		}
	}
	return &remote.Fault{Kind: remote.Rejected, Detail: "it lists no model " + strconv.Quote(model)}
}

// get JSON.
func get(ctx context.Context, b *remote.Backend, path string, to any) error {
	reply, err := b.Do(ctx, remote.Request{Method: http.MethodGet, Path: path, Most: answerBytes})
	if err == nil && json.Unmarshal(reply.Body, to) != nil {
		err = malformed("what it says at " + path + " is not what such a service says")
	}
	return err
}

// place is -1 where an answer names none.
func place(index *int) int {
	if index == nil {
		return -1
	}
	return *index
}

// inOrder are the scores of n texts, in their order. Every text has one, and only one.
func inOrder(list []indexed, n int) ([]float32, error) {
	if len(list) != n {
		return nil, malformed("it has " + strconv.Itoa(len(list)) + " scores for " + strconv.Itoa(n) + " texts")
	}
	scores, seen := make([]float32, n), make([]bool, n)
	for _, one := range list {
		switch {
		case one.index < 0 || one.index >= n:
			return nil, malformed("a score belongs to no text")
		case seen[one.index]:
			return nil, malformed("two scores belong to one text")
		case one.score == nil || math.IsInf(float64(float32(*one.score)), 0):
			return nil, malformed("a text has no score, or one beyond all numbers")
		}
		scores[one.index], seen[one.index] = float32(*one.score), true
	}
	if slices.Contains(seen, false) {
		return nil, malformed("a text has no score")
	}
	return scores, nil
}

func malformed(detail string) *remote.Fault {
	return &remote.Fault{Kind: remote.Malformed, Detail: detail}
}
