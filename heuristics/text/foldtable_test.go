package text

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var update = flag.Bool("update", false, "write golden files and generated tables anew")

// lookAlikes are letters that Unicode takes apart in no way, and that people
// write with others.
var lookAlikes = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ð': "d", 'ø': "o", 'ł': "l", 'đ': "d", 'ħ': "h", 'ı': "i",
	'ĸ': "k", 'ŋ': "n", 'ŧ': "t", 'ſ': "s", 'ς': "σ", 'ɡ': "g", 'ȷ': "j", 'ƀ': "b", 'ɨ': "i", 'ɵ': "o", 'ɓ': "b", 'ɗ': "d",
	'ƒ': "f", 'ƙ': "k", 'ɛ': "e", 'ə': "e", 'ơ': "o", 'ư': "u",
}

// TestFoldTable derives the table from the decompositions of golang.org/x/text
// and compares it with the one built in.
func TestFoldTable(t *testing.T) {
	got := renderTable()
	if *update {
		if err := os.WriteFile("foldtable.go", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile("foldtable.go")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Error("foldtable.go is not what golang.org/x/text gives; write it anew with go test ./heuristics/text -run TestFoldTable -update")
	}
}

// dropped reports the marks that say nothing in a comparison.
func dropped(r rune) bool {
	switch {
	case r >= 0x300 && r <= 0x36F, r >= 0x1AB0 && r <= 0x1AFF, r >= 0x1DC0 && r <= 0x1DFF, r >= 0x20D0 && r <= 0x20FF:
		return true
	case r >= 0x591 && r <= 0x5C7, r >= 0x610 && r <= 0x61A, r >= 0x64B && r <= 0x65F, r == 0x670, r == 0x640:
		return true
	}
	return false
}

// keepsComposed reports letters whose marks make others of them: they stay one
// rune, and the rune with its mark apart is composed (see composed).
func keepsComposed(r rune) bool {
	return unicode.Is(unicode.Cyrillic, r) || r < 0xFF00 && unicode.In(r, unicode.Hiragana, unicode.Katakana) ||
		r >= 0x600 && r <= 0x6FF || r >= 0xAC00 && r <= 0xD7A3 || r == 0x1026 || r == 0xE33 || r == 0xEB3
}

// target is what stands for a rune in comparisons, "" where the code of fold
// says so already or nothing does.
func target(r rune) string {
	if keepsComposed(r) {
		return stressed(r)
	}
	var b strings.Builder
	decomposed := norm.NFKD.String(string(r))
	if unicode.Is(unicode.Mn, r) || r >= 0x3131 && r <= 0x318E {
		decomposed = norm.NFD.String(string(r))
	}
	for _, d := range norm.NFC.String(decomposed) { // kana and Cyrillic in one piece
		b.WriteString(folded(d))
	}
	return b.String()
}

// stressed is the letter of a Cyrillic one with a stress mark or a diaeresis
// that most writers leave out.
func stressed(r rune) string {
	switch unicode.ToLower(r) {
	case 'ѐ', 'ё':
		return "е"
	case 'ѝ':
		return "и"
	}
	return ""
}

// folded is a rune of a decomposition as comparisons see it.
func folded(r rune) string {
	if keepsComposed(r) || r < 0x80 && lower[r] != 0 {
		if f, c := foldPlain(r); c != separates && c != vanishes {
			return string(f)
		}
		return ""
	}
	var b strings.Builder
	for _, d := range norm.NFKD.String(string(r)) {
		d = unicode.ToLower(d)
		switch {
		case dropped(d) || d == 0x345:
		case d == '⁄':
			b.WriteByte('/')
		case lookAlikes[d] != "":
			b.WriteString(lookAlikes[d])
		default:
			if f, c := foldPlain(d); c != separates && c != vanishes {
				b.WriteRune(f)
			}
		}
	}
	return b.String()
}

// apart reports symbols that are words of their own whatever stands beside
// them: a trademark sign is no part of the name, a unit none of its number.
func apart(r rune) bool {
	switch {
	case r == '¼' || r == '½' || r == '¾', r >= 0x2150 && r <= 0x215F, r == 0x2189:
		return true
	case r >= 0x2460 && r <= 0x24FF, r >= 0x3200 && r <= 0x33FF, r >= 0x1F100 && r <= 0x1F1FF:
		return true
	}
	return unicode.IsSymbol(r) && !radical(r)
}

func radical(r rune) bool { return r >= 0x2E80 && r <= 0x2FDF }

// entry is the value of a rune in the table, and what it expands to.
func entry(r rune) (value uint16, expansion string) {
	if r >= 0xFF10 && r <= 0xFF5A || r >= 0x1D100 && r <= 0x1D1FF || unicode.Is(unicode.Co, r) || r < 0x80 {
		return 0, ""
	}
	t := target(r)
	f, c := foldPlain(r)
	switch {
	case t == "" && unicode.IsLetter(r) && r >= 0xFB00 && r <= 0xFEFF:
		return vanishing, "" // an Arabic vowel sign on nothing
	case t == "" || t == string(f) && c != separates && !apart(r):
		return 0, ""
	case t == string(r) && !apart(r):
		return 0, ""
	}
	return valueOf(r, t)
}

func valueOf(r rune, t string) (uint16, string) {
	first, size := utf8.DecodeRuneInString(t)
	_, kind := foldPlain(first)
	for _, d := range t {
		if _, c := foldPlain(d); c != kind && d != '/' {
			return 0, "" // of two kinds
		}
	}
	switch {
	case kind == pairs && r >= 0x3220 && r <= 0x337E && (r < 0x3248 || r > 0x337A) && utf8.RuneCountInString(t) <= 2:
		return firstApart, t // an n-gram in one rune
	case kind != spells && (size < len(t) || apart(r)):
		return 0, "" // several
	case size == len(t) && !apart(r) && (first < firstExpansion || first > lastExpansion) && first <= 0xFFFF:
		return uint16(first), ""
	case size == len(t) && first > 0xFFFF:
		return firstExpansion, t
	case apart(r):
		return firstApart, t
	}
	return firstExpansion, t
}

func renderTable() string {
	var pages [][pageSize]uint16
	var index []int
	var more []string
	known := map[string]int{}
	for page := range rune(lastFolded/pageSize + 1) {
		var values [pageSize]uint16
		used := false
		for i := range rune(pageSize) {
			v, expansion := entry(page*pageSize + i)
			if expansion != "" {
				n, ok := known[expansion]
				if !ok {
					n = len(more)
					known[expansion] = n
					more = append(more, expansion)
				}
				v += uint16(n)
			}
			values[i] = v
			used = used || v != 0
		}
		if !used {
			index = append(index, 0)
			continue
		}
		pages = append(pages, values)
		index = append(index, len(pages))
	}
	return renderFold(index, pages, more)
}

func renderFold(index []int, pages [][pageSize]uint16, more []string) string {
	var b strings.Builder
	b.WriteString("// Generated by go test ./heuristics/text -run TestFoldTable -update; do not edit.\n\npackage text\n\n")
	fmt.Fprintf(&b, "// foldIndex answers the page of a code point by its higher bits, 0 = none.\nconst foldIndex = \"\" +\n")
	var pagesOf []byte
	for _, n := range index {
		pagesOf = append(pagesOf, byte(n))
	}
	renderBytes(&b, pagesOf)
	fmt.Fprintf(&b, "\n// foldPages are pages of %d values of two bytes, the lower one first.\nconst foldPages = \"\" +\n", pageSize)
	var values []byte
	for _, page := range pages {
		for _, v := range page {
			values = append(values, byte(v), byte(v>>8))
		}
	}
	renderBytes(&b, values)
	b.WriteString("\n// foldMore are the expansions, and foldMoreLengths the bytes of each.\nconst foldMore = \"\" +\n")
	renderText(&b, strings.Join(more, ""))
	b.WriteString("\nconst foldMoreLengths = \"\" +\n")
	var lengths []byte
	for _, m := range more {
		lengths = append(lengths, byte(len(m)))
	}
	renderBytes(&b, lengths)
	b.WriteString("\n// foldComposed holds triples: a letter, a mark, and the letter with the mark.\nconst foldComposed = \"\" +\n")
	renderText(&b, composedTriples())
	return b.String()
}

// composedTriples are the pairs that are composed, in their order.
func composedTriples() string {
	var b strings.Builder
	triples := map[[2]rune]rune{{0xE4D, 0xE32}: 0xE33, {0xECD, 0xEB2}: 0xEB3, {0x1025, 0x102E}: 0x1026}
	for r := rune(0x400); r <= 0x30FF; r++ {
		d := []rune(norm.NFD.String(string(r)))
		if keepsComposed(r) && len(d) == 2 {
			triples[[2]rune{d[0], d[1]}] = r
		}
	}
	for _, pair := range slices.SortedFunc(maps.Keys(triples), func(a, b [2]rune) int { return slices.Compare(a[:], b[:]) }) {
		b.WriteString(string([]rune{pair[0], pair[1], triples[pair]}))
	}
	return b.String()
}

func renderBytes(b *strings.Builder, s []byte) {
	for i := 0; i < len(s); i += 32 {
		b.WriteString("\t\"")
		for _, c := range s[i:min(i+32, len(s))] {
			if c >= ' ' && c < 0x7F && c != '"' && c != '\\' {
				b.WriteByte(c)
				continue
			}
			fmt.Fprintf(b, "\\x%02x", c)
		}
		renderEnd(b, i+32 >= len(s))
	}
}

func renderText(b *strings.Builder, s string) {
	runes := []rune(s)
	for i := 0; i < len(runes); i += 48 {
		fmt.Fprintf(b, "\t%s", strings.TrimSuffix(fmt.Sprintf("%+q", string(runes[i:min(i+48, len(runes))])), "\""))
		renderEnd(b, i+48 >= len(runes))
	}
}

func renderEnd(b *strings.Builder, last bool) {
	if last {
		b.WriteString("\"\n")
		return
	}
	b.WriteString("\" +\n")
}
