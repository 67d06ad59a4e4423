package answer

import (
	"github.com/splitrank/splitrank/heuristics/text"
	"github.com/splitrank/splitrank/shared/api"
)

// enough letters tell the script of a text.
const enough = 512

// foreign reports whether most of the documents are written in another script
// than the query, so that they share at best names and numbers with it.
func foreign(req *api.Request) bool {
	asked := ScriptOf(req.Query)
	if asked == text.Other {
		return false
	}
	same, other := 0, 0
	for i := range req.Documents {
		switch ScriptOf(req.Documents[i].Text) {
		case text.Other:
		case asked:
			same++
		default:
			other++
		}
	}
	return other > same
}

// ScriptOf is the script of most letters at the beginning of s, text.Other where
// there are none. Latin letters count half, as in queries: names and terms in
// Latin script stand in texts of every language, and the reverse is rare.
func ScriptOf(s string) text.Script {
	var letters [text.Unspaced + 1]int
	seen := 0
	for _, r := range s {
		if script := text.ScriptOf(r); script != text.Other {
			letters[script]++
			if seen++; seen == enough {
				break
			}
		}
	}
	letters[text.Latin] = (letters[text.Latin] + 1) / 2
	most := text.Other
	for script, n := range letters {
		if n > letters[most] {
			most = text.Script(script)
		}
	}
	return most
}
