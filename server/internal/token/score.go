package token

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// parseScore reads a JSON number the way the reference's JSON library does:
// its digits as one 64-bit integer, then one multiplication or division by a
// power of ten. That is up to one unit in the last place away from the
// nearest float64, which is enough to turn a tie between two segmentations.
// See RATIONALE: why-scores-are-not-parsed-by-strconv.
func parseScore(number string) (float64, error) {
	digits, negative := strings.CutPrefix(number, "-")
	mantissa, exponent, err := cutExponent(digits)
	if err != nil {
		return 0, err
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	var significand uint64
	full := false
	for i, c := range []byte(whole + fraction) {
		if !full && !fits(significand, uint64(c-'0')) {
			full = true
		}
		switch {
		case !full:
			significand = significand*10 + uint64(c-'0')
			if i >= len(whole) {
				exponent--
			}
		case i < len(whole):
			exponent++
		}
	}
	f := scale(float64(significand), exponent)
	if math.IsInf(f, 0) {
		return 0, fmt.Errorf("score %.40s is out of range", number)
	}
	if negative {
		f = -f
	}
	return f, nil
}

// fits reports whether one more digit leaves n within 64 bits.
func fits(n, digit uint64) bool { return n <= (math.MaxUint64-digit)/10 }

func cutExponent(number string) (mantissa string, exponent int, err error) {
	at := strings.IndexAny(number, "eE")
	if at < 0 {
		return number, 0, nil
	}
	exponent, err = strconv.Atoi(number[at+1:])
	if err != nil || exponent < -9999 || exponent > 9999 {
		return "", 0, fmt.Errorf("score %.40s has an exponent out of range", number)
	}
	return number[:at], exponent, nil
}

// scale multiplies by a power of ten in the reference's steps.
func scale(f float64, exponent int) float64 {
	for ; exponent < -308 && f != 0; exponent += 308 {
		f /= 1e308
	}
	if exponent > 308 && f != 0 {
		return math.Inf(1)
	}
	if f == 0 {
		return 0
	}
	power, err := strconv.ParseFloat("1e"+strconv.Itoa(max(exponent, -exponent)), 64)
	if err != nil {
		return math.Inf(1)
	}
	if exponent < 0 {
		return f / power
	}
	return f * power
}
