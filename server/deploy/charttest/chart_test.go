package charttest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"
)

// combinations of values that people use. Every object of each is decoded
// strictly and held to what is below.
var combinations = map[string]string{
	"nothing said":               "",
	"one replica, little memory": `{replicas: 1, cpu: 500m, memory: 512Mi, vectors: {kind: none}, disruptionBudget: {enabled: false}}`,
	"large":                      `{replicas: 20, cpu: "16", memory: 64Gi, vectors: {size: 200Gi}, stop: {drain: 20, shutdown: 60, grace: 90}}`,
	"pinned by digest": `
image: {repository: registry.example.com/team/splitrank, tag: v1, digest: "sha256:0123456789012345678901234567890123456789012345678901234567890123", pullPolicy: Always}
imagePullSecrets: [{name: registry}]`,
	"keys":               `{keys: {secret: splitrank-keys, clientSecret: splitrank-key}}`,
	"keys, none to test": `{keys: {secret: splitrank-keys, file: list}}`,
	"redis":              `{redis: {secret: redis, url: uri, port: 6380, to: [{podSelector: {matchLabels: {app: redis}}}]}}`,
	"hpa":                `{autoscaling: {kind: hpa, min: 3, max: 30, inFlight: 4}}`,
	"keda":               `{autoscaling: {kind: keda, prometheus: "http://prometheus.monitoring:9090"}}`,
	"keda with a guard":  `{autoscaling: {kind: keda, prometheus: "http://prometheus.monitoring:9090", seconds: 0.4, scaleDownSeconds: 600}}`,
	"monitored": `
keys: {secret: k, clientSecret: c, clientKey: prometheus}
monitoring: {serviceMonitor: true, rules: true, dashboard: true, interval: 15s, labels: {release: prometheus}, answersWithin: "0.25"}`,
	"closed network": `
networkPolicy:
  from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: gateway}}}]
  metricsFrom: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}, podSelector: {}}]
  egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 443, protocol: TCP}]}]`,
	"open network": `{networkPolicy: {enabled: false}}`,
	"settings": `
config: {model: none, log-level: debug, max-documents: 500, cache-size: 268435456, page: false, llm-trust: 0.5, alias: ["rerank-v3.5=splitrank-mini"], request-timeout: 10s}
env: [{name: SPLITRANK_LLM_KEY, valueFrom: {secretKeyRef: {name: llm, key: key}}}, {name: TZ, value: Asia/Jerusalem}]`,
	"scheduled": `
nodeSelector: {kubernetes.io/arch: amd64}
tolerations: [{key: dedicated, operator: Equal, value: search, effect: NoSchedule}]
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]}}}
priorityClassName: high
podLabels: {team: search}
podAnnotations: {example.com/note: "yes"}
serviceAccount: {name: given}`,
	"behind a load balancer": `{service: {type: LoadBalancer, port: 80, annotations: {example.com/internal: "true"}}, serviceAccount: {annotations: {example.com/role: reader}}}`,
	"vectors in memory":      `{vectors: {kind: memory}, memory: 3Gi}`,
	"a remote model": `
config: {model: /models/reranker}
volumes: [{name: reranker, configMap: {name: reranker}}]
volumeMounts: [{name: reranker, mountPath: /models/reranker, readOnly: true}]
env: [{name: BACKEND_KEY, valueFrom: {secretKeyRef: {name: backend, key: key}}}]
networkPolicy: {egress: [{to: [{podSelector: {matchLabels: {app: triton}}}], ports: [{port: 8000}]}]}`,
}

func TestChart(t *testing.T) {
	if len(combinations) < 12 {
		t.Fatalf("only %d combinations", len(combinations))
	}
	for name, values := range combinations {
		t.Run(name, func(t *testing.T) {
			list := mustRender(t, values)
			for _, o := range list {
				checkObject(t, o)
			}
			d := find[apps.Deployment](t, list)
			checkPod(t, d.Spec.Template.Spec)
			checkPod(t, find[core.Pod](t, list).Spec)
			checkStop(t, d, settings(t, list))
			checkMemory(t, d, settings(t, list))
			checkSelectors(t, d, list)
			checkScaling(t, d, list)
			checkSettings(t, list)
		})
	}
}

