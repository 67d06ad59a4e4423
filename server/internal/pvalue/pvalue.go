// Package pvalue writes p-values for people, in one way everywhere.
package pvalue

import (
	"fmt"
	"math"
	"strings"
)

// least is the smallest p-value that is written out: nobody decides by a smaller one's
// digits.
const least = 0.001

// Short is a p-value where something else says that it is one: 0.02, or < 0.001.
func Short(p float64) string {
	if p < least {
		return fmt.Sprintf("< %v", least)
	}
	return fmt.Sprintf("%.2g", math.Round(p/least)*least)
}

// Equation is a p-value in a sentence: p = 0.02, or p < 0.001.
func Equation(p float64) string {
	if s := Short(p); strings.HasPrefix(s, "<") {
		return "p " + s
	}
	return "p = " + Short(p)
}
