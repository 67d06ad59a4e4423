package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

// TestTermsAreSpelledOut: the page says in each language what every term of a blend is that
// an answer may have.
func TestTermsAreSpelledOut(t *testing.T) {
	terms := termsOfOpenAPI(t)
	if len(terms) < 4 {
		t.Fatalf("the document of the API has the terms %v", terms)
	}
	for _, language := range []string{"english", "hebrew"} {
		page := readFile(t, "web", "app", "messages", language+".ts")
		_, table, _ := strings.Cut(page, "\n    terms: {")
		table, _, _ = strings.Cut(table, "\n    }")
		for _, term := range terms {
			if !regexp.MustCompile(`(?m)^\s+` + term + `: \["`).MatchString(table) {
				t.Errorf("%s.ts does not say what %q is", language, term)
			}
		}
	}
}

// termsOfOpenAPI are those that a Blend may have.
func termsOfOpenAPI(t *testing.T) []string {
	t.Helper()
	var api struct {
		Components struct {
			Schemas struct {
				Blend struct {
					Properties struct {
						Terms struct {
							Items struct {
								Properties struct {
									Term struct{ Enum []string }
								}
							}
						}
					}
				}
			}
		}
	}
	text := readFile(t, "server", "internal", "httpapi", "openapi.json")
	if err := json.Unmarshal([]byte(text), &api, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	return api.Components.Schemas.Blend.Properties.Terms.Items.Properties.Term.Enum
}

func readFile(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
