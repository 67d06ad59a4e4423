// Package experiment compares two ways to answer on live traffic: who sees which,
// how two rankings become one list, and what the clicks say. It is pure: data in,
// data out, so that every rule can be replayed from the log.
package experiment

import (
	"crypto/sha256"
	"encoding/binary"
)

// Mode is how an experiment compares its arms.
type Mode string

// The modes.
const (
	// Split shows each unit one arm's answer.
	Split Mode = "split"
	// Interleave shows one list that both arms contribute to in turn, which takes
	// far fewer impressions.
	Interleave Mode = "interleave"
	// Shadow shows the first arm's answer and computes the second one for the log.
	Shadow Mode = "shadow"
)

// Unit is what is assigned to an arm.
type Unit string

// The units.
const (
	// Client is the client_id of a request. A request without one takes no part.
	Client Unit = "client"
	// Request is each request by itself.
	Request Unit = "request"
)

// Experiment compares two arms. A changed arm is a new experiment: give it a new
// name.
type Experiment struct {
	// Name is part of every draw: 1 to 100 letters, digits and -_.
	Name string `json:"name"`
	Mode Mode   `json:"mode"`
	// Arms, the first of which is what is served today.
	Arms [2]Arm `json:"arms"`
	// Share of the units that take part, above 0 and at most 1. 0 = all.
	Share float64 `json:"share,omitempty"`
	// Unit; "" = Client.
	Unit Unit `json:"unit,omitempty"`
	// MaxN is when to give up: decided impressions of an interleaving, units of a
	// split. 0 = DefaultMaxN.
	MaxN int `json:"max_n,omitempty"`
	// Metric is the action_name that counts. "" = click.
	Metric string `json:"metric,omitempty"`
	// Alpha is the share of experiments without a difference that may end with one,
	// above 0 and below 1. 0 = 0.05.
	Alpha float64 `json:"alpha,omitempty"`
}

// Defaults of Experiment.
const (
	DefaultMaxN   = 20_000
	DefaultMetric = "click"
	DefaultAlpha  = 0.05
)

// Arm is one way to answer. Its zero fields leave to the request what it says.
type Arm struct {
	// Name in reports. "" = A and B.
	Name     string `json:"name,omitempty"`
	Pipeline string `json:"pipeline,omitempty"`
	Model    string `json:"model,omitempty"`
	Budget   Budget `json:"budget,omitzero"`
}

// Budget of an arm, as api.Budget.
type Budget struct {
	Documents  int `json:"documents,omitempty"`
	Tokens     int `json:"tokens,omitempty"`
	DeadlineMS int `json:"deadline_ms,omitempty"`
}

// buckets is how finely units are divided.
const buckets = 10_000

// bucket of a unit: the first eight bytes of SHA-256(name ‖ 0 ‖ unit), big-endian,
// modulo buckets.
func (e *Experiment) bucket(unit string) int {
	sum := sha256.Sum256([]byte(e.Name + "\x00" + unit))
	return int(binary.BigEndian.Uint64(sum[:]) % buckets)
}

// limit is the first bucket that takes no part.
func (e *Experiment) limit() int {
	return max(1, int(e.Share*buckets+0.5))
}

// Includes reports whether a unit takes part. Raising Share adds units and takes
// none away.
func (e *Experiment) Includes(unit string) bool {
	_, in := e.place(unit)
	return in
}

// place of a unit: its bucket, and whether that takes part.
func (e *Experiment) place(unit string) (bucket int, in bool) {
	if unit == "" {
		return 0, false
	}
	bucket = e.bucket(unit)
	return bucket, bucket < e.limit()
}

// ArmOf a unit that takes part: 0 or 1. It does not change with Share.
func (e *Experiment) ArmOf(unit string) int { return e.armOf(e.bucket(unit)) }

func (e *Experiment) armOf(bucket int) int {
	if e.Mode == Split {
		return bucket % 2
	}
	return 0
}

// FirstArmShare is the expected share of units in arm 0 of a split.
func (e *Experiment) FirstArmShare() float64 {
	limit := e.limit()
	return float64((limit+1)/2) / float64(limit)
}

// Choose is the first experiment that a unit takes part in, and the arm that it has
// there; nil = none. unit answers what a request's unit of a kind is.
func Choose(list []Experiment, unit func(Unit) string) (e *Experiment, arm int) {
	for i := range list {
		e = &list[i]
		if bucket, in := e.place(unit(e.Unit)); in {
			return e, e.armOf(bucket)
		}
	}
	return nil, 0
}
