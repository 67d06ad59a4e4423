// Package otlp sends spans to a collector by OTLP over HTTP, and carries traces from
// one server to the next (W3C Trace Context). What the standard's OTEL_ variables say
// counts; see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/.
package otlp

import (
	"cmp"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Options of Open.
type Options struct {
	// Endpoint is what stands before /v1/traces, as http://localhost:4318; "" = that of
	// the environment.
	Endpoint string
	// Ratio of requests that are traced, of those whose callers do not say, from 0 to 1;
	// nil = as the environment says, which is all by default.
	Ratio *float64
	// Version of this program.
	Version string
	// Changed is called when spans cannot be sent, with the reason, and with nil when
	// they can again. nil = nobody wants to know.
	Changed func(error)
	// FlushTimeout bounds Close. 0 = 5 s.
	FlushTimeout time.Duration
}

const defaultFlushTimeout = 5 * time.Second

// wanted reports whether traces are to be sent: there is an endpoint, and nothing
// switches them off.
func (o Options) wanted() bool {
	if off, _ := strconv.ParseBool(os.Getenv("OTEL_SDK_DISABLED")); off || os.Getenv("OTEL_TRACES_EXPORTER") == "none" {
		return false
	}
	return o.Endpoint != "" || environmentEndpoint() != ""
}

func environmentEndpoint() string {
	return cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))
}

// Check refuses what the SDK would replace by a default and log.
func (o Options) Check() error {
	if !o.wanted() {
		return nil
	}
	if o.Ratio != nil && !(*o.Ratio >= 0 && *o.Ratio <= 1) {
		return fmt.Errorf("a share of %v of the requests: want 0 to 1", *o.Ratio)
	}
	if err := checkEndpoint(cmp.Or(o.Endpoint, environmentEndpoint())); err != nil {
		return err
	}
	if p := cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"), os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL")); p != "" && p != "http/protobuf" {
		return fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL is %q: traces are sent by http/protobuf, which collectors take at port 4318", p)
	}
	if e := os.Getenv("OTEL_TRACES_EXPORTER"); e != "" && e != "otlp" {
		return fmt.Errorf("OTEL_TRACES_EXPORTER is %q: want otlp or none", e)
	}
	return checkSampler(os.Getenv("OTEL_TRACES_SAMPLER"), os.Getenv("OTEL_TRACES_SAMPLER_ARG"))
}

func checkEndpoint(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("the endpoint of traces is not like http://localhost:4318")
	}
	return nil
}

func samplers() []string {
	return []string{"always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"}
}

func checkSampler(name, arg string) error {
	if name != "" && !slices.Contains(samplers(), name) {
		return fmt.Errorf("OTEL_TRACES_SAMPLER is %q: want one of %s", name, strings.Join(samplers(), ", "))
	}
	if !strings.HasSuffix(name, "traceidratio") || arg == "" {
		return nil
	}
	if ratio, err := strconv.ParseFloat(arg, 64); err != nil || !(ratio >= 0 && ratio <= 1) {
		return fmt.Errorf("OTEL_TRACES_SAMPLER_ARG is %q: want a number from 0 to 1", arg)
	}
	return nil
}
