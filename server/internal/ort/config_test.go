package ort

import (
	"fmt"
	"os"
	"testing"
)

func TestMaxLength(t *testing.T) {
	tests := []struct {
		name      string
		config    string
		tokenizer string // tokenizer_config.json
		want      int
		wrong     string
	}{
		{"BERT", `{"model_type": "bert", "max_position_embeddings": 512, "pad_token_id": 0}`, "", 512, ""},
		{"BERT and its tokenizer", `{"model_type": "bert", "max_position_embeddings": 512}`, `{"model_max_length": 512}`, 512, ""},
		{"XLM-R", `{"model_type": "xlm-roberta", "max_position_embeddings": 514, "pad_token_id": 1}`, `{"model_max_length": 512}`, 512, ""},
		{"XLM-R without a tokenizer's limit", `{"model_type": "xlm-roberta", "max_position_embeddings": 514, "pad_token_id": 1}`, `{"model_max_length": 1000000000000000019884624838656}`, 512, ""},
		{"RoBERTa without a padding token", `{"model_type": "roberta", "max_position_embeddings": 514}`, "", 512, ""},
		{"a tokenizer made for less", `{"model_type": "bert", "max_position_embeddings": 512}`, `{"model_max_length": 256}`, 256, ""},
		{"a tokenizer that promises too much", `{"model_type": "roberta", "max_position_embeddings": 514}`, `{"model_max_length": 514}`, 512, ""},
		{"relative positions", `{"model_type": "t5"}`, `{"model_max_length": 1024}`, 1024, ""},
		{"nothing known", `{"model_type": "t5"}`, `{"model_max_length": 1e30}`, 0, "no max_position_embeddings and"},
		{"a limit that is text", `{"max_position_embeddings": 512}`, `{"model_max_length": "long"}`, 0, "reading tokenizer_config.json: "},
		{"a limit below 1", `{"max_position_embeddings": 512}`, `{"model_max_length": -1}`, 512, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "config.json", tt.config[:1]+`"vocab_size": 9, `+tt.config[1:])
			if tt.tokenizer != "" {
				write(t, dir, "tokenizer_config.json", tt.tokenizer)
			}
			c, err := readConfig(os.DirFS(dir))
			if err != nil {
				t.Fatal(err)
			}
			got, err := c.maxLength(os.DirFS(dir))
			if tt.wrong != "" {
				wantError(t, err, tt.wrong)
			} else if err != nil || got != tt.want {
				t.Errorf("%d, error %v, want %d", got, err, tt.want)
			}
		})
	}
}

func TestHead(t *testing.T) {
	two := `{"id2label": {"0": %q, "1": %q}}`
	tests := []struct {
		name   string
		graph  int
		config string
		want   head
		wrong  string
	}{
		{"one logit", 1, `{"id2label": {"0": "LABEL_0"}}`, head{labels: 1}, ""},
		{"one logit, no labels", 1, `{}`, head{labels: 1}, ""},
		{"one label, left open", 0, `{"id2label": {"0": "score"}}`, head{labels: 1}, ""},
		{"two logits, no labels", 2, `{}`, head{2, 1}, ""},
		{"generic", 2, fmt.Sprintf(two, "LABEL_0", "LABEL_1"), head{2, 1}, ""},
		{"named", 2, fmt.Sprintf(two, "no", "YES"), head{2, 1}, ""},
		{"the other way round", 2, fmt.Sprintf(two, "relevant", "not-relevant"), head{2, 0}, ""},
		{"numbers", 2, `{"id2label": {"0": 0, "1": 1}}`, head{2, 1}, ""},
		{"escaped", 2, `{"id2label": {"0": "n\u006f", "1": "yes"}}`, head{2, 1}, ""},
		{"by name only", 2, `{"label2id": {"relevant": 0, "not relevant": 1}}`, head{2, 0}, ""},
		{"both alike", 2, `{"id2label": {"0": "false", "1": "true"}, "label2id": {"true": 1, "false": 0}}`, head{2, 1}, ""},
		{"both, in conflict", 2, `{"id2label": {"0": "false", "1": "true"}, "label2id": {"true": 0, "false": 1}}`, head{}, "disagree"},
		{"without meaning", 2, fmt.Sprintf(two, "entailment", "neutral"), head{}, `"entailment" and "neutral"`},
		{"twice the same", 2, fmt.Sprintf(two, "yes", "true"), head{}, `"yes" and "true"`},
		{"three labels", 0, `{"id2label": {"0": "a", "1": "b", "2": "c"}}`, head{}, "3 logits"},
		{"fewer labels than logits", 2, `{"id2label": {"0": "a"}}`, head{}, "gives 2 logits for a pair, id2label of config.json names 1"},
		{"an id that is no number", 2, `{"id2label": {"0": "no", "x": "yes"}}`, head{}, `the id "x"`},
		{"an id left out", 2, `{"id2label": {"0": "no", "2": "yes"}}`, head{}, `the id "2" among 2`},
		{"a number twice", 2, `{"label2id": {"no": 1, "yes": 1}}`, head{}, "the id 1 among 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "config.json", tt.config)
			c := new(config)
			if err := readJSON(os.DirFS(dir), "config.json", c); err != nil {
				t.Fatal(err)
			}
			got, err := newHead(tt.graph, c)
			if tt.wrong != "" {
				wantError(t, err, tt.wrong)
			} else if err != nil || got != tt.want {
				t.Errorf("%+v, error %v, want %+v", got, err, tt.want)
			}
		})
	}
}

func TestONNXFile(t *testing.T) {
	tests := []struct {
		name  string
		files []string
		asked string
		want  string
		wrong string
	}{
		{"in onnx", []string{"onnx/model.onnx", "model.onnx", "onnx/model_fp16.onnx"}, "", "onnx/model.onnx", ""},
		{"beside", []string{"model.onnx", "onnx/model_fp16.onnx"}, "", "model.onnx", ""},
		{"quantized, asked for", []string{"onnx/model.onnx", "onnx/model_quantized.onnx"}, "onnx/model_quantized.onnx", "onnx/model_quantized.onnx", ""},
		{"another name, the only one", []string{"small.onnx", "small.onnx_data"}, "", "small.onnx", ""},
		{"several others", []string{"a.onnx", "b.onnx"}, "", "", "choose a.onnx or b.onnx"},
		{"none", nil, "", "", "it has no ONNX file"},
		{"asked for and missing", []string{"model.onnx"}, "onnx/model_fp16.onnx", "", "it has no onnx/model_fp16.onnx"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range tt.files {
				write(t, dir, f, "x")
			}
			got, err := onnxFile(dir, tt.asked)
			if tt.wrong != "" {
				wantError(t, err, tt.wrong)
			} else if err != nil || got != dir+"/"+tt.want {
				t.Errorf("%q, error %v, want %q", got, err, tt.want)
			}
		})
	}
}

// TestByteOrderMark: an editor may have put one before a config.
func TestByteOrderMark(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "config.json", "\ufeff"+`{"vocab_size": 9, "max_position_embeddings": 512}`)
	if c, err := readConfig(os.DirFS(dir)); err != nil || c.Vocabulary != 9 {
		t.Errorf("config %+v, error %v", c, err)
	}
}
