package orttest

// object is one of JSON.
type object = map[string]any

// tokenizer is BERT's with the tiny vocabulary.
func tokenizer() object {
	ids := map[string]int{}
	var added []object
	for i, word := range Words {
		ids[word] = i
		if i < 5 {
			added = append(added, object{
				"id": i, "content": word, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true,
			})
		}
	}
	return object{
		"version": "1.0", "added_tokens": added,
		"normalizer":     object{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": nil, "lowercase": true},
		"pre_tokenizer":  object{"type": "BertPreTokenizer"},
		"post_processor": template(),
		"model": object{
			"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": ids,
		},
	}
}

func template() object {
	special := func(name string, kind int) object {
		return object{"SpecialToken": object{"id": name, "type_id": kind}}
	}
	sequence := func(name string, kind int) object { return object{"Sequence": object{"id": name, "type_id": kind}} }
	token := func(name string, id int) object {
		return object{"id": name, "ids": []int{id}, "tokens": []string{name}}
	}
	return object{
		"type":           "TemplateProcessing",
		"single":         []any{special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0)},
		"pair":           []any{special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0), sequence("B", 1), special("[SEP]", 1)},
		"special_tokens": object{"[CLS]": token("[CLS]", 2), "[SEP]": token("[SEP]", 3)},
	}
}
