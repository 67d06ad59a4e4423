package wire

import (
	"fmt"
	"slices"
	"strings"
)

// KeyList reads the API keys of a setting, separated by commas. A setting that
// is there and holds no key, or an empty one, is an error that names it: a
// variable that was never filled in must not open a server to everybody. The
// error quotes nothing of value.
func KeyList(name, value string) ([]string, error) {
	words, err := words(name, value)
	if err != nil {
		return nil, fmt.Errorf("%w: an empty key would let everybody in; fill it, or leave it unset to serve without keys", err)
	}
	return words, nil
}

// OriginList reads the web origins of a setting, separated by commas. A blank
// value is none, which lets no page in; an empty one among others is an error.
func OriginList(name, value string) ([]string, error) {
	if strings.TrimSpace(value) == "" {
		return nil, nil
	}
	return words(name, value)
}

// words between commas, without the white space around them. None may be empty.
func words(name, value string) ([]string, error) {
	list := strings.Split(value, ",")
	for i, word := range list {
		if list[i] = strings.TrimSpace(word); list[i] == "" {
			return nil, fmt.Errorf("%s is set, and entry %d of %d in it is empty", name, i+1, len(list))
		}
	}
	return list, nil
}

// UnknownKeySettings are those of names that begin with SPLITRANK_ and speak of
// keys, beside the known ones: a misspelt SPLITRANK_API_KEY that nobody reads
// would leave a server open.
func UnknownKeySettings(names, known []string) (unknown []string) {
	for _, name := range names {
		if strings.HasPrefix(name, "SPLITRANK_") && strings.Contains(name, "KEY") && !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	return unknown
}
