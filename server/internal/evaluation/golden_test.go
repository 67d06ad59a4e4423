package evaluation

import (
	"flag"
	"path/filepath"
	"testing"

	"github.com/splitrank/splitrank/shared/golden"
)

var update = flag.Bool("update", false, "write the golden files anew")

// goldenFile compares with testdata/name, or writes it.
func goldenFile(t *testing.T, name string, got []byte) {
	t.Helper()
	golden.File(t, *update, filepath.Join("testdata", name), got)
}
