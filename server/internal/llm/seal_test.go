package llm

import (
	"bytes"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/shared/answer"
)

// TestSeal: what was sealed for a prompt comes back for it alone, and no damage of
// one bit or one byte goes unnoticed.
func TestSeal(t *testing.T) {
	k := promptKey{1, 2, 3}
	want := remembered{trust: 0.75, grades: []answer.Grade{{Document: 1, Grade: 7.5, Why: "the valve opens", Truncated: true}, {Document: 0, Grade: 10, Steers: true, Unproven: true}}}
	value := seal(k, want)
	got, ok := unseal(k, string(value), 2)
	if !ok || got.trust != want.trust || len(got.grades) != 2 || got.grades[0] != want.grades[0] || got.grades[1] != want.grades[1] {
		t.Fatalf("%t %+v", ok, got)
	}
	if bytes.Contains(value, []byte("valve")) || bytes.Equal(value, seal(k, want)) {
		t.Error("a sentence can be read, or equal grades look equal")
	}
	if _, ok := unseal(promptKey{1, 2, 4}, string(value), 2); ok {
		t.Error("another prompt opens it")
	}
	for i := range value {
		bad := bytes.Clone(value)
		bad[i] ^= 1 << (i % 8)
		if _, ok := unseal(k, string(bad), 2); ok {
			t.Errorf("byte %d changed", i)
		}
		if _, ok := unseal(k, string(value[:i]), 2); ok {
			t.Errorf("cut after %d bytes", i)
		}
	}
	if _, ok := unseal(k, strings.Repeat(string(value), 2), 2); ok {
		t.Error("twice the value")
	}
}

// TestUnsealChecks: grades that fit no list are none, whoever sealed them.
func TestUnsealChecks(t *testing.T) {
	k := promptKey{}
	one := answer.Grade{Document: 0, Grade: 5}
	for name, r := range map[string]remembered{
		"too few": {grades: []answer.Grade{one}}, "too many": {grades: []answer.Grade{one, {Document: 1}, {Document: 1}}},
		"twice": {grades: []answer.Grade{one, one}}, "beyond": {grades: []answer.Grade{one, {Document: 2}}}, "before": {grades: []answer.Grade{one, {Document: -1}}},
		"too high": {grades: []answer.Grade{one, {Document: 1, Grade: 11}}}, "too low": {grades: []answer.Grade{one, {Document: 1, Grade: -1}}},
		"trust": {grades: []answer.Grade{one, {Document: 1}}, trust: 1.5}, "none": {},
	} {
		if _, ok := unseal(k, string(seal(k, r)), 2); ok {
			t.Errorf("%s: taken", name)
		}
	}
	for _, plain := range []string{"", "null", "[]", "{}", `{"g":[{"p":0,"g":1},{"p":1,"g":"1"}]}`, `{"t":1,"g":[{"p":0.5,"g":1},{"p":1,"g":1}]}`} {
		if _, ok := unseal(k, string(sealer(k).Seal(nil, nil, []byte(plain), nil)), 2); ok {
			t.Errorf("%q: taken", plain)
		}
	}
	long := remembered{grades: []answer.Grade{{Document: 0, Why: strings.Repeat("לא ", 5000) + "\u202eevil\x00"}}}
	if got, ok := unseal(k, string(seal(k, long)), 1); !ok || len(got.grades[0].Why) > mostWhy+len("…") || strings.ContainsAny(got.grades[0].Why, "\u202e\x00") {
		t.Errorf("a reason that is too long: %t, %d bytes", ok, len(got.grades[0].Why))
	}
}

// TestLongestFits: twenty documents with the longest reasons are shared.
func TestLongestFits(t *testing.T) {
	var r remembered
	for i := range MostDocuments {
		r.grades = append(r.grades, answer.Grade{Document: i, Grade: 3.3333333333333335, Why: strings.Repeat(`"`, mostWhy) + "…", Truncated: true, Steers: true, Unproven: true})
	}
	if n := len(seal(promptKey{}, r)); n > MostShared {
		t.Errorf("%d bytes, more than %d", n, MostShared)
	}
}
