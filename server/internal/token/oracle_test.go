package token

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"golang.org/x/text/unicode/norm"
)

func decodeGolden(t testing.TB, name string, v any) {
	if err := json.Unmarshal([]byte(golden(t, name)), v); err != nil {
		t.Fatal(err)
	}
}

func modelOf(t testing.TB, name string) *modelFile {
	var f tokenizerFile
	decodeGolden(t, name, &f)
	m, err := decode[modelFile](f.Model)
	if err != nil {
		t.Fatal(err)
	}
	return &m
}

// slowWordPiece tries every end from the back, as the paper says it.
func slowWordPiece(vocabulary map[string]int32, word string, unknown int32) []int32 {
	var ids []int32
	for start := 0; start < len(word); {
		end := len(word)
		for ; end > start; end-- {
			key := word[start:end]
			if start > 0 {
				key = "##" + key
			}
			if id, ok := vocabulary[key]; ok && utf8.ValidString(key) {
				ids = append(ids, id)
				break
			}
		}
		if end == start {
			return []int32{unknown}
		}
		start = end
	}
	return ids
}

func FuzzWordPiece(f *testing.F) {
	file := modelOf(f, "bert")
	vocabulary, err := file.vocabulary()
	if err != nil {
		f.Fatal(err)
	}
	m, err := newWordPiece(file, nil)
	if err != nil {
		f.Fatal(err)
	}
	for _, word := range []string{"bread", "breadandwater", "##a", "é", "שלום", "xqz", strings.Repeat("a", 99)} {
		f.Add(word)
	}
	e := &encoder{}
	f.Fuzz(func(t *testing.T, word string) {
		if word == "" || !utf8.ValidString(word) || utf8.RuneCountInString(word) > m.maxRunes {
			return
		}
		e.ids = e.ids[:0]
		m.encode(e, []byte(word))
		if want := slowWordPiece(vocabulary, word, m.unknown); !slices.Equal(e.ids, want) {
			t.Errorf("%q: %v, want %v", word, e.ids, want)
		}
	})
}

// slowMerge looks for the best pair anew after every merge.
func slowMerge(t *mergeTable, symbols []int32) []int32 {
	for {
		best, at, into := noMerge, 0, int32(0)
		for i := 0; i+1 < len(symbols); i++ {
			if rank, id := t.rank(symbols[i], symbols[i+1]); rank < best {
				best, at, into = rank, i, id
			}
		}
		if best == noMerge {
			return symbols
		}
		symbols = slices.Replace(symbols, at, at+2, into)
	}
}

func FuzzMerge(f *testing.F) {
	file := modelOf(f, "roberta")
	m, err := newBPE(file, nil, true)
	if err != nil {
		f.Fatal(err)
	}
	for _, word := range []string{"bread", " water", "שלום", strings.Repeat("bread and water", 9), strings.Repeat("a", 200)} {
		f.Add([]byte(word))
	}
	f.Fuzz(func(t *testing.T, word []byte) {
		if len(word) > 2000 {
			return
		}
		want := slowMerge(m.merges, m.splitBytes(nil, word))
		var fast merger
		if got := fast.merge(m.merges, m.splitBytes(nil, word)); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", word, got, want)
		}
		if got := fast.mergeQueued(m.merges, m.splitBytes(nil, word)); !slices.Equal(got, want) {
			t.Errorf("%q by queue: %v, want %v", word, got, want)
		}
	})
}

// bestScore tries every segmentation.
func bestScore(scores map[string]float64, unknown float64, text string) float64 {
	if text == "" {
		return 0
	}
	best := math.Inf(-1)
	_, first := utf8.DecodeRuneInString(text)
	if _, ok := scores[text[:first]]; !ok {
		best = unknown + bestScore(scores, unknown, text[first:])
	}
	for end := 1; end <= len(text); end++ {
		if s, ok := scores[text[:end]]; ok {
			best = max(best, s+bestScore(scores, unknown, text[end:]))
		}
	}
	return best
}

