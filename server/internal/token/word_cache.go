package token

import "hash/maphash"

// wordCache remembers the ids of words seen lately: a direct-mapped table of
// fixed size, one per encoder, so that it needs no lock and cannot grow.
type wordCache struct {
	seed  maphash.Seed
	slots []cachedWord
}

type cachedWord struct {
	word [cachedBytes]byte
	size uint8
	n    uint8
	ids  [cachedIDs]int32
}

const (
	cacheSlots  = 1 << 12
	cachedBytes = 22 // longer words are encoded anew
	cachedIDs   = 6
)

func newWordCache() wordCache {
	return wordCache{maphash.MakeSeed(), make([]cachedWord, cacheSlots)}
}

func (c *wordCache) slot(word []byte) *cachedWord {
	return &c.slots[maphash.Bytes(c.seed, word)%cacheSlots]
}

// recall appends the ids of a word that is remembered.
func (c *wordCache) recall(ids *[]int32, word []byte) bool {
	if len(word) > cachedBytes {
		return false
	}
	s := c.slot(word)
	if s.n == 0 || int(s.size) != len(word) || string(s.word[:s.size]) != string(word) {
		return false
	}
	*ids = append(*ids, s.ids[:s.n]...)
	return true
}

// keep remembers a word.
func (c *wordCache) keep(word []byte, ids []int32) {
	if len(word) > cachedBytes || len(ids) > cachedIDs || len(ids) == 0 {
		return
	}
	s := c.slot(word)
	s.size, s.n = uint8(len(word)), uint8(len(ids))
	copy(s.word[:], word)
	copy(s.ids[:], ids)
}