func checkObject(t *testing.T, o object) {
	if _, err := decode(o); err != nil {
		t.Errorf("%s %s: %v\n%s", o.kind, o.name, err, o.text)
	}
	if wrong := validation.IsDNS1123Label(o.name); len(wrong) > 0 {
		t.Errorf("%s is called %q: %v", o.kind, o.name, wrong)
	}
	if strings.Contains(o.text, "<no value>") || strings.Contains(o.text, "%!") {
		t.Errorf("%s %s has holes:\n%s", o.kind, o.name, o.text)
	}
}

// checkPod holds a pod to the restricted profile of Kubernetes' pod security, and
// its mounts to volumes that are there.
func checkPod(t *testing.T, pod core.PodSpec) {
	t.Helper()
	s := pod.SecurityContext
	if !*s.RunAsNonRoot || *s.RunAsUser != 65532 || s.SeccompProfile.Type != core.SeccompProfileTypeRuntimeDefault || *pod.AutomountServiceAccountToken || *pod.EnableServiceLinks {
		t.Errorf("the pod may too much: %+v", pod)
	}
	volumes := map[string]bool{}
	for _, v := range pod.Volumes {
		volumes[v.Name] = true
	}
	for _, c := range pod.Containers {
		s := c.SecurityContext
		if *s.AllowPrivilegeEscalation || !*s.ReadOnlyRootFilesystem || len(s.Capabilities.Drop) != 1 || s.Capabilities.Drop[0] != "ALL" {
			t.Errorf("container %s may too much: %+v", c.Name, s)
		}
		if c.Resources.Limits.Memory().Cmp(*c.Resources.Requests.Memory()) != 0 || !c.Resources.Limits.Cpu().IsZero() || c.Resources.Requests.Cpu().IsZero() {
			t.Errorf("container %s has resources %+v", c.Name, c.Resources)
		}
		for _, m := range c.VolumeMounts {
			if !volumes[m.Name] {
				t.Errorf("container %s mounts %s, which is no volume", c.Name, m.Name)
			}
		}
	}
	if len(pod.TopologySpreadConstraints) != 2 && pod.RestartPolicy != core.RestartPolicyNever {
		t.Errorf("%d rules of spreading", len(pod.TopologySpreadConstraints))
	}
}

// checkStop: a pod leaves the balancers before it stops, and ends before it is killed.
func checkStop(t *testing.T, d *apps.Deployment, set map[string]any) {
	t.Helper()
	pod := d.Spec.Template.Spec
	drain, errDrain := time.ParseDuration(set["drain-delay"].(string))
	shutdown, errShutdown := time.ParseDuration(set["shutdown-timeout"].(string))
	grace := time.Duration(*pod.TerminationGracePeriodSeconds) * time.Second
	if errDrain != nil || errShutdown != nil || drain+shutdown >= grace {
		t.Errorf("drain %s and shutdown %s against %s", drain, shutdown, grace)
	}
	c := pod.Containers[0]
	if c.ReadinessProbe.HTTPGet.Path != "/readyz" || c.LivenessProbe.HTTPGet.Path != "/healthz" || c.StartupProbe.HTTPGet.Path != "/healthz" {
		t.Errorf("probes %v, %v, %v", c.ReadinessProbe.HTTPGet, c.LivenessProbe.HTTPGet, c.StartupProbe.HTTPGet)
	}
	unready := time.Duration(c.ReadinessProbe.PeriodSeconds*c.ReadinessProbe.FailureThreshold) * time.Second
	if drain > 0 && drain < unready {
		t.Errorf("a pod drains for %s and is found unready after %s", drain, unready)
	}
}

// checkMemory: Go's limit is three quarters of the container's, requests in flight may take a fifth.
func checkMemory(t *testing.T, d *apps.Deployment, set map[string]any) {
	t.Helper()
	c := d.Spec.Template.Spec.Containers[0]
	limit := c.Resources.Limits.Memory().Value()
	for _, e := range c.Env {
		if e.Name != "GOMEMLIMIT" {
			continue
		}
		q, err := resource.ParseQuantity(strings.TrimSuffix(e.Value, "B"))
		if err != nil || q.Value()*4 > limit*3 || q.Value()*4 < limit*3-4<<20 {
			t.Errorf("GOMEMLIMIT %s of %d (%v)", e.Value, limit, err)
		}
		if held, err := strconv.ParseInt(set["max-in-flight-bytes"].(string), 10, 64); err != nil || held > limit/5 || held < limit/6 {
			t.Errorf("max-in-flight-bytes %d of %d (%v)", held, limit, err)
		}
		return
	}
	t.Error("GOMEMLIMIT is not set")
}

