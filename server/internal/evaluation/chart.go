package evaluation

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// chart is a plot in the coordinates of its SVG: x from 0 to chartWidth, y from
// 0 at the top to Height. It has no colours; classes are the style sheet's.
type chart struct {
	Title, Across, Up string // what the axes show
	Height            float64
	XTicks, YTicks    []tick
	Series            []series
	Labels            []label
	Boxes             []box
}

// series is one line, or marks without one.
type series struct {
	Name, Class string
	Points      string // of a polyline
	Marks       []label
}

// label is a text at a point; Hint shows on hover.
type label struct {
	X, Y       float64
	Text, Hint string
}

// tick of an axis.
type tick struct {
	At   float64
	Text string
}

// box shows where values lie: a line from Low to High, a box from Quarter to
// Quarters, a stroke at Median.
type box struct {
	Name, Class                          string
	Y                                    float64
	Low, Quarter, Median, Quarters, High float64
	Hint                                 string
}

// Size of a chart: narrow, so that its letters can be read on a phone.
const (
	chartWidth  = 400.0
	chartHeight = 250.0
	leftEdge    = 56.0
	rightEdge   = chartWidth - 12
	topEdge     = 10.0
	bottomSpace = 38.0
	boxHeight   = 11.0
)

// Width, Left, Right, Top and Bottom are for the template.
func (chart) Width() float64    { return chartWidth }
func (chart) Left() float64     { return leftEdge }
func (chart) Right() float64    { return rightEdge }
func (chart) Top() float64      { return topEdge }
func (c chart) Bottom() float64 { return c.Height - bottomSpace }

// Center is where the words under the plot stand.
func (chart) Center() float64 { return chartWidth / 2 }

// Middle is where the words beside the plot stand.
func (c chart) Middle() float64 { return (topEdge + c.Bottom()) / 2 }

// Head, Foot and Wide are for the template.
func (b box) Head() float64 { return b.Y - boxHeight/2 }
func (b box) Foot() float64 { return b.Y + boxHeight/2 }
func (b box) Wide() float64 { return max(b.Quarters-b.Quarter, 1) }

// point is a value in its own units.
type point struct {
	x, y float64
	name string
}

// axis maps values to coordinates.
type axis struct {
	low, high float64 // values
	from, to  float64 // coordinates
	log       bool
}

func (a axis) at(v float64) float64 {
	low, high := a.low, a.high
	if a.log {
		v, low, high = math.Log(max(v, a.low)), math.Log(low), math.Log(high)
	}
	if high == low {
		return a.from
	}
	return math.Round((a.from+(a.to-a.from)*(v-low)/(high-low))*10) / 10
}

// rounded widens an axis to round values and returns them: about n, or the
// powers of ten.
func (a *axis) rounded(n int) []tick {
	if a.log {
		return a.powers()
	}
	step := roundStep((a.high - a.low) / float64(n))
	first, last := math.Floor(a.low/step), math.Ceil(a.high/step)
	a.low, a.high = first*step, last*step
	digits := max(0, -int(math.Floor(math.Log10(step))))
	var ticks []tick
	for i := first; i <= last; i++ {
		ticks = append(ticks, tick{a.at(i * step), strconv.FormatFloat(i*step, 'f', digits, 64)})
	}
	return ticks
}

func (a *axis) powers() []tick {
	first, last := math.Floor(math.Log10(a.low)), math.Ceil(math.Log10(a.high))
	a.low, a.high = math.Pow(10, first), math.Pow(10, max(last, first+1))
	var ticks []tick
	for e := first; e <= max(last, first+1); e++ {
		v := math.Pow(10, e)
		ticks = append(ticks, tick{a.at(v), strconv.FormatFloat(v, 'f', -1, 64)})
	}
	return ticks
}

// roundStep is the next of 1, 2 and 5 times a power of ten.
func roundStep(least float64) float64 {
	if !(least > 0) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(least)))
	for _, factor := range []float64{1, 2, 5} {
		if step := factor * power; step >= least*(1-1e-9) {
			return step
		}
	}
	return 10 * power
}

// lineOf draws points, which are sorted, with a mark at each.
func lineOf(name, class string, points []point, x, y axis) series {
	s := series{Name: name, Class: class}
	var line strings.Builder
	for _, p := range points {
		fmt.Fprintf(&line, "%g,%g ", x.at(p.x), y.at(p.y))
		s.Marks = append(s.Marks, markOf(p, x, y))
	}
	s.Points = strings.TrimSpace(line.String())
	return s
}

func markOf(p point, x, y axis) label {
	return label{X: x.at(p.x), Y: y.at(p.y), Hint: fmt.Sprintf("%s: %.4f at %.1f", p.name, p.y, p.x)}
}
