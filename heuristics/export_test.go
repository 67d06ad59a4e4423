package heuristics

// IsStopWord is stopWord for the tests outside.
func IsStopWord(language, word string) bool { return stopWord(language, []byte(word)) }