// checkSelectors: whatever selects pods selects those of the Deployment, and not that of the test.
func checkSelectors(t *testing.T, d *apps.Deployment, list []object) {
	t.Helper()
	selectors := map[string]*meta.LabelSelector{"Deployment": d.Spec.Selector, "Service": {MatchLabels: find[core.Service](t, list).Spec.Selector}}
	if b := find[policy.PodDisruptionBudget](t, list); b != nil {
		selectors["PodDisruptionBudget"] = b.Spec.Selector
	}
	if p := find[networking.NetworkPolicy](t, list); p != nil {
		selectors["NetworkPolicy"] = &p.Spec.PodSelector
	}
	for _, c := range d.Spec.Template.Spec.TopologySpreadConstraints {
		selectors[c.TopologyKey] = c.LabelSelector
	}
	test := find[core.Pod](t, list)
	for of, s := range selectors {
		match, err := meta.LabelSelectorAsSelector(s)
		if err != nil || match.Empty() || !match.Matches(labels.Set(d.Spec.Template.Labels)) || match.Matches(labels.Set(test.Labels)) {
			t.Errorf("%s selects %v (%v)", of, match, err)
		}
	}
	if m := find[serviceMonitor](t, list); m != nil {
		match, err := meta.LabelSelectorAsSelector(&m.Spec.Selector)
		if err != nil || !match.Matches(labels.Set(find[core.Service](t, list).Labels)) {
			t.Errorf("the ServiceMonitor selects %v (%v)", match, err)
		}
	}
}

// checkScaling: a scaler scales this Deployment, which then says no number itself.
func checkScaling(t *testing.T, d *apps.Deployment, list []object) {
	t.Helper()
	hpa, keda := find[autoscaling.HorizontalPodAutoscaler](t, list), find[scaledObject](t, list)
	if scaled := hpa != nil || keda != nil; scaled == (d.Spec.Replicas != nil) {
		t.Errorf("scaled: %v, replicas %v", scaled, d.Spec.Replicas)
	}
	if hpa != nil && hpa.Spec.ScaleTargetRef.Name != d.Name {
		t.Errorf("the HPA scales %s", hpa.Spec.ScaleTargetRef.Name)
	}
	if keda == nil {
		return
	}
	if keda.Spec.ScaleTargetRef.Name != d.Name || !strings.HasPrefix(keda.Spec.Triggers[0].Metadata["query"], `sum(splitrank_http_requests_in_flight{namespace="prod"`) {
		t.Errorf("KEDA scales %+v", keda.Spec)
	}
}

// settings is the file that the server reads.
func settings(t *testing.T, list []object) (set map[string]any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(settingsFile(t, list)), &set); err != nil {
		t.Fatal(err)
	}
	return set
}

func settingsFile(t *testing.T, list []object) string {
	t.Helper()
	for _, o := range list {
		if decoded, err := decode(o); err == nil {
			if m, ok := decoded.(*core.ConfigMap); ok && m.Data["splitrank.yaml"] != "" {
				return m.Data["splitrank.yaml"]
			}
		}
	}
	t.Fatal("no ConfigMap has the settings")
	return ""
}

// programVariable names the program that reads the settings: .ci/deploytest sets it.
const programVariable = "SPLITRANK_PROGRAM"

// checkSettings has the server's own program read them.
func checkSettings(t *testing.T, list []object) {
	t.Helper()
	program := os.Getenv(programVariable)
	if program == "" {
		return
	}
	file := filepath.Join(t.TempDir(), "splitrank.yaml")
	if err := os.WriteFile(file, []byte(settingsFile(t, list)), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "config", "check", file).CombinedOutput(); err != nil {
		t.Errorf("%v: %s\n%s", err, out, settingsFile(t, list))
	}
}
