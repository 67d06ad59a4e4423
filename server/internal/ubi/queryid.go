package ubi

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"sync"
	"time"
)

// Signer gives out query ids that only who has its key can make, so that events can
// be held to answers that were given without remembering them.
type Signer struct {
	hashes sync.Pool // of *keyed

	mu    sync.Mutex
	made  int64    // the second that stock is of
	stock []string // ids that nobody has yet
}

// keyed is a MAC under the key, which costs as much to set up as to use.
type keyed struct {
	hash.Hash
	in  []byte
	sum []byte
}

// MinKeyBytes is the shortest key of a Signer.
const MinKeyBytes = 16

// NewSigner signs with a key; replicas that share one know each other's ids. nil = a
// random key, whose ids end with the process.
func NewSigner(key []byte) *Signer {
	if key == nil {
		key = make([]byte, sha256.Size)
		rand.Read(key)
	}
	s := &Signer{}
	s.hashes.New = func() any { return &keyed{Hash: hmac.New(sha256.New, key)} }
	return s
}

// A query id is base64url of seconds since 1970 (4 bytes), 10 random ones and 14 of
// a MAC over both.
const (
	idTime   = 4
	idRandom = 10
	idMAC    = 14
	idBytes  = idTime + idRandom + idMAC
)

// atOnce is how many ids are made at a time: see RATIONALE: why-query-ids-are-made-in-stock.
const atOnce = 16

// NewID gives out an id at a time.
func (s *Signer) NewID(now time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if second := now.Unix(); second != s.made || len(s.stock) == 0 {
		s.restock(second)
	}
	last := len(s.stock) - 1
	id := s.stock[last]
	s.stock = s.stock[:last]
	return id
}

// restock with ids of a second.
func (s *Signer) restock(second int64) {
	s.made, s.stock = second, s.stock[:0]
	var random [atOnce * idRandom]byte
	rand.Read(random[:])
	for i := range atOnce {
		s.stock = append(s.stock, s.sign(second, random[i*idRandom:][:idRandom]))
	}
}

func (s *Signer) sign(second int64, random []byte) string {
	var id [idBytes]byte
	binary.BigEndian.PutUint32(id[:], uint32(second))
	copy(id[idTime:], random)
	mac := s.mac("query id", string(id[:idTime+idRandom]))
	copy(id[idTime+idRandom:], mac[:])
	return base64.RawURLEncoding.EncodeToString(id[:])
}

// mac for a purpose: what is signed for one is worth nothing for another.
func (s *Signer) mac(purpose, data string) [sha256.Size]byte {
	h := s.hashes.Get().(*keyed)
	defer s.hashes.Put(h)
	h.Reset()
	h.in = append(append(append(h.in[:0], purpose...), 0), data...)
	h.Write(h.in)
	h.sum = h.Sum(h.sum[:0])
	return [sha256.Size]byte(h.sum)
}

// Given says when this signer gave out an id; ok is false for all others.
func (s *Signer) Given(id string) (at time.Time, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(id) // one spelling an id
	if err != nil || len(b) != idBytes {
		return time.Time{}, false
	}
	mac := s.mac("query id", string(b[:idTime+idRandom]))
	if !hmac.Equal(mac[:idMAC], b[idTime+idRandom:]) {
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
		mac := s.mac("query", query)
		return "hmac:" + hex.EncodeToString(mac[:12])
	}
	return ""
}
