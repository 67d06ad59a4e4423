package charttest

import (
	"strings"
	"testing"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
)

// What means nothing is refused before it reaches a cluster, by name.
func TestChartRefuses(t *testing.T) {
	for _, test := range []struct{ values, says string }{
		{`{replica: 3}`, "replica"},
		{`{replicas: -1}`, "replicas"},
		{`{replicas: two}`, "replicas"},
		{`{memory: 2G}`, "memory"},
		{`{memory: 100Mi}`, "memory (100Mi) is too little"},
		{`{cpu: "0"}`, "cpu"},
		{`{image: {digest: "sha256:12"}}`, "digest"},
		{`{image: {pullPolicy: Sometimes}}`, "pullPolicy"},
		{`{config: {log_level: debug}}`, "log_level"},
		{`{config: {api-keys: [secret]}}`, "api-keys"},
		{`{config: {cache-redis: "redis://:password@host"}}`, "cache-redis"},
		{`{config: {drain-delay: 5s}}`, "drain-delay"},
		{`{config: {model: {name: none}}}`, "model"},
		{`{env: [{value: x}]}`, "env"},
		{`{vectors: {kind: tape}}`, "kind"},
		{`{stop: {drain: 10, shutdown: 20, grace: 30}}`, "stop.grace (30 s) has to be longer"},
		{`{autoscaling: {kind: vpa}}`, "kind"},
		{`{autoscaling: {kind: keda}}`, "prometheus"},
		{`{autoscaling: {kind: hpa, min: 11}}`, "autoscaling.min (11) is above"},
		{`{autoscaling: {kind: hpa, inFlight: 0}}`, "inFlight"},
		{`{networkPolicy: {from: [{pods: all}]}}`, "from"},
		{`{networkPolicy: {from: [{}]}}`, "from"},
		{`{monitoring: {answersWithin: "0.3"}}`, "answersWithin"},
		{`{monitoring: {interval: 30}}`, "interval"},
		{`{monitoring: {serviceMonitor: true}, keys: {secret: k}}`, "keys.clientSecret"},
		{`{keys: {secret: "Not A Name"}}`, "secret"},
		{`{disruptionBudget: {maxUnavailable: 0}}`, "maxUnavailable"},
		{`{service: {port: 70000}}`, "port"},
		{`{volumes: [{name: host, hostPath: {path: /}}]}`, "hostPath"},
		{`{volumes: [{name: state, emptyDir: {}}]}`, "volumes"},
		{`{volumeMounts: [{name: m, mountPath: /etc/splitrank}]}`, "mountPath"},
	} {
		t.Run(test.values, func(t *testing.T) {
			list, err := render(test.values)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, %d objects; want an error about %q", err, len(list), test.says)
			}
		})
	}
}

// The strict decoding sees what a cluster would drop in silence.
func TestDecodingIsStrict(t *testing.T) {
	for name, text := range map[string]string{
		"a field that is none": "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {port: 80}\n",
		"a field of another":   "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: x}\nspec: {replicas: 1}\n",
		"twice":                "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {type: ClusterIP, type: NodePort}\n",
		"a number for a text":  "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: x}\nspec: {triggers: [{type: prometheus, metadata: {threshold: 8}}]}\n",
		"an unknown kind":      "apiVersion: v2\nkind: Service\nmetadata: {name: x}\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := decode(object{text: text}); err == nil {
				t.Error("decoded")
			}
		})
	}
}

// Secrets come from secrets, and from nowhere else.
func TestSecretsAreMounted(t *testing.T) {
	list := mustRender(t, `{keys: {secret: k, clientSecret: c, clientKey: one}, redis: {secret: r, url: u}}`)
	d := find[apps.Deployment](t, list)
	if set := settings(t, list); set["api-keys-file"] != "/run/secrets/splitrank/keys" {
		t.Errorf("settings %v", set)
	}
	found := false
	for _, e := range d.Spec.Template.Spec.Containers[0].Env {
		if e.Name == "SPLITRANK_CACHE_REDIS" {
			found = e.Value == "" && e.ValueFrom.SecretKeyRef.Name == "r" && e.ValueFrom.SecretKeyRef.Key == "u"
		}
	}
	if !found {
		t.Error("the URL of Redis is no reference to its secret")
	}
	test := strings.Join(find[core.Pod](t, list).Spec.Containers[0].Args, " ")
	if want := "healthcheck --addr=search-splitrank:8000 --timeout=30s --ask --key-file=/run/secrets/splitrank/one"; test != want {
		t.Errorf("the test runs %q, want %q", test, want)
	}
}

// The limit of what is late is the same in every rule.
func TestRulesTakeTheLimit(t *testing.T) {
	rules := find[prometheusRule](t, mustRender(t, `{monitoring: {rules: true, answersWithin: "1"}}`))
	seen := 0
	for _, g := range rules.Spec.Groups {
		for _, r := range g.Rules {
			seen += strings.Count(r.Expr, `le="1"`)
			if strings.Contains(r.Expr, `le="0.5"`) {
				t.Errorf("%s%s has another limit: %s", r.Record, r.Alert, r.Expr)
			}
		}
	}
	if seen != 4 {
		t.Errorf("%d rules have the limit, want 4", seen)
	}
}
