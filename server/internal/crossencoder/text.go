package crossencoder

import "github.com/splitrank/splitrank/shared/api"

// Text of a document as the model sees it. A title goes before the text with a
// space between, as in the collections that such models are trained and
// measured on.
func Text(title, text string) string {
	if title == "" {
		return text
	}
	return title + " " + text
}

func texts(docs []api.Document) []string {
	list := make([]string, len(docs))
	for i := range docs {
		list[i] = Text(docs[i].Title, docs[i].Text)
	}
	return list
}

func pick(list []string, at []int) []string {
	if len(at) == len(list) {
		return list
	}
	picked := make([]string, len(at))
	for i, position := range at {
		picked[i] = list[position]
	}
	return picked
}
