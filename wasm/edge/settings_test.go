package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSettings(t *testing.T) {
	env := map[string]string{
		"SPLITRANK_API_KEYS": "one, two", "SPLITRANK_CORS_ORIGINS": "https://a.example.com", "SPLITRANK_CACHE_VERSION": "2",
		"SPLITRANK_MAX_DOCUMENTS": "50", "SPLITRANK_MAX_BODY_BYTES": "4194304", "SPLITRANK_ORIGIN_DOCUMENTS": "",
	}
	c, err := settings(lookupIn(env))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"one", "two"}, c.APIKeys); diff != "" || len(c.CORSOrigins) != 1 || c.CacheVersion != "2" {
		t.Errorf("%+v", c)
	}
	if c.Limits.Documents != 50 || c.Limits.BodyBytes != 4<<20 || c.Keep != 0 || len(c.Stemmers) != 7 {
		t.Errorf("%+v", c)
	}
}

func TestSettingsRefuses(t *testing.T) {
	for _, value := range []string{"many", "0", "-1", "1.5"} {
		_, err := settings(lookupIn(map[string]string{"SPLITRANK_MAX_TEXT_BYTES": value}))
		if err == nil || !strings.Contains(err.Error(), "SPLITRANK_MAX_TEXT_BYTES") {
			t.Errorf("%q: error %v", value, err)
		}
	}
}

func lookupIn(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { value, ok := env[name]; return value, ok }
}

// TestSettingsEmptyKeys: a secret that is there and empty does not open the edge.
func TestSettingsEmptyKeys(t *testing.T) {
	for _, name := range []string{"SPLITRANK_API_KEYS", "SPLITRANK_ORIGIN_KEY"} {
		for _, value := range []string{"", " ", "\n"} {
			if _, err := settings(lookupIn(map[string]string{name: value})); err == nil || !strings.Contains(err.Error(), name+" is set") {
				t.Errorf("%s=%q: error %v", name, value, err)
			}
		}
	}
	for _, value := range []string{",", "a,", ",a", " , ", "a,,b"} {
		for _, name := range []string{"SPLITRANK_API_KEYS", "SPLITRANK_CORS_ORIGINS"} {
			if _, err := settings(lookupIn(map[string]string{name: value})); err == nil || !strings.Contains(err.Error(), name+" is set") {
				t.Errorf("%s=%q: error %v", name, value, err)
			}
		}
	}
	if c, err := settings(lookupIn(map[string]string{"SPLITRANK_CORS_ORIGINS": ""})); err != nil || c.CORSOrigins != nil || c.APIKeys != nil {
		t.Errorf("no keys and no origins: %+v, error %v", c, err)
	}
}
