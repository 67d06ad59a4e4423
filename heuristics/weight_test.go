package heuristics

import (
	"math"
	"strings"
	"testing"
)

// floatWeight is the formula of termWeight in floating point.
func floatWeight(t *term, letters int, n float64) float64 {
	if t.stop {
		return 0.06
	}
	rarity := math.Log(2*(n+1)/(2*float64(t.df)+1)) / math.Log(2*n+1)
	a := t.floor.Float()
	return t.common.Float() * math.Pow(float64(letters)/8, 0.3) * (a + (1-a)*max(0, min(1, rarity)))
}

func TestTermWeight(t *testing.T) {
	for _, c := range []struct {
		name    string
		term    term
		letters int
		n       Score
	}{
		{"a stop word weighs little however rare", term{stop: true, df: 0}, 8, 100},
		{"nobody holds it: as rare as can be", term{df: 0, common: One, floor: floorListed}, 8, 100},
		{"one of a hundred", term{df: 1, common: One, floor: floorListed}, 8, 100},
		{"half of them", term{df: 50, common: One, floor: floorListed}, 8, 100},
		{"all of them: the floor is left", term{df: 100, common: One, floor: floorListed}, 8, 100},
		{"all of them, no table: a lower floor", term{df: 100, common: One, floor: floorUnlisted}, 8, 100},
		{"a common stem keeps half", term{df: 1, common: One / 2, floor: floorListed}, 8, 100},
		{"the most common stem keeps nothing", term{df: 1, common: 0, floor: floorListed}, 8, 100},
		{"one letter", term{df: 1, common: One, floor: floorListed}, 1, 100},
		{"five letters", term{df: 1, common: One, floor: floorListed}, 5, 100},
		{"the only candidate holds it", term{df: 1, common: One, floor: floorListed}, 8, 1},
		{"the only candidate holds it not", term{df: 0, common: One, floor: floorListed}, 8, 1},
		{"no candidates at all", term{df: 0, common: One, floor: floorListed}, 8, 0},
		{"a million candidates", term{df: 1 << 19, common: One, floor: floorListed}, 8, 1 << 20},
	} {
		c.term.letters = letterPower[c.letters]
		got, want := termWeight(&c.term, c.n).Float(), floatWeight(&c.term, c.letters, float64(c.n))
		if c.n == 0 {
			want = c.term.floor.Float() // log 1 is no divisor
		}
		if math.Abs(got-want) > 1e-4 {
			t.Errorf("%s: weight is %.5f, want %.5f", c.name, got, want)
		}
	}
}

// TestRepeatedWordsWeighMore: what the query says twice counts twice, stop words and
// parts of other terms aside.
func TestRepeatedWordsWeighMore(t *testing.T) {
	for _, c := range []struct {
		name, query string
		want        Score // uses that count of the first term
	}{
		{"once", "zeppelin aardvark", 1},
		{"three times", "zeppelin aardvark zeppelin Zeppelin", 3},
		{"a thousand times", strings.Repeat("zeppelin ", 1000) + "aardvark", mostUses},
		{"a stop word", "the cat of the house on the hill", 1},
		{"parts of a number", "1.1.22.3", 1},
		{"Hebrew", "לחם בבית לחם", 2},
	} {
		var r Ranker
		r.prepare(c.query, []Document{{Text: "zeppelin"}, {Text: "aardvark"}}, Options{Stemmers: []Stemmer{crudeStemmer}})
		if got := r.query.terms[0]; got.weight != c.want*got.once {
			t.Errorf("%s: the first term weighs %d, want %d times %d", c.name, got.weight, c.want, got.once)
		}
	}
}

func TestRarityFallsFromOneToNearlyNothing(t *testing.T) {
	for _, n := range []Score{1, 2, 10, 100, 1000} {
		if got := rarity(0, n); got != One {
			t.Errorf("of %d candidates none: %d, want One", n, got)
		}
		for df := Score(1); df <= n; df++ {
			if rarity(df, n) >= rarity(df-1, n) {
				t.Errorf("of %d candidates %d are no rarer than %d", n, df-1, df)
			}
		}
	}
	if got := rarity(100, 100).Float(); got > 0.01 {
		t.Errorf("of 100 candidates all: %v, want next to nothing", got)
	}
}

func TestLengthFactor(t *testing.T) {
	for _, c := range []struct {
		name, word string
		letters    int // that the word counts as
	}{
		{"one letter", "x", 1},
		{"four letters", "bake", 4},
		{"eight letters", "bakeries", 8},
		{"more than eight count as eight", "thermodynamics", 8},
		{"letters, not bytes", "לחם", 3},
		{"a combining accent is no letter", "cafe\u0301", 4},
		{"a digit makes seven", "7", 7},
		{"and no more than seven", "20240229123", 7},
		{"anywhere in the word", "b12", 7},
		{"an Arabic digit too", "٢٣", 7},
		{"two Chinese letters", "面包", 2},
	} {
		if got, want := lengthFactor([]byte(c.word)), letterPower[c.letters]; got != want {
			t.Errorf("%s: %q weighs %d, want %d", c.name, c.word, got, want)
		}
	}
}

func TestLetterPower(t *testing.T) {
	for n, got := range letterPower {
		if want := math.Pow(float64(n)/8, 0.3); math.Abs(got.Float()-want) > 2.0/float64(One) {
			t.Errorf("%d letters: %v, want (%d/8)^0.3 = %v", n, got.Float(), n, want)
		}
	}
}

func TestCommonness(t *testing.T) {
	for _, c := range []struct {
		name, common, rarer string
	}{
		{"a stop word's stem is the most common", "of", "time"},
		{"a verb of every day below a trade", "use", "engin"},
		{"a trade below a name", "engin", "rembrandt"},
		{"year below century", "year", "centuri"},
	} {
		if a, b := commonness([]byte(c.common)), commonness([]byte(c.rarer)); a >= b {
			t.Errorf("%s: %q keeps %d, %q keeps %d", c.name, c.common, a, c.rarer, b)
		}
	}
	for name, stem := range map[string]string{
		"unlisted": "xylophon", "empty": "", "longer than any": "electroencephalographi", "not ASCII": "caf\u00e9",
		"a listed stem and more": "engineq", "before the first of its length": "!!!!",
		"after the last of its length": "~~~~", "between two": "enginf",
	} {
		if got := commonness([]byte(stem)); got != One {
			t.Errorf("%s: %q keeps %d, want all", name, stem, got)
		}
	}
}

// TestCommonStemsAreSorted holds what the binary search needs.
func TestCommonStemsAreSorted(t *testing.T) {
	total := 0
	for n, table := range commonStems {
		if len(table.stems) != n*len(table.shares) {
			t.Fatalf("%d letters: %d bytes of stems, %d shares", n, len(table.stems), len(table.shares))
		}
		for i := range table.shares {
			stem := table.stems[i*n : i*n+n]
			if i > 0 && table.stems[i*n-n:i*n] >= stem {
				t.Errorf("%q is out of order", stem)
			}
			if share := table.shares[i]; share < '#' || share > '[' {
				t.Errorf("%q has the share %q", stem, share)
			}
			if got := commonness([]byte(stem)); got != Score(table.shares[i]-'#')*One/shareLevels {
				t.Errorf("%q is not found", stem)
			}
		}
		total += len(table.shares)
	}
	if total == 0 {
		t.Error("no stems")
	}
}
