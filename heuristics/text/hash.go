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

// HashOf hashes a folded word, as Scanner does with the words it finds.
func HashOf[T ~string | ~[]byte](word T) uint64 {
	var h, w uint64
	for i := range len(word) {
		w |= uint64(word[i]) << (8 * (i & 7))
		if i&7 == 7 {
			h, w = absorb(h, w), 0
		}
	}
	return finish(h, w)
}
