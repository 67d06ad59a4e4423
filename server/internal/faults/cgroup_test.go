//go:build linux

package faults

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// group is a control group that kills what takes more memory than it may.
type group struct{ dir, kills string }

// newGroup makes one for a test, by either version of the kernel's interface.
// Where the machine does not let it the test is skipped.
func newGroup(t *testing.T, bytes int64) group {
	t.Helper()
	var why []string
	for _, v := range []struct{ parent, limit, kills string }{
		{"/sys/fs/cgroup", "memory.max", "memory.events"},
		{"/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.oom_control"},
	} {
		dir, err := os.MkdirTemp(v.parent, "splitrank-test-")
		if err != nil {
			why = append(why, err.Error())
			continue
		}
		t.Cleanup(func() { _ = os.Remove(dir) }) // as soon as its processes have ended
		if err = overwrite(filepath.Join(dir, v.limit), fmt.Sprint(bytes)); err == nil {
			return group{dir, filepath.Join(dir, v.kills)}
		}
		why = append(why, err.Error())
	}
	t.Skipf("no control group can be made here: %s", strings.Join(why, "; "))
	return group{}
}

// overwrite a file that the kernel has made: where it has not, the folder is no group.
func overwrite(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}

// killed is how many processes it has killed.
func (g group) killed(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(g.kills)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^oom_kill (\d+)$`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("%s says %q", g.kills, text)
	}
	return string(m[1])
}

// TestTwoGigabytes: a container of 2 GB, set up as SECURITY.md says, bears 48
// clients who ask for all that a batch can say and do not read it.
func TestTwoGigabytes(t *testing.T) {
	for _, documents := range []int{100, 1000} {
		t.Run(fmt.Sprint(documents), func(t *testing.T) {
			g := newGroup(t, 2<<30)
			p := startBy(t, []string{"/bin/sh", "-c", `echo $$ >"$0"/cgroup.procs && exec "$@"`, g.dir, built(t)}, "GOMEMLIMIT=1536MiB")
			body := explainedBatch(100, documents)
			for range 48 {
				p.open(request("/rerank/batch", "*/*", body, len(body)))
			}
			for range 100 {
				p.served(small)
			}
			if n := g.killed(t); n != "0" {
				t.Errorf("%s processes were killed", n)
			}
			t.Logf("at most %d MB", p.memory("VmHWM")>>20)
		})
	}
}
