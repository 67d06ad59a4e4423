package charttest

import (
	"testing"

	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v3/pkg/lint/support"
)

// What `helm lint --strict` says, for every combination of values.
func TestChartLints(t *testing.T) {
	for name, values := range combinations {
		t.Run(name, func(t *testing.T) {
			given, err := chartutil.ReadValues([]byte(values))
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range lint.All(chartFolder, given, "prod", true).Messages {
				if m.Severity >= support.WarningSev {
					t.Error(m)
				}
			}
		})
	}
}
