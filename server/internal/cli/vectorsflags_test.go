package cli

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/splitrank/splitrank/server/internal/vectors"
)

func parseVectors(t *testing.T, args ...string) (f vectorsFlags, err error) {
	t.Helper()
	parser, err := kong.New(&f, kong.DefaultEnvars("SPLITRANK"), defaults())
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return f, err
}

func TestVectorsFlags(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"", ""},
		{"--vectors memory --vectors-memory 1048576 --vectors-disk 1048576 --vectors-ttl 1s", ""},
		{"--vectors tape", "must be one of"},
		{"--vectors-memory 1", "--vectors-memory 1: want 1048576 or more"},
		{"--vectors-disk 0", "--vectors-disk 0: want 1048576 or more"},
		{"--vectors-ttl 1ms", "--vectors-ttl 1ms: want a second"},
		{"--vectors-ttl=-1h", "--vectors-ttl -1h0m0s: want a second"},
	} {
		_, err := parseVectors(t, strings.Fields(tt.args)...)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", tt.args, err, tt.want)
		}
	}
	t.Setenv("SPLITRANK_VECTORS", "none")
	t.Setenv("SPLITRANK_VECTORS_TTL", "2h")
	if f, err := parseVectors(t); f.Vectors != vectorsNowhere || f.VectorsTTL != 2*time.Hour || f.VectorsMemory != vectors.DefaultMemory || err != nil {
		t.Errorf("%+v, error %v", f, err)
	}
}

// TestOpenVectors: where they are kept, by flags, and what is said where that
// cannot be.
func TestOpenVectors(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "vectors")
	for _, tt := range []struct{ where, dir, wantPath, wantLog string }{
		{"disk", dir, dir, ""},
		{"disk", "/dev/null/x", "", "in memory only"},
		{"memory", dir, "", ""},
		{"none", dir, "none", ""},
	} {
		var log bytes.Buffer
		f, err := parseVectors(t, "--vectors", tt.where, "--vectors-dir", tt.dir)
		if err != nil {
			t.Fatal(err)
		}
		s, err := f.open("a format", sharedLevel{}, func(err error) { fmt.Fprintln(&log, err) })
		if err != nil || (s == nil) != (tt.wantPath == "none") {
			t.Fatalf("%+v: store %v, error %v", tt, s, err)
		}
		if !strings.Contains(log.String(), tt.wantLog) || tt.wantLog == "" && log.Len() > 0 {
			t.Errorf("%+v: log %s", tt, &log)
		}
		if s == nil {
			continue
		}
		if st := s.Stat(); st.Path != tt.wantPath {
			t.Errorf("%+v: %+v", tt, st)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
