package httpapi

import "time"

// lastMoment is what a sender or a reader has for its next bytes while the
// server stops: one that never reads would hold up the end.
const lastMoment = time.Second

// stall is the time for the next bytes of a body or of an answer.
func (s *Server) stall(usual time.Duration) time.Duration {
	if s.stopping.Load() {
		return min(usual, lastMoment)
	}
	return usual
}
