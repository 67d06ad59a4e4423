package text

// Multipliers of the word hash: 2^64 over the golden ratio, and the finalizer
// of MurmurHash3.
const (
	hashStep  = 0x9E3779B97F4A7C15
	hashFinal = 0xC2B2AE3D27D4EB4F
)

// absorb mixes the next eight bytes of a word into its hash. It is a bijection
// of either argument.
func absorb(h, eight uint64) uint64 {
	h = (h ^ eight) * hashStep
	return h ^ h>>29
}

// finish mixes the last zero to seven bytes. Words of up to seven bytes have
// distinct hashes. See RATIONALE: why-words-are-compared-by-hash.
func finish(h, rest uint64) uint64 {
	h = absorb(h, rest) * hashFinal
	return h ^ h>>32
}

// HashOf hashes a folded word, as Scanner does with the words it finds. It is
// kept out of its callers, which are many, for the size of the Wasm.
//
//go:noinline
func HashOf[T ~string | ~[]byte](word T) uint64 {
	var h uint64
	i := 0
	for ; i+8 <= len(word); i += 8 {
		h = absorb(h, uint64(word[i])|uint64(word[i+1])<<8|uint64(word[i+2])<<16|uint64(word[i+3])<<24|
			uint64(word[i+4])<<32|uint64(word[i+5])<<40|uint64(word[i+6])<<48|uint64(word[i+7])<<56)
	}
	var w uint64
	for j := len(word) - 1; j >= i; j-- {
		w = w<<8 | uint64(word[j])
	}
	return finish(h, w)
}

// hashBytes is HashOf for words as the scanner reads them, where each call
// counts.
func hashBytes(word []byte) uint64 {
	var h uint64
	for len(word) >= 8 {
		b := word[:8]
		h = absorb(h, uint64(b[0])|uint64(b[1])<<8|uint64(b[2])<<16|uint64(b[3])<<24|
			uint64(b[4])<<32|uint64(b[5])<<40|uint64(b[6])<<48|uint64(b[7])<<56)
		word = word[8:]
	}
	var w uint64
	for j := len(word) - 1; j >= 0; j-- {
		w = w<<8 | uint64(word[j])
	}
	return finish(h, w)
}
