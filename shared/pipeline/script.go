package pipeline

import "github.com/splitrank/splitrank/heuristics/text"

// ScriptOf is the script of most letters at the beginning of s: see
// text.MainScript.
func ScriptOf(s string) text.Script { return text.MainScript(s) }
