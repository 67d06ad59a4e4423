package experiment

// Persistence of Overlap: the tenth place weighs 0.39 of the first.
const Persistence = 0.9

// Overlap is the rank-biased overlap of two rankings, from 0, nothing in common,
// to 1, the same: RBO with the extrapolation of equation 32 for the depth that
// both reach (Webber, Moffat and Zobel, 2010).
func Overlap(a, b []string) float64 {
	depth := min(len(a), len(b))
	if depth == 0 {
		return 0
	}
	seen := make(map[string]bool, 2*depth)
	common, sum, weight := 0, 0.0, 1.0
	for d := range depth {
		for _, id := range []string{a[d], b[d]} {
			if seen[id] {
				common++
			}
			seen[id] = true
		}
		weight *= Persistence
		sum += weight * float64(common) / float64(d+1)
	}
	return min(1, (1-Persistence)/Persistence*sum+weight*float64(common)/float64(depth))
}

// Changed counts the documents among the first n of b that are not among those of a.
func Changed(a, b []string, n int) int {
	before := make(map[string]bool, n)
	for _, id := range a[:min(n, len(a))] {
		before[id] = true
	}
	changed := 0
	for _, id := range b[:min(n, len(b))] {
		if !before[id] {
			changed++
		}
	}
	return changed
}
