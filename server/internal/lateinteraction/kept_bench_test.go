package lateinteraction

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/shared/api"
)

// kept are the passages of BenchmarkHundredThousandKept.
const kept = 100_000

// BenchmarkHundredThousandKept asks questions over 100 of 100,000 kept passages, chosen
// at random, with the bounds that a server has. Beside the time of a question it reports
// what the store takes on disk, how long it takes to open, the time of the look-up alone,
// and the memory of the whole process: model, store and engine.
//
// The passages have the vectors of a few that were read, under keys of their own: to read
// 100,000 takes an hour.
func BenchmarkHundredThousandKept(b *testing.B) {
	dir := b.TempDir()
	size := fillKept(b, dir)
	start := time.Now()
	store := openStore(b, vectors.Options{Dir: dir, Format: Format})
	opened := time.Since(start)
	m := loadBuiltin(b, Options{Store: store})
	e, r := engineOf(b, m), rand.New(rand.NewPCG(7, 7))
	var looked, whole []time.Duration
	for b.Loop() {
		req := &api.Request{Query: "how long does " + strconv.Itoa(r.IntN(1000)) + " take", Documents: someKept(r)}
		start := time.Now()
		if u := usage(b, e, req); u.Known != len(req.Documents) {
			b.Fatalf("%+v", u)
		}
		whole = append(whole, time.Since(start))
		keys := m.keys(someKept(r), m.cutter(nil), "")
		start = time.Now()
		store.Get(b.Context(), keys)
		looked = append(looked, time.Since(start))
	}
	b.ReportMetric(float64(size)/kept, "B/passage")
	b.ReportMetric(opened.Seconds(), "s-to-open")
	reportMS(b, looked, "look-up")
	reportMS(b, whole, "question")
	b.ReportMetric(residentMB(b), "RSS-MB")
}

// passage by its number, of about 600 bytes.
func passage(i int) api.Document {
	return api.Document{Text: strconv.Itoa(i) + strings.Repeat(" how do plants make food of light and water", 14)}
}

// someKept are 100 passages.
func someKept(r *rand.Rand) []api.Document {
	list := make([]api.Document, 100)
	for i := range list {
		list[i] = passage(r.IntN(kept))
	}
	return list
}

// fillKept fills a folder, and returns what it takes in bytes.
func fillKept(b *testing.B, dir string) (size int64) {
	store, err := vectors.Open(vectors.Options{Dir: dir, Format: Format})
	if err != nil {
		b.Fatal(err)
	}
	m := loadBuiltin(b, Options{Store: store})
	c := m.cutter(nil)
	mustScore(b, m, &api.Request{Query: "light", Documents: []api.Document{passage(0)}})
	form := store.Get(b.Context(), m.keys([]api.Document{passage(0)}, c, ""))[0]
	for from := range kept / 1000 {
		keys := m.keys(passages(1000*from, 1000), c, "")
		for _, k := range keys {
			store.Put(k, form)
		}
		if err := store.Flush(b.Context(), keys...); err != nil {
			b.Fatal(err)
		}
	}
	size = store.Stat().Disk.Bytes
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
	debug.FreeOSMemory()
	return size
}

func passages(from, n int) []api.Document {
	list := make([]api.Document, n)
	for i := range list {
		list[i] = passage(from + i)
	}
	return list
}

func reportMS(b *testing.B, list []time.Duration, name string) {
	slices.Sort(list)
	for _, p := range []int{50, 99} {
		b.ReportMetric(float64(list[len(list)*p/100].Microseconds())/1000, fmt.Sprintf("ms-%s-p%d", name, p))
	}
}

// residentMB of this process.
func residentMB(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("only Linux tells the resident memory:", err)
	}
	_, rest, _ := bytes.Cut(status, []byte("VmRSS:"))
	kb, err := strconv.Atoi(string(bytes.Fields(rest)[0]))
	if err != nil {
		b.Fatal(err)
	}
	return float64(kb) / 1024
}
