package text

import "unicode"

// First and last code point of the Latin letters whose accents are composed for
// stemmers: Latin-1 Supplement and Latin Extended-A.
const (
	latinFirst = 0xC0
	latinLast  = 0x17F
)

// latinBase holds, for each code point from latinFirst to latinLast, the
// lower-case letter that is left without its accent. A space marks the two that
// are no letters.
const latinBase = "" +
	"aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty" +
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll" +
	"lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"

// latinMark holds, for the same code points, the accent as its distance from
// U+02FF, counted from '0'; "0" where the letter has no decomposition.
const latinMark = "" +
	"12349;0X12391239041234900123920012349;0X123912390412349001239209" +
	"5577YY223388====00557788YY==337788XX3300445577YY000033XX022XX==0" +
	"00022XX==0005577<<0022XX==2233XX==XX==00445577;;<<YY333392288==0"

// compose puts a base letter and a combining accent back together in lower
// case, so that a stemmer sees "été" however it was encoded. It answers 0
// where there is no such letter.
func compose(base byte, mark rune) rune {
	if mark < 0x300 || mark > 0x36F {
		return 0
	}
	for i := range len(latinBase) {
		if latinBase[i] == base && rune(latinMark[i]-'0') == mark-0x2FF {
			return unicode.ToLower(rune(latinFirst + i))
		}
	}
	return 0
}
