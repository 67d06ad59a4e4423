package llm

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/shared/answer"
)

// Grades in the level that servers share are sealed by a key that is made of the
// prompt, and kept under a name that is made of it, too: whoever reads them there
// learns no sentence of the llm's about a text that he does not have, and whoever
// writes there cannot make grades up. See RATIONALE: why-shared-grades-are-sealed.

// sharedName of a prompt.
func sharedName(k promptKey) [sha256.Size]byte { return [sha256.Size]byte(derived(k, "name")) }

// derived makes a key of its own for each purpose.
func derived(k promptKey, purpose string) []byte {
	key, err := hkdf.Expand(sha256.New, k[:], "splitrank llm grades 1 "+purpose, sha256.Size)
	if err != nil {
		panic(err) // lengths are constant
	}
	return key
}

func sealer(k promptKey) cipher.AEAD {
	block, err := aes.NewCipher(derived(k, "seal"))
	if err != nil {
		panic(err) // the length is constant
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return aead
}

// sealedGrades is what is inside.
type sealedGrades struct {
	Trust  float64       `json:"t"`
	Grades []sealedGrade `json:"g"`
}

// sealedGrade is an answer.Grade whose place is that in the list.
type sealedGrade struct {
	Place     int     `json:"p"`
	Grade     float64 `json:"g"`
	Why       string  `json:"w,omitzero"`
	Truncated bool    `json:"c,omitzero"`
	Steers    bool    `json:"s,omitzero"`
	Unproven  bool    `json:"u,omitzero"`
}

func seal(k promptKey, r remembered) []byte {
	s := sealedGrades{Trust: r.trust}
	for _, g := range r.grades {
		s.Grades = append(s.Grades, sealedGrade{g.Document, g.Grade, g.Why, g.Truncated, g.Steers, g.Unproven})
	}
	plain, err := json.Marshal(s)
	if err != nil {
		return nil // a reason is valid UTF-8 and grades are numbers
	}
	return sealer(k).Seal(nil, nil, plain, nil)
}

// unseal what was sealed for n documents, each of which has one grade.
func unseal(k promptKey, value string, n int) (r remembered, ok bool) {
	plain, err := sealer(k).Open(nil, nil, []byte(value), nil)
	if err != nil {
		return r, false
	}
	var s sealedGrades
	if json.Unmarshal(plain, &s) != nil || len(s.Grades) != n || !(s.Trust >= 0 && s.Trust <= 1) {
		return r, false
	}
	r.trust = s.Trust
	seen := make([]bool, n)
	for _, g := range s.Grades {
		if g.Place < 0 || g.Place >= n || seen[g.Place] || !(g.Grade >= 0 && g.Grade <= answer.MostGrade) {
			return remembered{}, false
		}
		seen[g.Place] = true
		r.grades = append(r.grades, answer.Grade{Document: g.Place, Grade: g.Grade, Why: reason(g.Why), Truncated: g.Truncated, Steers: g.Steers, Unproven: g.Unproven})
	}
	return r, true
}
