package evaluation

import (
	"fmt"
	"runtime"
	"time"
)

// Made says how a report came about, so that it can be made again and its times and
// costs judged.
type Made struct {
	At      time.Time `json:"at"`
	Version string    `json:"version"`
	Command string    `json:"command"`
	// Machine: system, architecture and processors.
	Machine string `json:"machine"`
	// CPUPrice of an hour of one processor, in the currency of PriceUnit.
	CPUPrice  float64 `json:"cpu_price_per_hour,omitzero"`
	PriceUnit string  `json:"price_unit,omitempty"`
}

// Machine that this runs on.
func Machine() string {
	return runtime.GOOS + "/" + runtime.GOARCH + ", " + fmt.Sprintf("%d processors", runtime.NumCPU())
}

// Sign every report of a summary.
func (s *Summary) Sign(m Made) {
	s.Made = &m
	for _, r := range s.Collections {
		r.Made = &m
	}
}