// TestUnigramIsBest compares Viterbi with brute force on short words.
func TestUnigramIsBest(t *testing.T) {
	file := modelOf(t, "xlm-roberta")
	pieces, err := file.pieces()
	if err != nil {
		t.Fatal(err)
	}
	m, err := newUnigram(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	scores := map[string]float64{}
	for _, p := range pieces {
		scores[p.text] = p.score
	}
	random := rand.New(rand.NewPCG(1, 2))
	letters := []rune("▁aeinrstbdהוילמ中é")
	for range 3000 {
		var word strings.Builder
		for range 1 + random.IntN(9) {
			word.WriteRune(letters[random.IntN(len(letters))])
		}
		paths := m.search(nil, []byte(word.String()))
		got, want := paths[len(paths)-1].score, bestScore(scores, m.unknownScore, word.String())
		if math.Abs(got-want) > 1e-9 {
			t.Fatalf("%q: score %v, best is %v", word.String(), got, want)
		}
	}
}

func TestTrie(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	want, list := map[string]int32{}, []entry(nil)
	for i := range int32(30000) {
		key := make([]byte, random.IntN(6))
		for j := range key {
			key[j] = byte(random.IntN(256))
		}
		list = append(list, entry{string(key), i})
		want[string(key)] = i
	}
	delete(want, "")
	got := newTrie(list)
	for key, value := range want {
		if found := got.find([]byte(key)); found != value {
			t.Fatalf("%q: %d, want %d", key, found, value)
		}
	}
	for range 30000 {
		key := []byte{byte(random.IntN(256)), byte(random.IntN(256)), byte(random.IntN(256))}
		value, ok := want[string(key)]
		if found := got.find(key); ok != (found >= 0) || ok && found != value {
			t.Fatalf("%q: %d, want %d (%v)", key, found, value, ok)
		}
	}
}

// FuzzForms compares with x/text, which knows newer code points and breaks up
// runs of more than 30 marks: both are left out.
func FuzzForms(f *testing.F) {
	u := unicodeData()
	forms := []struct {
		ours   *formNormalizer
		theirs norm.Form
	}{
		{newFormNormalizer(u, false, true), norm.NFC}, {newFormNormalizer(u, false, false), norm.NFD},
		{newFormNormalizer(u, true, true), norm.NFKC}, {newFormNormalizer(u, true, false), norm.NFKD},
	}
	for _, text := range []string{"é", "e\u0301\u0323", "각", "ᄀ\u1161\u11a8", "ﬁ½", "\u0344x", "a\u0315\u0300\u05ae\u0300b", "\u09c7\u09be", "\u1e9b\u0323"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 60 || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unknownTo(u, r) }) {
			return
		}
		for _, form := range forms {
			if got, want := string(form.ours.normalize(nil, []byte(text), new(scratch))), form.theirs.String(text); got != want {
				t.Errorf("form %d of %+q: %+q, want %+q", form.theirs, text, got, want)
			}
		}
	})
}

// unknownTo reports whether x/text treats r otherwise than the measured table.
func unknownTo(u *unicodeTable, r rune) bool {
	p, canonical := u.of(r), norm.NFD.PropertiesString(string(r))
	return p&isCombining != 0 != (canonical.CCC() != 0) ||
		p&changesNFD != 0 != (norm.NFD.String(string(r)) != string(r)) ||
		p&changesNFKD != 0 != (norm.NFKD.String(string(r)) != string(r))
}

// TestParseScore: the reference divides the digits as one integer, which is
// not always the nearest float64.
func TestParseScore(t *testing.T) {
	tests := []struct {
		text string
		want float64
	}{
		{"0", 0}, {"-1", -1}, {"1.5", 1.5}, {"-3.25e1", -32.5}, {"25E-2", 0.25}, {"1e3", 1000},
		{"-9.123456001281738", -float64(9123456001281738) / 1e15},
		{"-10.123456001281738", -float64(uint64(10123456001281738)) / 1e15},
		{"123456789012345678901234567890", float64(uint64(12345678901234567890)) * 1e10},
		{"0.123456789012345678901234567890", float64(uint64(12345678901234567890)) / 1e20},
		{"1e-320", 1 / 1e308 / 1e12},
	}
	for _, test := range tests {
		if got, err := parseScore(test.text); err != nil || got != test.want {
			t.Errorf("%s: %v, %v, want %v", test.text, got, err, test.want)
		}
	}
	for _, bad := range []string{"1e999", "1e99999", "9" + strings.Repeat("0", 400)} {
		if got, err := parseScore(bad); err == nil {
			t.Errorf("%.20s: %v, want an error", bad, got)
		}
	}
}

