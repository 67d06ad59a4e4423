package charttest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// composeFile is what compose.yaml may say: a key beyond is a slip.
type composeFile struct {
	Name     string
	Services map[string]composeService
	Volumes  map[string]struct{}
}

type composeService struct {
	Image           string
	Build           *struct{ Context, Dockerfile string }
	Command         []string
	Environment     map[string]string
	Ports, Volumes  []string
	ReadOnly        bool     `json:"read_only"`
	User            string   `json:"user"`
	CapDrop         []string `json:"cap_drop"`
	SecurityOpt     []string `json:"security_opt"`
	MemLimit        string   `json:"mem_limit"`
	StopGracePeriod string   `json:"stop_grace_period"`
	Healthcheck     *struct {
		Test              []string
		Interval, Timeout string
		Retries           int
	}
	Restart   string
	DependsOn any `json:"depends_on"`
}

func compose(t *testing.T) (c composeFile) {
	t.Helper()
	text, err := os.ReadFile("../compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

var (
	pinnedTag = regexp.MustCompile(`^[a-z0-9./-]+:v?[0-9]+\.[0-9]+\.[0-9]+[a-z0-9.-]*$`)
	loopback  = regexp.MustCompile(`^127\.0\.0\.1:[0-9]+:[0-9]+$`)
)

// Images of others are pinned, ports are open to this machine alone, nothing may more
// than it needs, and what is mounted is there.
func TestCompose(t *testing.T) {
	c := compose(t)
	for name, s := range c.Services {
		if s.Build == nil && !pinnedTag.MatchString(s.Image) {
			t.Errorf("%s runs %s, which is no pinned tag", name, s.Image)
		}
		for _, p := range s.Ports {
			if !loopback.MatchString(p) {
				t.Errorf("%s opens %s to more than this machine", name, p)
			}
		}
		if strings.Join(s.CapDrop, " ") != "ALL" || strings.Join(s.SecurityOpt, " ") != "no-new-privileges:true" {
			t.Errorf("%s may more than it needs", name)
		}
		for _, v := range s.Volumes {
			checkVolume(t, c, name, v)
		}
	}
	if s := c.Services["splitrank"]; !s.ReadOnly || s.StopGracePeriod == "" {
		t.Errorf("splitrank runs as %+v", s)
	}
}

func checkVolume(t *testing.T, c composeFile, service, volume string) {
	t.Helper()
	from, _, _ := strings.Cut(volume, ":")
	if !strings.HasPrefix(from, ".") {
		if _, named := c.Volumes[from]; !named {
			t.Errorf("%s mounts the volume %s, which is not declared", service, from)
		}
		return
	}
	if info, err := os.Stat(filepath.Join("..", from)); err != nil || info.IsDir() || !strings.HasSuffix(volume, ":ro") {
		t.Errorf("%s mounts %s: %v", service, volume, err)
	}
}

// The build is where compose looks for it, and the settings are those of the server.
func TestComposeFitsTheServer(t *testing.T) {
	s := compose(t).Services["splitrank"]
	if _, err := os.Stat(filepath.Join("..", s.Build.Context, s.Build.Dockerfile)); err != nil {
		t.Error(err)
	}
	program := os.Getenv(programVariable)
	if program == "" {
		t.Skipf("%s names no program: make test-deploy does", programVariable)
	}
	help, err := exec.Command(program, "serve", "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range s.Environment {
		if strings.HasPrefix(name, "SPLITRANK_") && !strings.Contains(string(help), "$"+name) {
			t.Errorf("no flag of serve is set by %s", name)
		}
	}
}

// What Prometheus and Grafana are told fits together by name.
func TestComposeNamesFit(t *testing.T) {
	c := compose(t)
	for file, wants := range map[string][]string{
		"../prometheus.yaml":          {"names: [splitrank]", "/etc/prometheus/rules.yaml", "port: 8000"},
		"../grafana/datasource.yaml":  {"http://prometheus:9090"},
		"../grafana/dashboards.yaml":  {"/var/lib/grafana/dashboards"},
		"../compose.yaml":             {"redis://redis:6379/0"},
		"../chart/files/rules.yaml":   {`job=~".*splitrank.*"`},
		"../grafana/../Containerfile": {"EXPOSE 8000/tcp"},
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s does not say %s", file, want)
			}
		}
	}
	for _, name := range []string{"splitrank", "redis", "prometheus", "grafana"} {
		if c.Services[name].Image == "" {
			t.Errorf("there is no service %s", name)
		}
	}
}
