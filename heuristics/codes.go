package heuristics

import "strings"

// stemmable reports the languages that kljensen/snowball stems.
func stemmable(code string) bool {
	switch code {
	case "en", "es", "fr", "hu", "no", "ru", "sv":
		return true
	}
	return false
}

// knownCodes are the two-letter codes of ISO 639-1, one behind the other.
const knownCodes = "aaabaeafakamanarasavayazbabebgbibmbnbobrbscacechcocrcscucvcydadedvdzeeeleneoeseteufafffifjfofrfygagdglgngugvhahehohrhthuhyhz" +
	"iaidieigiiikioisitiujajvkakgkikjkkklkmknkokrkskukvkwkylalblglilnloltlulvmgmhmimkmlmnmrmsmtmynanbndnenlnnnonrnvnyocojomorospapipl" +
	"psptqurmrnroruruscsdsesgsiskslsmsnsosqsrssstsusvswtatetgthtitktltntotrtstttwtyugukuruzvevivowawoxhyiyozazhzu"

// LanguageCode is the code that a language goes by here: the primary subtag of
// a locale in lower case, such as "en" of "en-US" and "pt" of "PT_br", where
// older codes and codes of a dialect become the usual ones ("iw" is he, "nb"
// and "nn" are no, "eng" is en). "" and "auto" are both "auto", "und" stands
// for no language. It answers false for what is no code of ISO 639-1.
func LanguageCode(locale string) (code string, ok bool) {
	for n := range len(locale) {
		if locale[n] == '-' || locale[n] == '_' {
			if n == 0 || !subtags(locale[n:]) {
				return "", false
			}
			locale = locale[:n]
			break
		}
	}
	switch code = replaced(strings.ToLower(locale)); {
	case code == "" || code == auto:
		return auto, true
	case code == undetermined:
		return code, true
	case len(code) != 2:
		return "", false
	}
	for i := 0; i < len(knownCodes); i += 2 {
		if knownCodes[i:i+2] == code {
			return code, true
		}
	}
	return "", false
}

// subtags reports whether a locale goes on in its own form: subtags of one to
// eight letters and digits, each behind a hyphen or an underscore.
func subtags(s string) bool {
	n := 8
	for i := range len(s) {
		switch c := s[i] | 0x20; {
		case s[i] == '-' || s[i] == '_':
			if i > 0 && n == 0 {
				return false
			}
			n = 0
		case (c >= 'a' && c <= 'z' || s[i] >= '0' && s[i] <= '9') && n < 8:
			n++
		default:
			return false
		}
	}
	return n > 0
}

// replacedCodes are pairs: a code of two or three letters and the one in use for
// it, filled up with a space.
const replacedCodes = "iw hehebhenb nonn nonornonobnonnonoin idji yijw jvmo rosh srfiltlengenaraar" +
	"spaesfrafrfrefrhunhurusruswesvdeudegerdezhozhchizhcmnzhyuezhjpnjakorkothath"

// replaced answers the code in use for an older one, for the two written forms
// of Norwegian, and for the codes of three letters of the languages that have
// rules here.
func replaced(code string) string {
	for i := 0; i < len(replacedCodes); i += 5 {
		if strings.TrimSuffix(replacedCodes[i:i+3], " ") == code {
			return replacedCodes[i+3 : i+5]
		}
	}
	return code
}
