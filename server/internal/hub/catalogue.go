package hub

import (
	"slices"
	"strings"
)

// Entry of the catalogue is what one should know before choosing a model.
type Entry struct {
	// ID on the hub, ORG/NAME. A built-in model has no ORG.
	ID string
	// Builtin says that the model is built into the program.
	Builtin bool
	// Former names of the same model, short, that still work.
	Former []string
	// Purpose in one line.
	Purpose string
	// Bytes of the fp32 ONNX file, about. 0 = not known, or Inside.
	Bytes int64
	// Languages of the training data, as BCP 47 tags.
	Languages []string
	// License as an SPDX identifier.
	License string
	// NDCG10 on TREC DL 2019, in percent, as its authors publish it. 0 = not measured.
	NDCG10 float64
	// Warning that every user of the model should read. Mostly empty.
	Warning string
}

// Name is the short name, without the organisation.
func (e Entry) Name() string { return e.ID[strings.LastIndexByte(e.ID, '/')+1:] }

const (
	kb = 1000
	mb = 1000 * kb
	gb = 1000 * mb
)

// catalogue lists the models known by their short names, those to try first
// at the top. It carries no commits and no digests: the first pull pins what
// the hub then has, and writes both down.
// See RATIONALE: why-the-catalogue-has-no-digests.
//
// Sizes, languages and licences are those of the model cards, NDCG10 that of
// https://sbert.net/docs/cross_encoder/pretrained_models.html.
var catalogue = []Entry{
	{
		ID:        "splitrank-mini",
		Builtin:   true,
		Purpose:   "English passages; built in, and the default for them",
		Languages: []string{"en"},
		License:   "Apache-2.0",
	},
	{
		ID:        "splitrank-small",
		Builtin:   true,
		Purpose:   "English and Hebrew, also across both; built in, and the default where Hebrew is",
		Languages: []string{"en", "he"},
		License:   "Apache-2.0",
	},
	{
		ID:        "cross-encoder/ms-marco-MiniLM-L6-v2",
		Former:    []string{"ms-marco-MiniLM-L-6-v2"},
		Purpose:   "English passages; the usual choice between speed and accuracy",
		Bytes:     91 * mb,
		Languages: []string{"en"},
		License:   "Apache-2.0",
		NDCG10:    74.30,
	},
	{
		ID:        "cross-encoder/ms-marco-MiniLM-L12-v2",
		Former:    []string{"ms-marco-MiniLM-L-12-v2"},
		Purpose:   "English passages; half the speed of L6, and hardly more accurate",
		Bytes:     134 * mb,
		Languages: []string{"en"},
		License:   "Apache-2.0",
		NDCG10:    74.31,
	},
	{
		ID:        "cross-encoder/ms-marco-TinyBERT-L2-v2",
		Former:    []string{"ms-marco-TinyBERT-L-2-v2"},
		Purpose:   "English passages; for deadlines of a few tens of milliseconds",
		Bytes:     17_600 * kb,
		Languages: []string{"en"},
		License:   "Apache-2.0",
		NDCG10:    69.84,
	},
	{
		ID:        "cross-encoder/ms-marco-TinyBERT-L6",
		Former:    []string{"ms-marco-TinyBERT-L-6"},
		Purpose:   "English passages; first generation, kept for comparison",
		Bytes:     268 * mb,
		Languages: []string{"en"},
		License:   "Apache-2.0",
		NDCG10:    69.57,
		Warning:   "larger, slower and less accurate than ms-marco-MiniLM-L6-v2",
	},
	{
		ID:        "cross-encoder/mmarco-mMiniLMv2-L12-H384-v1",
		Purpose:   "passages in many languages",
		Bytes:     471 * mb,
		Languages: []string{"ar", "de", "en", "es", "fr", "hi", "id", "it", "ja", "nl", "pt", "ru", "vi", "zh"},
		License:   "Apache-2.0",
		Warning:   "not trained on Hebrew: there it relies on what XLM-R saw before, so measure it on your own texts",
	},
	{
		ID:        "answerdotai/answerai-colbert-small-v1",
		Purpose:   "English passages; late interaction (ColBERT), so a document that was read before costs next to nothing",
		Bytes:     133 * mb,
		Languages: []string{"en"},
		License:   "Apache-2.0",
	},
	{
		ID:        "cross-encoder/stsb-distilroberta-base",
		Purpose:   "how alike two English sentences are",
		Bytes:     329 * mb,
		Languages: []string{"en"},
		License:   "Apache-2.0",
		Warning:   "measures similarity, not relevance: an answer is rarely similar to its question, so do not re-rank with it",
	},
}

// Lookup finds an entry by its ID or by a short name, former ones included.
// Case does not matter, as it does not on the hub.
func Lookup(name string) (Entry, bool) {
	i := slices.IndexFunc(catalogue, func(e Entry) bool { return e.called(name) })
	if i < 0 {
		return Entry{}, false
	}
	return catalogue[i], true
}

func (e Entry) called(name string) bool {
	org, short := e.ID[:len(e.ID)-len(e.Name())], name
	if len(name) > len(org) && strings.EqualFold(name[:len(org)], org) {
		short = name[len(org):]
	}
	same := func(s string) bool { return strings.EqualFold(s, short) }
	return same(e.Name()) || slices.ContainsFunc(e.Former, same)
}
