//go:build !linux && !darwin

package hub

import "math"

// freeSpace is not asked for here: a full disk shows when it is written to.
func freeSpace(string) (int64, error) { return math.MaxInt64, nil }
