package httpapi

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// deployed are the files that name metrics of this server.
var deployed = []string{"chart/files/dashboard.json", "chart/files/rules.yaml", "chart/templates/autoscaler.yaml", "tests/rules.yaml"}

// Every metric that a dashboard, an alert or the chart names is one that /metrics
// has, with the labels that are asked for.
func TestDeployedMetricsExist(t *testing.T) {
	known := everyMetric()
	for _, file := range deployed {
		text, err := os.ReadFile(filepath.Join("../../deploy", filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		named := metricsIn(string(text))
		if len(named) == 0 {
			t.Errorf("%s names no metric", file)
		}
		for name, asked := range named {
			labels, exists := known[name]
			if !exists {
				t.Errorf("%s names %s, which /metrics has not", file, name)
			}
			for _, label := range asked {
				if exists && !slices.Contains(labels, label) && !slices.Contains(scraped, label) {
					t.Errorf("%s asks %s for the label %s; it has %q", file, name, label, labels)
				}
			}
		}
	}
}

// A metric that is gone, or lacks a label, is noticed.
func TestMetricsAreReadFromExpressions(t *testing.T) {
	got := metricsIn(`sum by (le) (rate(splitrank_a_total{job="x",reason!~"y"}[5m])) / splitrank:ratio{z="1"} + splitrank_b`)
	if len(got) != 2 || !slices.Equal(got["splitrank_a_total"], []string{"job", "reason"}) || got["splitrank_b"] != nil {
		t.Errorf("read %q", got)
	}
}

// scraped are labels that Prometheus and the operators add, and that of buckets.
var scraped = []string{"job", "instance", "namespace", "pod", "le"}

var (
	metricName   = regexp.MustCompile(`\b(splitrank_[a-z_]+)(?:\{([^}]*)\})?`)
	metricLabel  = regexp.MustCompile(`([a-z_]+)(?:=~|!~|!=|=)`)
	metricDesc   = regexp.MustCompile(`fqName: "([^"]*)".*constLabels: \{([^}]*)\}, variableLabels: \{([^}]*)\}`)
	descConstant = regexp.MustCompile(`([a-z_]+)=`)
)

// metricsIn expressions, and the labels that they choose by.
func metricsIn(text string) map[string][]string {
	named := map[string][]string{}
	for _, m := range metricName.FindAllStringSubmatch(text, -1) {
		name := strings.TrimRight(m[1], "_")
		named[name] = append(named[name], firsts(metricLabel, m[2])...)
	}
	return named
}

func firsts(pattern *regexp.Regexp, text string) (list []string) {
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		list = append(list, m[1])
	}
	return list
}

// everyMetric of a server that has all there can be, with its labels. Those of
// histograms stand under their series.
func everyMetric() map[string][]string {
	llm := NewLLMMetrics("m", true, nil, nil, func() LLMState { return LLMState{} })
	config := Config{
		Models: NewModelMetrics(), LLM: llm, QueryLog: func() QueryLogState { return QueryLogState{} },
		Cache: func() CacheState { return CacheState{} }, Vectors: func() VectorsState { return VectorsState{} },
	}
	registry := newMetrics(config, nil, nil, &background{}).registry
	descs := make(chan *prometheus.Desc)
	go func() { defer close(descs); registry.Describe(descs) }()
	known := map[string][]string{}
	for d := range descs {
		m := metricDesc.FindStringSubmatch(d.String())
		labels := append(firsts(descConstant, m[2]), strings.Split(m[3], ",")...)
		for _, series := range []string{"", "_bucket", "_sum", "_count"} {
			known[m[1]+series] = append(known[m[1]+series], labels...)
		}
	}
	return known
}
