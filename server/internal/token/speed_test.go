package token

import (
	"bufio"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
)

// TestSpeed is the Go half of parity/speed.py: standard input names a
// tokenizer, lists texts, then asks for one timed pass after the other.
func TestSpeed(t *testing.T) {
	if os.Getenv("SPLITRANK_SPEED") == "" {
		t.Skip("SPLITRANK_SPEED is not set: parity/speed.py runs this test beside the reference")
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	var head struct {
		Tokenizer string   `json:"tokenizer"`
		Texts     []string `json:"texts"`
	}
	line, err := in.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &head)
	}
	if err != nil {
		t.Fatal(err)
	}
	loaded := time.Now()
	tokenizer, err := loadAny(head.Tokenizer, Options{})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("pass load %.6f\n", time.Since(loaded).Seconds())
	var ids []int32
	for {
		if _, err := in.ReadBytes('\n'); err != nil {
			return
		}
		start, tokens := time.Now(), 0
		for _, text := range head.Texts {
			ids = must(tokenizer.Encode(ids[:0], text, 0))
			tokens += len(ids)
		}
		fmt.Printf("pass %d %.6f\n", tokens, time.Since(start).Seconds())
	}
}
