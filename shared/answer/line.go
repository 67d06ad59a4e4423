package answer

import (
	"math"
	"slices"

	"github.com/splitrank/splitrank/shared/api"
)

// line foretells what a model would say of a document from what an earlier one said: the
// least squares through the documents that both have scored.
type line struct{ at, from, slope float64 }

const (
	// fewOnALine documents are too few to draw one through.
	fewOnALine = 4
	// doubt is how many standard deviations of the later model's values a document that
	// it has not read stands lower than the line says: who is read is known to be good.
	doubt = 0.5
)

// lineThrough pairs of an earlier and a later value; ok = it can be drawn. Models that
// disagree have a flat one.
func lineThrough(earlier, later []float64) (l line, ok bool) {
	n := float64(len(later))
	if len(later) < fewOnALine {
		return line{}, false
	}
	meanEarlier, meanLater := mean(earlier), mean(later)
	var varEarlier, varLater, cov float64
	for i := range later {
		x, y := earlier[i]-meanEarlier, later[i]-meanLater
		varEarlier, varLater, cov = varEarlier+float64(x*x), varLater+float64(y*y), cov+float64(x*y)
	}
	if varEarlier == 0 {
		return line{}, false
	}
	return line{at: meanLater - float64(doubt*math.Sqrt(varLater/n)), from: meanEarlier, slope: max(0, cov/varEarlier)}, true
}

func mean(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}

func (l line) foretell(earlier float64) float64 { return l.at + float64(l.slope*(earlier-l.from)) }

// placeEarlier puts documents that an earlier model scored and this one did not among
// those that this one scored, each where the line through both would put it. What would
// stand behind the last of them follows as the earlier model has it. While documents wait
// for a score nothing is foretold. See RATIONALE: why-an-earlier-model-may-overtake.
func (b blend) placeEarlier(front, all []api.Result, values []*float64, waiting []bool) []api.Result {
	if values == nil || slices.Contains(waiting, true) {
		return front
	}
	var earlier, later []float64
	placed := make(map[int]bool, len(front))
	for i := range front {
		r := &front[i]
		placed[r.Index] = true
		if v := at(values, r.Index); v != nil && r.Logit != nil {
			earlier, later = append(earlier, *v), append(later, b.value(r))
		}
	}
	l, ok := lineThrough(earlier, later)
	if !ok {
		return front
	}
	for _, r := range all {
		if v := at(values, r.Index); v != nil && !placed[r.Index] {
			value := l.foretell(*v)
			r.Logit, r.RelevanceScore = nil, sigmoid(value)
			if place := b.placeOf(value, front); place < len(front) {
				front = slices.Insert(front, place, r)
			}
		}
	}
	return front
}
