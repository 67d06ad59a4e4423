package api

import (
	"maps"
	"slices"
)

// Info is what a server or an edge tells of itself.
type Info struct {
	// Version of the program, and the commit it was built from; "" = not known.
	Version, Commit string
	// Scorer is the version of the heuristics and their stemmers.
	Scorer string
	// Languages that the heuristics know, ISO 639-1 codes.
	Languages []string
	// Models that are loaded, the default one first.
	Models []ModelInfo
	// Aliases of models, which are names of them, too.
	Aliases Aliases
	// Limits of a body.
	Limits Limits
	// InFlight is the number of requests served at once; 0 = no bound.
	InFlight int
	// BatchTokens in one run of a model; 0 = there is none.
	BatchTokens int
	// Tokenizers is the number of requests whose texts are tokenized at once; 0 = none.
	Tokenizers int
}

// ModelInfo is a model that is loaded.
type ModelInfo struct {
	// Names that requests may call it by; answers have the first.
	Names []string
	// Owner is who publishes it.
	Owner string
	// Digest of its files, such as sha256:…; "" = not known.
	Digest string
	// Languages that it was trained on; nil = not known.
	Languages []string
	// MaxLength of a query and a document together, in tokens.
	MaxLength int
	// Loaded is when, in seconds since 1970.
	Loaded int
}

// AppendModels appends the answer of GET /v1/models: OpenAI's list, each model
// with what splitrank knows of it besides, and each alias as one more entry, for
// clients that offer their users what is listed.
func AppendModels(dst []byte, i Info) []byte {
	w := writer(append(dst, '{'))
	w.key("object").text("list")
	w.key("data").open('[')
	models := i.named()
	for _, m := range models {
		w.model(m.Names[0], "", m)
	}
	for _, alias := range slices.Sorted(maps.Keys(i.Aliases)) {
		if at := i.modelOf(alias); at >= 0 {
			w.model(alias, models[at].Names[0], models[at])
		}
	}
	w.close(']')
	w.close('}')
	return w
}

// AppendInfo appends the answer of GET /info: the keys of
// text-embeddings-inference that have a meaning here, and splitrank's own.
// See RATIONALE: why-info-leaves-keys-out.
func AppendInfo(dst []byte, i Info) []byte {
	w := writer(append(dst, '{'))
	w.defaultModel(i.Models)
	w.optionalInt("max_concurrent_requests", i.InFlight)
	w.optionalInt("max_batch_tokens", i.BatchTokens)
	w.key("max_client_batch_size").int(i.Limits.WithDefaults().Documents)
	w.key("auto_truncate").bool(true)
	w.optionalInt("tokenization_workers", i.Tokenizers)
	w.optionalText("version", i.Version)
	w.optionalText("sha", i.Commit)
	w.key("scorer").text(i.Scorer)
	w.key("languages").texts(i.Languages)
	w.key("models").open('[')
	for _, m := range i.named() {
		w.model(m.Names[0], "", m)
	}
	w.close(']')
	w.key("limits").limits(i.Limits.WithDefaults())
	w.close('}')
	return w
}

// AppendVersion appends the answer of GET /version.
func AppendVersion(dst []byte, i Info) []byte {
	w := writer(append(dst, '{'))
	w.key("version").text(i.Version)
	w.optionalText("commit", i.Commit)
	w.key("scorer").text(i.Scorer)
	w.close('}')
	return w
}

// defaultModel writes the first one in the keys that text-embeddings-inference
// has for its only one.
func (w *writer) defaultModel(models []ModelInfo) {
	if len(models) == 0 {
		w.key("model_id").text(ModelNone)
	} else {
		w.key("model_id").text(models[0].Names[0])
		w.optionalText("model_sha", models[0].Digest)
		w.optionalInt("max_input_length", models[0].MaxLength)
	}
	const oneLabel = `{"reranker":{"id2label":{"0":"LABEL_0"},"label2id":{"LABEL_0":0}}}`
	w.key("model_type").raw([]byte(oneLabel))
}

// named are the models with the aliases among their names.
func (i Info) named() []ModelInfo {
	list := slices.Clone(i.Models)
	for at := range list {
		list[at].Names = slices.Clone(list[at].Names)
	}
	for _, alias := range slices.Sorted(maps.Keys(i.Aliases)) {
		if at := i.modelOf(alias); at >= 0 {
			list[at].Names = append(list[at].Names, alias)
		}
	}
	return list
}

// modelOf an alias, -1 where it stands for none that is loaded, for any name, or is
// the name of a model, which stands for itself.
func (i Info) modelOf(alias string) int {
	by := func(name string) int {
		return slices.IndexFunc(i.Models, func(m ModelInfo) bool { return slices.Contains(m.Names, name) })
	}
	name := i.Aliases.Resolve(alias, func(name string) bool { return by(name) >= 0 })
	switch {
	case alias == anyName || name == alias:
		return -1
	case name == "":
		return min(0, len(i.Models)-1)
	}
	return by(name)
}

// model under one of its names, which may be an alias of another.
func (w *writer) model(id, aliasOf string, m ModelInfo) {
	w.open('{')
	w.key("id").text(id)
	w.optionalText("alias_of", aliasOf)
	w.key("object").text("model")
	w.key("created").int(m.Loaded)
	w.key("owned_by").text(m.Owner)
	w.key("names").texts(m.Names)
	w.optionalText("digest", m.Digest)
	if m.Languages != nil {
		w.key("languages").texts(m.Languages)
	}
	w.optionalInt("max_input_length", m.MaxLength)
	w.close('}')
}

func (w *writer) texts(list []string) {
	w.open('[')
	for _, s := range list {
		w.text(s)
	}
	w.close(']')
}

func (w *writer) limits(l Limits) {
	w.open('{')
	w.key("body_bytes").int(l.BodyBytes)
	w.key("documents").int(l.Documents)
	w.key("text_bytes").int(l.TextBytes)
	w.key("total_bytes").int(l.TotalBytes)
	w.key("query_bytes").int(l.QueryBytes)
	w.key("json_depth").int(l.Depth)
	w.key("batch_requests").int(l.BatchRequests)
	w.key("batch_documents").int(l.BatchDocuments)
	w.close('}')
}
