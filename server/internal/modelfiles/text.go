package modelfiles

// Text of a document as the model sees it. A title goes before the text with a
// space between, as in the collections that such models are trained and
// measured on.
func Text(title, text string) string {
	if title == "" {
		return text
	}
	return title + " " + text
}
