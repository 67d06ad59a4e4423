package ubi

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// Signer gives out query ids that only who has its key can make, so that events can
// be held to answers that were given without remembering them.
type Signer struct{ key []byte }

// MinKeyBytes is the shortest key of a Signer.
const MinKeyBytes = 16

// NewSigner signs with a key; replicas that share one know each other's ids. nil = a
// random key, whose ids end with the process.
func NewSigner(key []byte) *Signer {
	if key == nil {
		key = make([]byte, sha256.Size)
		rand.Read(key)
	}
	return &Signer{key}
}

// A query id is base64url of seconds since 1970 (4 bytes), 10 random ones and 14 of
// a MAC over both.
const (
	idTime   = 4
	idRandom = 10
	idMAC    = 14
	idBytes  = idTime + idRandom + idMAC
)

// NewID gives out an id at a time.
func (s *Signer) NewID(now time.Time) string {
	id := make([]byte, idTime+idRandom, idBytes)
	binary.BigEndian.PutUint32(id, uint32(now.Unix()))
	rand.Read(id[idTime:])
	return base64.RawURLEncoding.EncodeToString(s.sign(id))
}

// sign appends the MAC.
func (s *Signer) sign(id []byte) []byte {
	return append(id, s.mac("query id", id)[:idMAC]...)
}

// mac for a purpose: what is signed for one is worth nothing for another.
func (s *Signer) mac(purpose string, data []byte) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(purpose))
	h.Write([]byte{0})
	h.Write(data)
	return h.Sum(nil)
}

// Given says when this signer gave out an id; ok is false for all others.
func (s *Signer) Given(id string) (at time.Time, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(id) // one spelling an id
	if err != nil || len(b) != idBytes || !hmac.Equal(s.mac("query id", b[:idTime+idRandom])[:idMAC], b[idTime+idRandom:]) {
		return time.Time{}, false
	}
	return time.Unix(int64(binary.BigEndian.Uint32(b)), 0), true
}

// Words says what of a query goes into the log.
type Words string

// The choices.
const (
	NoWords Words = "none" // an empty text
	Hashed  Words = "hash" // a keyed hash: equal queries are equal, and guessing needs the key
	Full    Words = "full"
)

// UserQuery is what the log holds of a query.
func (s *Signer) UserQuery(query string, w Words) string {
	switch w {
	case Full:
		return query
	case Hashed:
		return "hmac:" + hex.EncodeToString(s.mac("query", []byte(query))[:12])
	}
	return ""
}
