package httpapi

import (
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/wire"
)

// What a request takes is counted before it is made: its body as it comes, the
// decoded request, and its answer. Server.memory bounds the sum of all.

// reserve makes the account pay for a decoded request in place of what decoding
// it might have taken, and for its answer.
func (s *Server) reserve(account *wire.Account, body []byte, documents int, decoded, answer int64) error {
	account.Give(api.DecodingBytes(len(body), documents))
	return s.take(account, decoded+answer, nil)
}

// counted counts a refusal for want of memory.
func (s *Server) counted(err error) error {
	s.metrics.refused.Inc()
	return err
}

// states of an answer are in memory at once: where it is watched, the first one,
// the latest and the one that is being written.
func states(watched bool) int {
	if watched {
		return 3
	}
	return 1
}
