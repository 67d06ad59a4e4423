package httpapi

import (
	"embed"
	"fmt"
	"path"
)

// documentation is the description of this API, OpenAPI 3.1 written by hand, and
// the page that shows it. Tests hold the routes, the exchanges of all other
// tests, limits and codes to it.
// See RATIONALE: why-the-openapi-document-is-written-by-hand.
//
//go:embed openapi.json docs
var documentation embed.FS

// documentationPaths are the files by the path that they are served at.
func documentationPaths() map[string]string {
	return map[string]string{
		"/openapi.json":  "openapi.json",
		"/docs":          "docs/docs.html",
		"/docs/docs.css": "docs/docs.css",
		"/docs/docs.mjs": "docs/docs.mjs",
	}
}

// readDocumentation takes the files into memory, with what browsers need to keep
// them.
func readDocumentation() (assets []asset, _ error) {
	for at, name := range documentationPaths() {
		b, err := documentation.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the documentation: %w", err)
		}
		assets = append(assets, asset{path: at, kind: contentType(path.Base(name)), plain: newVariant(b)})
	}
	return assets, nil
}
