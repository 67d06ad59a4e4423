package token

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

func replace(from, to string) string {
	return fmt.Sprintf(`{"type":"Replace","pattern":{"String":%q},"content":%q}`, from, to)
}

func sequence(parts ...string) string {
	return `{"type":"Sequence","normalizers":[` + strings.Join(parts, ",") + `]}`
}

// repeated is a list of n equal parts.
func repeated(part string, n int) []string {
	return strings.Split(strings.Repeat(part+"\n", n-1)+part, "\n")
}

// oneLetterMap maps the letter a to a text, as SentencePiece stores it.
func oneLetterMap(text string) string {
	trie := make([]uint32, 512)
	trie[0] = 1 << 10                // children of the root begin at 1
	trie['a'^1] = 'a' | 1<<8 | 2<<10 // it ends here, and its value lies at
	trie['a'^1^2] = 1 << 31          // offset 0
	raw := binary.LittleEndian.AppendUint32(nil, uint32(4*len(trie)))
	for _, unit := range trie {
		raw = binary.LittleEndian.AppendUint32(raw, unit)
	}
	return base64.StdEncoding.EncodeToString(append(raw, text+"\x00"...))
}

// TestGrowthRefused: a text that the rules of a model make too long is an error,
// soon and in little memory.
func TestGrowthRefused(t *testing.T) {
	for _, tt := range []struct{ name, normalizer, text string }{
		{"doubled forty times", sequence(repeated(replace("a", "aa"), 40)...), strings.Repeat("a", 20_000)},
		{"one letter doubled sixty times", sequence(repeated(replace("a", "aa"), 60)...), "a"},
		{"a long replacement", replace("a", strings.Repeat("b", maxReplacement)), strings.Repeat("a", 1<<20)},
		{"a class", `{"type":"Replace","pattern":{"Regex":"\\w"},"content":"` + strings.Repeat("b", 1000) + `"}`, strings.Repeat("a", 1<<20)},
		{"a map", `{"type":"Precompiled","precompiled_charsmap":"` + oneLetterMap(strings.Repeat("b", 1<<20)) + `"}`, strings.Repeat("a", 1<<16)},
		{"grown and shrunk", sequence(append(repeated(replace("a", "aa"), 40), replace("a", ""))...), strings.Repeat("a", 1<<16)},
		{"many short texts in one", sequence(append(repeated(replace("a", "aa"), 10), replace("a", ""))...), strings.Repeat("aX", 1<<16)},
		{"in front of many texts in one", sequence(`{"type":"Prepend","prepend":"` + strings.Repeat("b", 1000) + `"}`), strings.Repeat("aX", 1<<16)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := strings.Replace(smallFile("N", tt.normalizer), `"added_tokens":[]`,
				`"added_tokens":[{"id":3,"content":"X","special":false,"normalized":false}]`, 1)
			tokenizer, err := Parse([]byte(file), Options{})
			if err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			ids, err := tokenizer.Encode(nil, tt.text, 0)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, ErrGrowth) || len(ids) > 0 {
				t.Errorf("%d ids, error %v", len(ids), err)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 200<<20 {
				t.Errorf("%d bytes were allocated", took)
			}
			if ids, err := tokenizer.Encode(nil, "b", 0); err != nil || len(ids) == 0 {
				t.Errorf("afterwards: %d ids, error %v", len(ids), err)
			}
		})
	}
}

// TestGrowthAtLoading: what could only be hostile is refused with the file.
func TestGrowthAtLoading(t *testing.T) {
	for _, tt := range []struct{ name, part, with, want string }{
		{"a long replacement", "N", replace("a", strings.Repeat("b", 1<<20)), "Replace: a text of 1048576 bytes is more than 1024"},
		{"a long text in front", "N", `{"type":"Prepend","prepend":"` + strings.Repeat("b", 1<<20) + `"}`, "Prepend: a text of 1048576 bytes"},
		{"many rules", "N", sequence(repeated(replace("a", "b"), maxComponents+1)...), "more than 64 parts"},
		{"many rules, nested", "N", sequence(repeated(sequence(repeated(replace("a", "b"), 9)...), 9)...), "more than 64 parts"},
		{"many stages", "T", `{"type":"Sequence","pretokenizers":[` + strings.Join(repeated(`{"type":"WhitespaceSplit"}`, maxComponents+1), ",") + `]}`, "more than 64 parts"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse([]byte(smallFile(tt.part, tt.with)), Options{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v", err)
			}
		})
	}
	file := strings.Replace(smallFile("N", sequence(repeated(replace("a", "aa"), 30)...)), `"added_tokens":[]`,
		`"added_tokens":[{"id":3,"content":"aaa","special":false,"normalized":true}]`, 1)
	if _, err := Parse([]byte(file), Options{}); err == nil || !strings.Contains(err.Error(), "added_tokens: the tokenizer's normalizer makes") {
		t.Errorf("error %v", err)
	}
}

// TestGrowthAllowed: what real models do to the most swelling of texts is no growth.
func TestGrowthAllowed(t *testing.T) {
	for _, normalizer := range []string{
		sequence(`{"type":"NFKD"}`, `{"type":"Prepend","prepend":"▁"}`, replace(" ", "▁")),
		sequence(`{"type":"NFKC"}`, `{"type":"Lowercase"}`), `{"type":"BertNormalizer"}`, sequence(replace("``", `"`), replace("''", `"`), `{"type":"NFKD"}`),
	} {
		tokenizer, err := Parse([]byte(smallFile("N", normalizer)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"", "a", strings.Repeat("\ufdfa", 10_000), strings.Repeat("\ufdfa \u0390", 10_000), strings.Repeat("\U0001d160", 10_000)} {
			if _, err := tokenizer.Encode(nil, text, 0); err != nil {
				t.Errorf("%s: %d bytes: %v", normalizer, len(text), err)
			}
		}
	}
}
