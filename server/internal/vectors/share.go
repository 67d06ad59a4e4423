package vectors

import (
	"context"

	"github.com/splitrank/splitrank/server/internal/flight"
)

// Flight is the reading of a document by another request.
type Flight = flight.Flight[[]byte]

// Claim sorts what is wanted of a key that Get did not find: its value if it is
// in memory by now, else the flight of whoever is reading it, else neither, and
// the key is the caller's to Land or to GiveUp, whatever happens.
func (s *Store) Claim(k Key) (value []byte, other *Flight) {
	value, _, other = s.flights.Claim(k)
	return value, other
}

// Land ends the caller's flight with a value, which is Put.
func (s *Store) Land(k Key, value []byte) {
	s.Put(k, value)
	s.flights.Land(k, value)
}

// GiveUp ends the caller's flight without a value: whoever waits may read it.
func (s *Store) GiveUp(k Key) { s.flights.GiveUp(k) }

// Found is a value that another request read. Item is an index into keys.
type Found = flight.Found[[]byte]

// Read has the items of keys read once, whoever asks for them: those that nobody
// is at by read, as one list, and then it waits for those that others are at.
// What others gave up is read here. read lands each value once it has it; it is
// Put, and what is not landed when read returns is given up. found gets what
// others read. Read returns when all is there, or with the first error of read,
// or the cause of ctx.
func (s *Store) Read(ctx context.Context, keys []Key, items []int, read func(ctx context.Context, items []int, land func(item int, value []byte)) error, found func([]Found)) error {
	work := func(ctx context.Context, own []int, land func(int, []byte)) error {
		return read(ctx, own, func(i int, value []byte) {
			s.Put(keys[i], value)
			land(i, value)
		})
	}
	take := func(list []Found) {
		for _, f := range list {
			if f.Joined {
				s.joined.Add(1)
			} else {
				s.memoryHits.Add(1)
			}
		}
		found(list)
	}
	return s.flights.Share(ctx, items, func(i int) Key { return keys[i] }, work, take)
}
