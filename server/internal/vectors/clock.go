package vectors

import "time"

// clock says how old a value is, to the second.
type clock struct {
	now func() time.Time
	ttl time.Duration // 0 = nothing is too old
}

func (c clock) seconds() uint32 { return uint32(max(0, c.now().Unix())) }

// expired reports that a value is too old. A clock may be set back, so one from
// the future counts as new, but not if it is further ahead than a value may be
// old: it would stay for as long as the clock was wrong.
func (c clock) expired(written uint32) bool {
	if c.ttl == 0 {
		return false
	}
	age := time.Duration(c.now().Unix()-int64(written)) * time.Second
	return age > c.ttl || age < -c.ttl
}
