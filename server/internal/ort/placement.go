package ort

import "fmt"

// Placement is how much of a graph the device of a plugin takes, in nodes. The processor
// computes the rest. It is zero where the device is no plugin's.
type Placement struct{ Taken, Nodes int }

// Partial reports that the processor computes some of the graph.
func (p Placement) Partial() bool { return p.Taken < p.Nodes }

// check that the device has something to do.
func (p Placement) check() error {
	if p.Taken == 0 {
		return fmt.Errorf("the plugin takes none of the graph's %d nodes, so that all would run on the processor (--device cpu does that)", p.Nodes)
	}
	return nil
}

// Placement of the graph.
func (m *Session) Placement() Placement { return m.session.placement() }

// Placement of the graph.
func (e *Encoder) Placement() Placement { return e.session.placement() }
