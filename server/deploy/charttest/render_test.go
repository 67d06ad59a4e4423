// Package charttest renders the Helm chart by Helm's own engine, decodes what
// comes out strictly, and holds it to what any cluster would want of it.
package charttest

import (
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/yaml"
)

const chartFolder = "../chart"

// object is one rendered object: its kind and name, and its text.
type object struct {
	kind, name, text string
}

// render fills the chart with values, as YAML, over its own.
func render(values string) ([]object, error) {
	c, err := loader.LoadDir(chartFolder)
	if err != nil {
		return nil, err
	}
	given, err := chartutil.ReadValues([]byte(values))
	if err != nil {
		return nil, err
	}
	release := chartutil.ReleaseOptions{Name: "search", Namespace: "prod", Revision: 1, IsInstall: true}
	all, err := chartutil.ToRenderValues(c, given, release, chartutil.DefaultCapabilities) // the schema stands here
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(c, all)
	if err != nil {
		return nil, err
	}
	return objects(files)
}

func objects(files map[string]string) (list []object, err error) {
	for file, text := range files {
		if strings.HasSuffix(file, "NOTES.txt") || strings.HasPrefix(file[strings.LastIndex(file, "/")+1:], "_") {
			continue
		}
		for _, part := range strings.Split(text, "\n---\n") {
			if strings.TrimSpace(part) == "" {
				continue
			}
			var head struct {
				Kind     string
				Metadata struct{ Name string }
			}
			if err := yaml.Unmarshal([]byte(part), &head); err != nil {
				return nil, err
			}
			list = append(list, object{head.Kind, head.Metadata.Name, part})
		}
	}
	slices.SortFunc(list, func(a, b object) int { return strings.Compare(a.kind+a.name, b.kind+b.name) })
	return list, nil
}

func mustRender(t *testing.T, values string) []object {
	t.Helper()
	list, err := render(values)
	if err != nil {
		t.Fatal(err)
	}
	return list
}
