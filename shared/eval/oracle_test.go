package eval

import (
	"fmt"
	"math"
	"testing"
)

// FuzzMeasures compares every measure with a slow one written from its
// definition: every byte is a document, its low bits the grade, its high bits
// whether it was retrieved.
func FuzzMeasures(f *testing.F) {
	f.Add([]byte{0x13, 0x02, 0x10, 0x11, 0x00}, uint8(1))
	f.Add([]byte{0x10, 0x10, 0x01, 0x12, 0x17}, uint8(2))
	f.Add([]byte{}, uint8(1))
	f.Fuzz(func(t *testing.T, documents []byte, threshold uint8) {
		if len(documents) > 40 {
			t.Skip("long enough is long enough")
		}
		order, judged := unpack(documents)
		minGrade := int(threshold%4) + 1
		ranked := Judge(order, judged, minGrade)
		for _, m := range Measures() {
			got, want := m.Of(ranked), slow(m.Name, order, judged, minGrade)
			if math.Abs(got-want) > 1e-9 || math.IsNaN(got) || got < 0 || got > 1+1e-12 {
				t.Errorf("%s of %v with %v from grade %d = %v, want %v", m.Name, order, judged, minGrade, got, want)
			}
		}
	})
}

// unpack makes a ranking and judgements: grades -2 to 4, 5 is unjudged.
func unpack(documents []byte) ([]string, Grades) {
	var order []string
	judged := Grades{}
	for i, b := range documents {
		id := fmt.Sprint("d", i)
		if b&0x10 != 0 {
			order = append(order, id)
		}
		if grade := int(b&7) - 2; grade < 5 {
			judged[id] = grade
		}
	}
	return order, judged
}

func slow(name string, order []string, judged Grades, minGrade int) float64 {
	var k int
	if _, err := fmt.Sscanf(name, "ndcg@%d", &k); err == nil {
		return slowNDCG(order, judged, k)
	}
	relevant := func(id string) bool { g, ok := judged[id]; return ok && g >= minGrade }
	total := 0
	for id := range judged {
		if relevant(id) {
			total++
		}
	}
	hits := func(k int) (n float64) {
		for i, id := range order {
			if i < k && relevant(id) {
				n++
			}
		}
		return n
	}
	if _, err := fmt.Sscanf(name, "p@%d", &k); err == nil {
		return hits(k) / float64(k)
	}
	if _, err := fmt.Sscanf(name, "recall@%d", &k); err == nil {
		return orZero(hits(k), float64(total))
	}
	if _, err := fmt.Sscanf(name, "mrr@%d", &k); err == nil {
		for i := 1; i <= k; i++ {
			if hits(i) > 0 {
				return 1 / float64(i)
			}
		}
		return 0
	}
	sum := 0.0
	for i, id := range order {
		if relevant(id) {
			sum += hits(i+1) / float64(i+1)
		}
	}
	return orZero(sum, float64(total))
}

// slowNDCG finds the ideal by always taking the best grade that is left.
func slowNDCG(order []string, judged Grades, k int) float64 {
	gain := func(rank, grade int) float64 { return float64(max(grade, 0)) * math.Ln2 / math.Log(float64(rank+1)) }
	got, best := 0.0, 0.0
	for i, id := range order {
		if i < k {
			got += gain(i+1, judged[id])
		}
	}
	left := map[string]int{}
	for id, grade := range judged {
		left[id] = grade
	}
	for rank := 1; rank <= k && len(left) > 0; rank++ {
		top := ""
		for id := range left {
			if top == "" || left[id] > left[top] {
				top = id
			}
		}
		best += gain(rank, left[top])
		delete(left, top)
	}
	return orZero(got, best)
}

func orZero(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
