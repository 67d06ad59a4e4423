package eval

// Kappa is Cohen's κ of two judges over the same pairs, whose grades stand at
// the same places: how far they agree beyond chance. 1 is full agreement, 0 that
// of chance. It is 0 for no pairs, and 1 where both give one and the same grade
// throughout. (Cohen 1960.)
func Kappa(a, b []int) float64 {
	agreed, ofA, ofB := 0.0, map[int]float64{}, map[int]float64{}
	n := float64(len(a))
	if n == 0 {
		return 0
	}
	for i := range a {
		if a[i] == b[i] {
			agreed++
		}
		ofA[a[i]]++
		ofB[b[i]]++
	}
	chance := 0.0
	for grade, count := range ofA {
		chance += count / n * ofB[grade] / n
	}
	if chance == 1 {
		return 1
	}
	return (agreed/n - chance) / (1 - chance)
}

// FromGrade turns grades into 1 from a grade on, and 0 below.
func FromGrade(grades []int, least int) []int {
	out := make([]int, len(grades))
	for i, g := range grades {
		if g >= least {
			out[i] = 1
		}
	}
	return out
}
