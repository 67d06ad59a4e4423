package token

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// golden reads one of the stored tokenizers as JSON text.
func golden(t testing.TB, name string) string {
	data, err := unpack(filepath.Join("testdata", name+".tokenizer.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func load(t testing.TB, name string) *Tokenizer {
	tokenizer, err := Parse([]byte(golden(t, name)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return tokenizer
}

const small = `{"version":"1.0","normalizer":N,"pre_tokenizer":T,"post_processor":P,"model":M,"added_tokens":[A]}`

// smallFile is a little tokenizer.json with one part replaced.
func smallFile(part, with string) string {
	parts := map[string]string{
		"N": "null", "T": `{"type":"BertPreTokenizer"}`, "P": "null", "A": "",
		"M": `{"type":"WordPiece","unk_token":"?","continuing_subword_prefix":"##","max_input_chars_per_word":9,"vocab":{"?":0,"a":1,"##b":2}}`,
	}
	parts[part] = with
	text := small
	for name, value := range parts {
		text = strings.Replace(text, `:`+name, ":"+value, 1)
		text = strings.Replace(text, `[`+name+`]`, "["+value+"]", 1)
	}
	return text
}

func TestLoadRefuses(t *testing.T) {
	unigram := `{"type":"Unigram","unk_id":0,"vocab":`
	tests := []struct{ name, part, with, want string }{
		{"normalizer type", "N", `{"type":"Nmt"}`, `normalizer: type "Nmt" is not supported`},
		{"normalizer without type", "N", `{"lowercase":true}`, `normalizer: has no type`},
		{"nested normalizer", "N", `{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Nmt"}]}`, `"Nmt"`},
		{"endless nesting", "N", strings.Repeat(`{"type":"Sequence","normalizers":[`, 20) + strings.Repeat("]}", 20), "nested more than 8 deep"},
		{"character map not base64", "N", `{"type":"Precompiled","precompiled_charsmap":"*"}`, "normalizer: Precompiled:"},
		{"character map cut off", "N", `{"type":"Precompiled","precompiled_charsmap":"/////w=="}`, "shorter than its header says"},
		{"empty character map", "N", `{"type":"Precompiled","precompiled_charsmap":""}`, "shorter than its header"},
		{"regular expression", "N", `{"type":"Replace","pattern":{"Regex":"(a|b)"},"content":""}`, `"(a|b)" is not supported`},
		{"no pattern", "N", `{"type":"Replace","pattern":{},"content":""}`, "has no pattern"},
		{"pre-tokenizer type", "T", `{"type":"UnicodeScripts"}`, `pre_tokenizer: type "UnicodeScripts" is not supported`},
		{"ByteLevel in the middle", "T", `{"type":"Sequence","pretokenizers":[{"type":"ByteLevel"},{"type":"Digits"}]}`, "ByteLevel before another"},
		{"ByteLevel with WordPiece", "T", `{"type":"ByteLevel"}`, "WordPiece after a ByteLevel"},
		{"Metaspace first in the middle", "T", `{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"_","prepend_scheme":"first"}]}`, `prepend_scheme "first" after`},
		{"Metaspace with itself at odds", "T", `{"type":"Metaspace","replacement":"_","add_prefix_space":false,"prepend_scheme":"always"}`, "contradicts"},
		{"Metaspace without replacement", "T", `{"type":"Metaspace"}`, "not one character"},
		{"unknown behavior", "T", `{"type":"Split","pattern":{"String":"a"},"behavior":"Gone"}`, `behavior "Gone" is not known`},
		{"post-processor type", "P", `{"type":"Other"}`, `post_processor: type "Other" is not supported`},
		{"template without B", "P", `{"type":"TemplateProcessing","pair":[{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{}}`, "each text once"},
		{"template with unknown token", "P", `{"type":"TemplateProcessing","pair":[{"SpecialToken":{"id":"[X]","type_id":0}}],"special_tokens":{}}`, `"[X]" has no ids`},
		{"no model", "M", `null`, "model: is missing"},
		{"model type", "M", `{"type":"WordLevel"}`, `model: type "WordLevel" is not supported`},
		{"WordPiece without unknown", "M", `{"type":"WordPiece","unk_token":"x","continuing_subword_prefix":"##","max_input_chars_per_word":9,"vocab":{}}`, `"x" is not in the vocabulary`},
		{"negative id", "M", `{"type":"WordPiece","vocab":{"a":-1}}`, "out of bounds"},
		{"id of another type", "M", `{"type":"WordPiece","vocab":{"a":"b"}}`, "reading vocab"},
		{"token twice", "M", `{"type":"WordPiece","vocab":{"a":1,"a":2}}`, "duplicate"},
		{"long token", "M", `{"type":"WordPiece","vocab":{"` + strings.Repeat("a", 5000) + `":1}}`, "5000 bytes, out of bounds"},
		{"BPE dropout", "M", `{"type":"BPE","dropout":0.1,"vocab":{},"merges":[]}`, "dropout"},
		{"merge of unknown", "M", `{"type":"BPE","vocab":{"a":0},"merges":["a b"]}`, "merge 0"},
		{"merge into unknown", "M", `{"type":"BPE","vocab":{"a":0},"merges":[["a","a"]]}`, "makes a token that is not"},
		{"merge of three", "M", `{"type":"BPE","vocab":{"a":0},"merges":["a a a"]}`, "is not two tokens"},
		{"Unigram vocabulary", "M", unigram + `{"a":1}}`, "not an array"},
		{"Unigram entry", "M", unigram + `[["a"]]}`, "entry 0"},
		{"Unigram score", "M", unigram + `[["a",1e999]]}`, "out of range"},
		{"Unigram unknown", "M", `{"type":"Unigram","unk_id":3,"vocab":[["a",0]]}`, "unk_id 3 is outside"},
		{"Unigram without unknown", "M", `{"type":"Unigram","vocab":[["a",0]]}`, "without unk_id"},
		{"added token at odds", "A", `{"id":7,"content":"a"}`, `added token "a" has id 7 where the vocabulary gives 1`},
		{"empty added token", "A", `{"id":7,"content":""}`, "added_tokens:"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse([]byte(smallFile(test.part, test.with)), Options{})
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one line with %q", err, test.want)
			}
		})
	}
}

func TestLoadNamesTheFile(t *testing.T) {
	folder := t.TempDir()
	big := filepath.Join(folder, "big.json")
	f, err := os.Create(big)
	if err == nil {
		err = f.Truncate(MaxFileBytes + 1)
	}
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	broken := filepath.Join(folder, "broken.json")
	if err := os.WriteFile(broken, []byte(golden(t, "bert")[:5000]), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"missing.json": "no such file", "big.json": "larger than", "broken.json": "unexpected EOF"} {
		_, err := LoadFS(os.DirFS(folder), name, Options{})
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one line with the name and %q", name, err, want)
		}
	}
}

func TestLoadAccepts(t *testing.T) {
	if _, err := Parse([]byte(smallFile("A", `{"id":3,"content":"new"}`)), Options{}); err != nil {
		t.Error(err)
	}
}

func TestCheckVocabulary(t *testing.T) {
	tokenizer := load(t, "bert")
	size := int(tokenizer.lastID) + 1
	if err := tokenizer.CheckVocabulary(size); err != nil {
		t.Error(err)
	}
	if err := tokenizer.CheckVocabulary(size - 1); err == nil {
		t.Error("a model with one row too few passes")
	}
	if err := tokenizer.CheckTypes(2); err != nil {
		t.Error(err)
	}
	if err := tokenizer.CheckTypes(1); err == nil {
		t.Error("a model with one token type passes for BERT")
	}
}

// FuzzParse: whatever the file holds, loading ends in an error or a
// tokenizer that encodes.
func FuzzParse(f *testing.F) {
	f.Add(smallFile("", ""), "a text")
	f.Add(smallFile("M", `{"type":"Unigram","unk_id":0,"vocab":[["a",-1.5],["ab",-2]]}`), "aab")
	f.Add(smallFile("T", `{"type":"Metaspace","replacement":"_"}`), " a b")
	f.Add(smallFile("N", `{"type":"Precompiled","precompiled_charsmap":"BAAAAAAEAAAAAA=="}`), "é")
	f.Add(smallFile("M", `{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}`), "abab")
	f.Fuzz(func(t *testing.T, file, text string) {
		tokenizer, err := Parse([]byte(file), Options{})
		if err == nil {
			must(tokenizer.Encode(nil, text, 0))
		}
	})
}
