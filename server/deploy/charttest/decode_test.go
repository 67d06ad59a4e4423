package charttest

import (
	"errors"
	"fmt"
	"testing"

	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// typed is an empty object of a kind, of the version that the chart writes.
func typed(version, kind string) any {
	return map[string]any{
		"v1/ConfigMap": &core.ConfigMap{}, "v1/Service": &core.Service{}, "v1/ServiceAccount": &core.ServiceAccount{}, "v1/Pod": &core.Pod{},
		"apps/v1/Deployment": &apps.Deployment{}, "policy/v1/PodDisruptionBudget": &policy.PodDisruptionBudget{},
		"networking.k8s.io/v1/NetworkPolicy":      &networking.NetworkPolicy{},
		"autoscaling/v2/HorizontalPodAutoscaler":  &autoscaling.HorizontalPodAutoscaler{},
		"keda.sh/v1alpha1/ScaledObject":           &scaledObject{},
		"monitoring.coreos.com/v1/ServiceMonitor": &serviceMonitor{},
		"monitoring.coreos.com/v1/PrometheusRule": &prometheusRule{},
	}[version+"/"+kind]
}

// decode reads an object into its type. A field that the type lacks is an error,
// and so is one that stands twice.
func decode(o object) (any, error) {
	var head meta.TypeMeta
	if err := yaml.Unmarshal([]byte(o.text), &head); err != nil {
		return nil, err
	}
	to := typed(head.APIVersion, head.Kind)
	if to == nil {
		return nil, fmt.Errorf("%s %s is of no known type", head.APIVersion, head.Kind)
	}
	text, err := yaml.YAMLToJSONStrict([]byte(o.text))
	if err != nil {
		return nil, err
	}
	strict, err := json.UnmarshalStrict(text, to) // as a cluster reads it
	return to, errors.Join(append(strict, err)...)
}

// find decodes the only object of a type.
func find[T any](t *testing.T, list []object) *T {
	t.Helper()
	var found *T
	for _, o := range list {
		decoded, err := decode(o)
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", o.kind, o.name, err, o.text)
		}
		if is, ok := decoded.(*T); ok {
			if found != nil {
				t.Fatalf("two objects of %T", found)
			}
			found = is
		}
	}
	return found
}

// The kinds below are no part of Kubernetes. These are the fields that the chart
// may use of them, after their own documentation: KEDA 2, Prometheus Operator v1.

type scaledObject struct {
	meta.TypeMeta   `json:",inline"`
	meta.ObjectMeta `json:"metadata"`
	Spec            struct {
		ScaleTargetRef struct {
			Name string `json:"name"`
		} `json:"scaleTargetRef"`
		MinReplicaCount *int32 `json:"minReplicaCount"`
		MaxReplicaCount *int32 `json:"maxReplicaCount"`
		Fallback        *struct {
			FailureThreshold int32 `json:"failureThreshold"`
			Replicas         int32 `json:"replicas"`
		} `json:"fallback"`
		Advanced *struct {
			HorizontalPodAutoscalerConfig struct {
				Behavior autoscaling.HorizontalPodAutoscalerBehavior `json:"behavior"`
			} `json:"horizontalPodAutoscalerConfig"`
		} `json:"advanced"`
		Triggers []struct {
			Type       string            `json:"type"`
			MetricType string            `json:"metricType"`
			Metadata   map[string]string `json:"metadata"` // all of them are text
		} `json:"triggers"`
	} `json:"spec"`
}

type serviceMonitor struct {
	meta.TypeMeta   `json:",inline"`
	meta.ObjectMeta `json:"metadata"`
	Spec            struct {
		Selector  meta.LabelSelector `json:"selector"`
		Endpoints []struct {
			Port          string `json:"port"`
			Path          string `json:"path"`
			Interval      string `json:"interval"`
			Authorization *struct {
				Type        string                 `json:"type"`
				Credentials core.SecretKeySelector `json:"credentials"`
			} `json:"authorization"`
		} `json:"endpoints"`
	} `json:"spec"`
}

type prometheusRule struct {
	meta.TypeMeta   `json:",inline"`
	meta.ObjectMeta `json:"metadata"`
	Spec            struct {
		Groups []struct {
			Name  string `json:"name"`
			Rules []struct {
				Record      string            `json:"record"`
				Alert       string            `json:"alert"`
				Expr        string            `json:"expr"`
				For         string            `json:"for"`
				Labels      map[string]string `json:"labels"`
				Annotations map[string]string `json:"annotations"`
			} `json:"rules"`
		} `json:"groups"`
	} `json:"spec"`
}
