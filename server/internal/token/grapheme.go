package token

import "unicode/utf8"

// nextCluster returns the end of the extended grapheme cluster (UAX 29) that
// begins at start. text is valid UTF-8, start is a cluster boundary.
func (u *unicodeTable) nextCluster(text []byte, start int) int {
	r, size := utf8.DecodeRune(text[start:])
	end := start + size
	var seen clusterState
	before := u.of(r)
	seen.add(before)
	for first := r; end < len(text); {
		r, size = utf8.DecodeRune(text[end:])
		next := u.of(r)
		if first == '\r' && r == '\n' {
			return end + size // GB3
		}
		if seen.breaks(before.cluster(), next.cluster()) {
			return end
		}
		first, before = r, next
		seen.add(next)
		end += size
	}
	return end
}

// clusterState is what the rules that look further back need to know.
type clusterState struct {
	regional  int   // regional indicators right before
	emoji     uint8 // 1: pictographic and extenders, 2: then a joiner
	consonant bool  // an Indic consonant, then only linkers and extenders
	linked    bool  // with at least one linker
}

// add notes one more code point of the cluster.
func (s *clusterState) add(p property) {
	switch c := p.cluster(); {
	case c == clusterPictographic:
		s.emoji = 1
	case c == clusterJoiner && s.emoji == 1:
		s.emoji = 2
	case c == clusterExtend && s.emoji == 1:
	default:
		s.emoji = 0
	}
	if p.cluster() == clusterRegional {
		s.regional++
	} else {
		s.regional = 0
	}
	switch {
	case p.cluster() == clusterConsonant:
		s.consonant, s.linked = true, false
	case p&isLinker != 0:
		s.linked = true
	case p&isConjunct == 0:
		s.consonant, s.linked = false, false
	}
}

// breaks reports whether there is a boundary between two code points.
func (s *clusterState) breaks(before, after cluster) bool {
	switch {
	case before == clusterControl || after == clusterControl: // GB4, GB5
		return true
	case before == clusterL && (after == clusterL || after == clusterV || after == clusterLV || after == clusterLVT): // GB6
		return false
	case (before == clusterLV || before == clusterV) && (after == clusterV || after == clusterT): // GB7
		return false
	case (before == clusterLVT || before == clusterT) && after == clusterT: // GB8
		return false
	case after == clusterExtend || after == clusterJoiner || after == clusterSpacing || before == clusterPrepend: // GB9, GB9a, GB9b
		return false
	case after == clusterConsonant: // GB9c
		return !s.consonant || !s.linked
	case after == clusterPictographic: // GB11
		return s.emoji != 2
	case before == clusterRegional && after == clusterRegional: // GB12, GB13
		return s.regional%2 == 0
	}
	return true
}
