package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSettings(t *testing.T) {
	env := map[string]string{
		"SPLITRANK_API_KEYS": "one, two,,", "SPLITRANK_CORS_ORIGINS": "https://a.example.com", "SPLITRANK_CACHE_VERSION": "2",
		"SPLITRANK_MAX_DOCUMENTS": "50", "SPLITRANK_MAX_BODY_BYTES": "4194304", "SPLITRANK_ORIGIN_DOCUMENTS": "",
	}
	c, err := settings(func(name string) string { return env[name] })
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
		_, err := settings(func(name string) string {
			if name == "SPLITRANK_MAX_TEXT_BYTES" {
				return value
			}
			return ""
		})
		if err == nil || !strings.Contains(err.Error(), "SPLITRANK_MAX_TEXT_BYTES") {
			t.Errorf("%q: error %v", value, err)
		}
	}
}
