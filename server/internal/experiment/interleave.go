package experiment

import (
	"crypto/sha256"
	"encoding/binary"
)

// Owner of a place in an interleaved list.
type Owner byte

// The owners, as letters of Drafted.Teams.
const (
	TeamA Owner = 'A'
	TeamB Owner = 'B'
	// Nobody owns a place that both rankings agree on: a click on it says nothing.
	Nobody Owner = '-'
)

// Drafted is an interleaved list.
type Drafted struct {
	// Order of the documents, as the rankings name them.
	Order []string
	// From says for each place whose ranking it was taken from, 0 or 1.
	From []int
	// Teams has a letter for each place: who is credited with a click.
	Teams string
}

// TeamDraft makes one list of two rankings: while either has an unseen document,
// the team with fewer picks takes its best one, and a coin decides where they are
// equal (Radlinski, Kurup and Joachims, 2008). Whoever knows name and queryID can
// draw it again. At most n places; a ranking names no document twice.
func TeamDraft(name, queryID string, a, b []string, n int) Drafted {
	d := draft{coins: coins{seed: name + "\x00" + queryID}, lists: [2][]string{a, b}, seen: make(map[string]bool, len(a)+len(b))}
	common := commonPrefix(a, b)
	var out Drafted
	teams := make([]byte, 0, n)
	for len(out.Order) < n {
		team, id, ok := d.pick()
		if !ok {
			break
		}
		out.Order, out.From = append(out.Order, id), append(out.From, team)
		owner := [2]Owner{TeamA, TeamB}[team]
		if len(teams) < common {
			owner = Nobody
		}
		teams = append(teams, byte(owner))
	}
	out.Teams = string(teams)
	return out
}

func commonPrefix(a, b []string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

type draft struct {
	coins coins
	lists [2][]string
	picks [2]int
	seen  map[string]bool
}

// pick the next document and say whose it is; ok is false when both lists are
// used up.
func (d *draft) pick() (team int, id string, ok bool) {
	for i := range d.lists {
		for len(d.lists[i]) > 0 && d.seen[d.lists[i][0]] {
			d.lists[i] = d.lists[i][1:]
		}
	}
	switch empty := [2]bool{len(d.lists[0]) == 0, len(d.lists[1]) == 0}; {
	case empty[0] && empty[1]:
		return 0, "", false
	case empty[0]:
		team = 1
	case empty[1]:
		team = 0
	case d.picks[0] != d.picks[1]:
		if d.picks[1] < d.picks[0] {
			team = 1
		}
	default:
		team = d.coins.toss()
	}
	id = d.lists[team][0]
	d.seen[id] = true
	d.picks[team]++
	return team, id, true
}

// coins are fair and can be tossed again: toss i is bit i mod 256, the lowest of a
// byte first, of SHA-256(seed ‖ 0 ‖ i div 256), the number as four bytes,
// big-endian.
type coins struct {
	seed  string
	block [sha256.Size]byte
	n     int
}

func (c *coins) toss() int {
	const bits = 8 * sha256.Size
	if c.n%bits == 0 {
		c.block = sha256.Sum256(binary.BigEndian.AppendUint32([]byte(c.seed+"\x00"), uint32(c.n/bits)))
	}
	i := c.n % bits
	c.n++
	return int(c.block[i/8]>>(i%8)) & 1
}

// Result of one impression.
type Result int

// The results.
const (
	Undecided Result = iota // no click that counts
	WonA
	WonB
	Tie
)

// Credit counts the clicked places, from 0, of an interleaved list for their teams.
func Credit(teams string, clicked []int) Result {
	var a, b int
	for _, place := range clicked {
		if place < 0 || place >= len(teams) {
			continue
		}
		switch Owner(teams[place]) {
		case TeamA:
			a++
		case TeamB:
			b++
		}
	}
	switch {
	case a > b:
		return WonA
	case b > a:
		return WonB
	case a > 0:
		return Tie
	}
	return Undecided
}
