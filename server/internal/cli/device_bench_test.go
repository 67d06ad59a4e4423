package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/ort"
)

// BenchmarkDevices compares the devices of this processor: each is a program of its own,
// which reads 16 documents a request, and all take turns, in another order each round.
// SPLITRANK_DEVICE_MODEL is the folder of the model.
//
//	SPLITRANK_DEVICE_MODEL=DIR go test ./server/internal/cli -run '^$' -bench Devices -benchtime 20x
func BenchmarkDevices(b *testing.B) {
	dir := os.Getenv("SPLITRANK_DEVICE_MODEL")
	if _, err := ort.FindLibraryFor(ort.OpenVINO, os.Getenv); err != nil || dir == "" {
		b.Skip("SPLITRANK_DEVICE_MODEL names no folder, or there is no OpenVINO: make ort-openvino fetches it")
	}
	var list []*contender
	for _, device := range []ort.Device{ort.CPU, ort.OpenVINO, ort.OpenVINOBF16} {
		list = append(list, startContender(b, device, dir))
	}
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 3 { // and load
		for _, c := range list {
			c.ask(b, round)
		}
	}
	for _, c := range list {
		c.took = nil
	}
	for b.Loop() {
		round := random.IntN(1 << 30)
		for _, at := range random.Perm(len(list)) {
			list[at].ask(b, round)
		}
	}
	fmt.Printf("%s, %s/%s, %d processors, %d rounds of 16 documents\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), b.N)
	for _, c := range list {
		fmt.Printf("%-14s median %6.1f ms, %.2f times the documents of %s\n", c.device, middle(c.took), c.gain(list[0]), list[0].device)
	}
}

// contender is a program that reads requests and writes answers, line by line.
type contender struct {
	device  ort.Device
	in      io.Writer
	answers *bufio.Reader
	took    []float64 // ms, by round
}

func startContender(b *testing.B, device ort.Device, dir string) *contender {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	c := exec.CommandContext(b.Context(), self, "rerank", "--input", "jsonl", "--format", "json", "--vectors", "none", "--device", string(device), "--model", dir, "-")
	c.Env, c.Stderr = append(os.Environ(), asProgram+"=1"), os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_ = c.Wait()
	})
	return &contender{device: device, in: in, answers: bufio.NewReader(out)}
}

// ask about 16 documents that differ from round to round in a number.
func (c *contender) ask(b *testing.B, round int) {
	b.Helper()
	req := map[string]any{"query": "how do plants make food", "pipeline": "cross-encoder", "documents": passagesOf(round)}
	line, err := json.Marshal(req)
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if _, err := c.in.Write(append(line, '\n')); err != nil {
		b.Fatalf("%s: %v", c.device, err)
	}
	answer, err := c.answers.ReadString('\n')
	c.took = append(c.took, float64(time.Since(start).Microseconds())/1000)
	if err != nil || !strings.Contains(answer, `"scored":16`) {
		b.Fatalf("%s: %v %s", c.device, err, answer)
	}
}

// passagesOf 60 to 120 words.
func passagesOf(round int) (list []string) {
	words := strings.Fields("plants turn light water and carbon dioxide into sugar in their leaves while the roots of a tree reach for what rain has left")
	random := rand.New(rand.NewPCG(uint64(round), 1))
	for range 16 {
		var text strings.Builder
		for range 60 + random.IntN(60) {
			text.WriteString(words[random.IntN(len(words))] + " ")
		}
		list = append(list, text.String())
	}
	return list
}

// gain is the median of how many times faster it was in the same round.
func (c *contender) gain(over *contender) float64 {
	var ratios []float64
	for i := range c.took {
		ratios = append(ratios, over.took[i]/c.took[i])
	}
	return middle(ratios)
}

func middle(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