// FuzzParseScore: never further from the exact value than two units.
func FuzzParseScore(f *testing.F) {
	f.Add(int64(-9123456001281738), int8(-15))
	f.Add(int64(7), int8(3))
	f.Fuzz(func(t *testing.T, digits int64, exponent int8) {
		text := big.NewInt(digits).String() + "e" + big.NewInt(int64(exponent)).String()
		got, err := parseScore(text)
		exact, _, parsed := big.ParseFloat(text, 10, 200, big.ToNearestEven)
		if err != nil || parsed != nil {
			t.Fatal(err, parsed)
		}
		want, _ := exact.Float64()
		if math.Abs(got-want) > 2*math.Abs(want)*0x1p-52 {
			t.Errorf("%s: %v, want about %v", text, got, want)
		}
	})
}

// TestGraphemes takes the rules one by one (UAX 29, table 1c).
func TestGraphemes(t *testing.T) {
	for _, test := range []struct{ rule, text, want string }{
		{"GB3", "\r\na", "\r\n|a"},
		{"GB4", "\n\u0301", "\n|\u0301"},
		{"GB5", "a\n", "a|\n"},
		{"GB6 to GB8", "\u1100\u1161\u11a8\uac00\u11a8\uac01\u1161", "\u1100\u1161\u11a8|\uac00\u11a8|\uac01|\u1161"},
		{"GB9", "e\u0301\u200d\u0300x", "e\u0301\u200d\u0300|x"},
		{"GB9a", "\u0915\u0903k", "\u0915\u0903|k"},
		{"GB9b", "\u0600\u0031a", "\u06001|a"},
		{"GB9c", "\u0915\u094d\u0937\u0915\u0937", "\u0915\u094d\u0937|\u0915|\u0937"},
		{"GB11", "\U0001f469\u200d\U0001f52c\U0001f469", "\U0001f469\u200d\U0001f52c|\U0001f469"},
		{"GB12, GB13", "\U0001f1ee\U0001f1f1\U0001f1fa\U0001f1f8\U0001f1ee", "\U0001f1ee\U0001f1f1|\U0001f1fa\U0001f1f8|\U0001f1ee"},
	} {
		var parts []string
		for at := 0; at < len(test.text); {
			end := unicodeData().nextCluster([]byte(test.text), at)
			parts = append(parts, test.text[at:end])
			at = end
		}
		if got := strings.Join(parts, "|"); got != test.want {
			t.Errorf("%s: %+q, want %+q", test.rule, got, test.want)
		}
	}
}

// FuzzEncode: no text stops an encoder, and it leaves no trace for the next.
func FuzzEncode(f *testing.F) {
	var all []*Tokenizer
	for _, name := range []string{"bert", "roberta", "xlm-roberta", "variant-04", "variant-05", "variant-08", "variant-13"} {
		all = append(all, load(f, name))
	}
	for _, text := range []string{"", " ", "bread\x00", "\xff\xfe", "é½ﬁ 각 👩\u200d🔬", strings.Repeat("\u0301", 40)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for i, tokenizer := range all {
			before := must(tokenizer.Encode(nil, "bread é and שלום", 0))
			must(tokenizer.Encode(nil, text, 0))
			if after := must(tokenizer.Encode(nil, "bread é and שלום", 0)); !slices.Equal(before, after) {
				t.Errorf("tokenizer %d: %v, then %v after %q", i, before, after, text)
			}
		}
	})
}
