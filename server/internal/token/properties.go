package token

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// unicodeText holds what the reference takes each code point for, measured by
// parity/tables.py: one "name: ranges" line per property, in hexadecimal. It
// is not any one Unicode version, because the reference mixes several.
// See RATIONALE: why-the-unicode-tables-are-measured.
//
//go:embed unicode.txt
var unicodeText string

// property is a set of measured traits of one code point.
type property uint32

const (
	isSpace       property = 1 << iota // white space, by every component
	isDropped                          // removed by BertNormalizer's clean_text
	isBertSpace                        // made a plain space by clean_text
	isAccent                           // removed by BertNormalizer's strip_accents
	isChinese                          // set apart by handle_chinese_chars
	isMark                             // removed by StripAccents
	isPunctuation                      // cut off by the BERT and Punctuation pre-tokenizers
	isNumeric                          // cut off by Digits
	isLetter                           // \p{L} of the GPT-2 pattern
	isNumber                           // \p{N} of the GPT-2 pattern
	isWord                             // \w
	isCombining                        // canonical combining class is not 0
	changesNFD                         // NFD of it alone is something else
	changesNFKD                        // NFKD of it alone is something else
	changesNFC                         // NFC of it alone is something else
	isUpper                            // has another lower case
	isLinker                           // Indic_Conjunct_Break=Linker
	isConjunct                         // Indic_Conjunct_Break=Extend

	clusterShift = 20 // bits above hold the cluster class
)

// cluster is a code point's part in grapheme cluster breaking (UAX 29).
type cluster uint8

const (
	clusterOther cluster = iota
	clusterControl
	clusterExtend
	clusterJoiner
	clusterPrepend
	clusterSpacing
	clusterL
	clusterV
	clusterT
	clusterLV
	clusterLVT
	clusterRegional
	clusterPictographic
	clusterConsonant
)

func (p property) cluster() cluster { return cluster(p >> clusterShift) }

var propertyNames = map[string]property{
	"space": isSpace, "bert-dropped": isDropped, "bert-space": isBertSpace,
	"bert-accent": isAccent, "bert-chinese": isChinese, "mark": isMark,
	"punctuation": isPunctuation, "numeric": isNumeric, "letter": isLetter,
	"number": isNumber, "word": isWord, "combining": isCombining,
	"nfd": changesNFD, "nfkd": changesNFKD, "nfc": changesNFC,
	"incb-linker": isLinker, "incb-extend": isConjunct,
	"gb-control":      property(clusterControl) << clusterShift,
	"gb-extend":       property(clusterExtend) << clusterShift,
	"gb-zwj":          property(clusterJoiner) << clusterShift,
	"gb-prepend":      property(clusterPrepend) << clusterShift,
	"gb-spacing":      property(clusterSpacing) << clusterShift,
	"gb-l":            property(clusterL) << clusterShift,
	"gb-v":            property(clusterV) << clusterShift,
	"gb-t":            property(clusterT) << clusterShift,
	"gb-regional":     property(clusterRegional) << clusterShift,
	"gb-pictographic": property(clusterPictographic) << clusterShift,
	"incb-consonant":  property(clusterConsonant) << clusterShift,
}

const blockSize = 256

// unicodeTable answers for every code point in two steps: block, then entry.
type unicodeTable struct {
	index  [0x110000 / blockSize]uint16
	blocks [][blockSize]property
	lower  map[rune]rune   // one-to-one lower case, where it differs
	long   map[rune][]rune // lower case of several code points
}

// of returns the traits of r, which must be a Unicode scalar value.
func (u *unicodeTable) of(r rune) property {
	return u.blocks[u.index[uint32(r)/blockSize]][uint32(r)%blockSize]
}

// unicodeData is parsed once, when the first tokenizer is loaded.
var unicodeData = sync.OnceValue(func() *unicodeTable {
	flat := make([]property, 0x110000)
	u := &unicodeTable{lower: map[rune]rune{}, long: map[rune][]rune{}}
	for line := range strings.Lines(unicodeText) {
		name, list, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if strings.HasPrefix(name, "#") {
			continue
		}
		if name == "lower" {
			u.readLower(flat, list)
			continue
		}
		readRanges(flat, name, list)
	}
	hangul(flat)
	u.pack(flat)
	return u
})

func readRanges(flat []property, name, list string) {
	bit, known := propertyNames[name]
	if !known {
		panic(fmt.Sprintf("token: unicode.txt has unknown property %q", name))
	}
	for item := range strings.FieldsSeq(list) {
		first, last, wide := strings.Cut(item, "-")
		if !wide {
			last = first
		}
		for c := hex(first); c <= hex(last); c++ {
			flat[c] |= bit
		}
	}
}

// readLower reads runs "first-last/step+delta" and expansions "c=d,e".
func (u *unicodeTable) readLower(flat []property, list string) {
	for item := range strings.FieldsSeq(list) {
		if from, to, ok := strings.Cut(item, "="); ok {
			c := hex(from)
			flat[c] |= isUpper
			for d := range strings.SplitSeq(to, ",") {
				u.long[c] = append(u.long[c], hex(d))
			}
			continue
		}
		span, rest, _ := strings.Cut(item, "/")
		first, last, _ := strings.Cut(span, "-")
		step, delta := hex(rest[:1]), hex(rest[1:])
		for c := hex(first); c <= hex(last); c += step {
			flat[c] |= isUpper
			u.lower[c] = c + delta
		}
	}
}

// hex reads a hexadecimal number with an optional sign. The file is embedded
// and covered by tests, so a bad one is a programming error.
func hex(s string) rune {
	n, err := strconv.ParseInt(s, 16, 32)
	if err != nil {
		panic("token: unicode.txt: " + err.Error())
	}
	return rune(n)
}

// hangul marks the precomposed syllables, whose classes follow a formula.
func hangul(flat []property) {
	for c := hangulBase; c < hangulBase+hangulCount; c++ {
		class := clusterLVT
		if (c-hangulBase)%hangulT == 0 {
			class = clusterLV
		}
		flat[c] |= property(class) << clusterShift
	}
}

// pack folds equal blocks together.
func (u *unicodeTable) pack(flat []property) {
	seen := map[[blockSize]property]uint16{}
	for i := range u.index {
		block := [blockSize]property(flat[i*blockSize : (i+1)*blockSize])
		at, known := seen[block]
		if !known {
			at = uint16(len(u.blocks))
			seen[block] = at
			u.blocks = append(u.blocks, block)
		}
		u.index[i] = at
	}
}
