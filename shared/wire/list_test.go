package wire

import (
	"slices"
	"strings"
	"testing"
)

// emptyLists are ways to set a list of keys without a key, or with an empty one.
func emptyLists() []string {
	return []string{"", " ", "\t", ",", ",,", " , ", "a,", ",a", "a, ,b", "a,,b", " ,a"}
}

func TestKeyList(t *testing.T) {
	for value, want := range map[string][]string{"one": {"one"}, "one, two ,three": {"one", "two", "three"}} {
		if got, err := KeyList("SPLITRANK_API_KEYS", value); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, error %v", value, got, err)
		}
	}
	for _, value := range emptyLists() {
		got, err := KeyList("SPLITRANK_API_KEYS", value)
		if err == nil || got != nil || !strings.Contains(err.Error(), "SPLITRANK_API_KEYS is set") {
			t.Errorf("%q: %q, error %v", value, got, err)
		}
	}
	if _, err := KeyList("SPLITRANK_API_KEYS", "secret,"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("the error quotes a key, or is none: %v", err)
	}
}

func TestOriginList(t *testing.T) {
	for _, blank := range []string{"", " "} {
		if got, err := OriginList("X", blank); err != nil || got != nil {
			t.Errorf("%q: %q, error %v", blank, got, err)
		}
	}
	for _, value := range emptyLists()[3:] {
		if got, err := OriginList("X", value); err == nil || got != nil || !strings.Contains(err.Error(), "X is set") {
			t.Errorf("%q: %q, error %v", value, got, err)
		}
	}
}

func TestUnknownKeySettings(t *testing.T) {
	got := UnknownKeySettings(
		[]string{"SPLITRANK_API_KEYS", "SPLITRANK_API_KEY", "SPLITRANK_KEYS", "SPLITRANK_ADDR", "API_KEY", "SPLITRANK_APIKEYS"},
		[]string{"SPLITRANK_API_KEYS"})
	if want := []string{"SPLITRANK_API_KEY", "SPLITRANK_KEYS", "SPLITRANK_APIKEYS"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
