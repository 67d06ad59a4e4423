package colbert

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// tokenizer has the markers of both kinds, a few marks, and special tokens.
const tokenizer = `{"version": "1.0", "added_tokens": [{"id": 0, "content": "[UNK]", "special": true}, {"id": 8, "content": "[Q] "}, {"id": 9, "content": "[D] "}],
	"model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "[MASK]": 3, "!": 4, ".": 5, "[unused0]": 6, "[unused1]": 7}}}`

// folder is a model's, with other files.
func folder(files map[string]string) fstest.MapFS {
	all := map[string]string{"config.json": `{"architectures": ["BertModel"]}`, "tokenizer.json": tokenizer}
	maps.Copy(all, files)
	dir := fstest.MapFS{}
	for name, text := range all {
		dir[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return dir
}

func TestRead(t *testing.T) {
	pylate := Settings{QueryMarker: 8, DocumentMarker: 9, QueryLength: 32, DocumentLength: 180, Expansion: true, Mask: 3, SkipIDs: []int32{0, 4, 5}, Strip: true}
	original := pylate
	original.QueryMarker, original.DocumentMarker = 6, 7
	with := func(s Settings, change func(*Settings)) Settings {
		change(&s)
		return s
	}
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  Settings
	}{
		{"PyLate's defaults", map[string]string{"config_sentence_transformers.json": `{"model_type": "ColBERT"}`}, pylate},
		{"with a byte order mark", map[string]string{"config_sentence_transformers.json": "\ufeff" + `{"model_type": "ColBERT", "skiplist_words": null}`}, pylate},
		{"all of PyLate's", map[string]string{"config_sentence_transformers.json": `{"query_prefix": "[unused0]", "document_prefix": "", "query_length": 8, "document_length": 9,
			"attend_to_expansion_tokens": true, "skiplist_words": ["."], "embedding_dim": 64, "prompts": {"query": "ask: ", "document": ""}, "default_prompt_name": null}`},
			Settings{QueryMarker: 6, DocumentMarker: NoMarker, QueryLength: 8, DocumentLength: 9, Expansion: true, AttendExpansion: true, Mask: 3, SkipIDs: []int32{5}, QueryPrompt: "ask: ", Dimensions: 64}},
		{"no expansion", map[string]string{"config_sentence_transformers.json": `{"query_length": 32, "do_query_expansion": false, "attend_to_expansion_tokens": true, "skiplist_words": []}`},
			with(pylate, func(s *Settings) { s.Expansion, s.Mask, s.SkipIDs = false, 0, nil })},
		{"a prompt of all", map[string]string{"config_sentence_transformers.json": `{"query_length": 32, "prompts": {"a": "text: ", "query": "ask: "}, "default_prompt_name": "a"}`},
			with(pylate, func(s *Settings) { s.QueryPrompt, s.DocumentPrompt = "ask: ", "text: " })},
		{"of PyLate's exporter", map[string]string{"onnx_config.json": `{"query_length": 32}`}, pylate},
		{"another mask", map[string]string{"config_sentence_transformers.json": `{"query_length": 32}`, "tokenizer_config.json": `{"mask_token": {"content": "[SEP]"}, "unk_token": "[CLS]"}`},
			with(pylate, func(s *Settings) { s.Mask, s.SkipIDs = 2, []int32{1, 4, 5} })},
		{"a mask of the older file", map[string]string{"config_sentence_transformers.json": `{"query_length": 32}`, "special_tokens_map.json": `{"mask_token": "[SEP]"}`, "tokenizer_config.json": `{"mask_token": null}`},
			with(pylate, func(s *Settings) { s.Mask = 2 })},
		{"the original's defaults", map[string]string{"config.json": `{"architectures": ["HF_ColBERT"]}`}, original},
		{"all of the original's", map[string]string{"artifact.metadata": `{"query_token_id": "[unused1]", "doc_token_id": "[unused0]", "query_maxlen": 16, "doc_maxlen": 300,
			"mask_punctuation": false, "attend_to_mask_tokens": true, "dim": 96, "similarity": "cosine", "interaction": "colbert"}`},
			Settings{QueryMarker: 7, DocumentMarker: 6, QueryLength: 16, DocumentLength: 300, Expansion: true, AttendExpansion: true, Mask: 3, Dimensions: 96}},
		{"older files of the original", map[string]string{"artifact.metadata": `{"config": {"doc_maxlen": 300}, "meta": {}, "doc_maxlen": 7}`},
			with(original, func(s *Settings) { s.DocumentLength = 300 })},
		{"both: PyLate's counts", map[string]string{"config_sentence_transformers.json": `{"query_length": 31}`, "artifact.metadata": `{}`},
			with(pylate, func(s *Settings) { s.QueryLength = 31 })},
		{"another kind's file beside the original's", map[string]string{"config_sentence_transformers.json": `{"model_type": "SentenceTransformer"}`, "artifact.metadata": `{}`}, original},
	} {
		got, err := Read(folder(tt.files))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if !equal(got, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func equal(a, b Settings) bool {
	skips := slices.Equal(a.SkipIDs, b.SkipIDs)
	a.SkipIDs, b.SkipIDs = nil, nil
	return skips && a.QueryMarker == b.QueryMarker && a.DocumentMarker == b.DocumentMarker && a.QueryLength == b.QueryLength &&
		a.DocumentLength == b.DocumentLength && a.Expansion == b.Expansion && a.AttendExpansion == b.AttendExpansion && a.Mask == b.Mask && a.Strip &&
		a.QueryPrompt == b.QueryPrompt && a.DocumentPrompt == b.DocumentPrompt && a.Dimensions == b.Dimensions
}

func TestReadRefuses(t *testing.T) {
	const noMask = `{"model": {"type": "WordPiece", "vocab": {"[Q] ": 0, "[D] ": 1}}}`
	pylate := func(text string) map[string]string {
		return map[string]string{"config_sentence_transformers.json": text}
	}
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"another kind of model", nil, ErrNone.Error()},
		{"another sentence-transformer", pylate(`{"model_type": "SentenceTransformer", "prompts": {}}`), ErrNone.Error()},
		{"a cross-encoder with fields of other types", pylate(`{"model_type": "CrossEncoder", "prompts": [1], "skiplist_words": 7}`), ErrNone.Error()},
		{"a newer form", pylate(`{"model_type": "MultiVectorEncoder"}`), `model_type "MultiVectorEncoder" of sentence-transformers is not supported`},
		{"no JSON", pylate(`{`), "reading config_sentence_transformers.json: "},
		{"of another type", pylate(`{"query_length": "32"}`), "reading config_sentence_transformers.json: "},
		{"no length", pylate(`{"query_length": 0}`), "query_length is 0, not a number of tokens from 1 to 32768"},
		{"an endless length", pylate(`{"query_length": 32, "document_length": 1000000}`), "document_length is 1000000"},
		{"dimensions", pylate(`{"query_length": 32, "embedding_dim": -1}`), "embedding_dim is -1"},
		{"an unknown marker", pylate(`{"query_prefix": "[query]"}`), `query_prefix "[query]" is no token of tokenizer.json`},
		{"an unknown marker of documents", pylate(`{"document_prefix": "[doc]", "query_length": 3}`), `document_prefix "[doc]" is no token`},
		{"no mask", map[string]string{"config_sentence_transformers.json": `{"query_length": 32}`, "tokenizer.json": noMask}, "names no mask_token, eos_token or pad_token"},
		{"no tokenizer", map[string]string{"config_sentence_transformers.json": `{"query_length": 32}`, "tokenizer.json": "{}"}, `reading tokenizer "tokenizer.json"`},
		{"small letters", map[string]string{"config_sentence_transformers.json": `{"query_length": 32}`, "sentence_bert_config.json": `{"do_lower_case": true}`}, "do_lower_case is not supported"},
		{"another similarity", map[string]string{"artifact.metadata": `{"similarity": "l2"}`}, `reading artifact.metadata: similarity "l2" is not supported`},
		{"another interaction", map[string]string{"artifact.metadata": `{"interaction": "flipr"}`}, `interaction "flipr" is not supported`},
		{"the original's length", map[string]string{"artifact.metadata": `{"query_maxlen": -1}`}, "query_maxlen is -1"},
		{"a broken config.json", map[string]string{"config.json": "["}, "reading config.json: "},
	} {
		_, err := Read(folder(tt.files))
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
		if errors.Is(err, ErrNone) != (tt.want == ErrNone.Error()) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"query_length": 32}`), []byte(`{"mask_token": "[SEP]"}`), []byte(`{}`))
	f.Add([]byte(`{}`), []byte(`null`), []byte(`{"config": {}}`))
	f.Fuzz(func(t *testing.T, pylate, special, original []byte) {
		s, err := Read(folder(map[string]string{
			"config_sentence_transformers.json": string(pylate), "tokenizer_config.json": string(special), "artifact.metadata": string(original),
		}))
		if err == nil && (s.QueryLength < 1 || s.DocumentLength > maxTokens || s.QueryMarker < NoMarker || s.Dimensions < 0) {
			t.Errorf("%+v", s)
		}
	})
}

func TestStrip(t *testing.T) {
	for text, want := range map[string]string{
		"": "", " \t\n": "", " a b ": "a b", "\x1c\x1d\x1e\x1fa\u00a0\u2003\u3000": "a", "\u200ba\u200b": "\u200ba\u200b", "\x85שלום\x0b": "\x85שלום", "\u0085a": "a",
	} {
		if got := Strip(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
