package vectors

import (
	"encoding/binary"
	"math/rand/v2"
	"os"
	"testing"
)

// What is measured: so many values of so many bytes, looked up by the hundred.
const (
	benchValues = 100_000
	benchBytes  = 9600
	benchKeys   = 100
)

// benchFolder of many values, made once for all benchmarks and removed with the
// first one that used it.
func benchFolder(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	s := open(b, Options{Dir: dir, Memory: leastBytes})
	r := rand.New(rand.NewPCG(1, 2))
	for i := range benchValues {
		value := make([]byte, 0, benchBytes)
		for len(value) < benchBytes {
			value = binary.LittleEndian.AppendUint64(value, r.Uint64())
		}
		s.Put(keyOf(i), value)
		if i%1000 == 0 {
			if err := s.Flush(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	closeStore(b, s)
	if info, err := os.Stat(segmentPath(dir, 1)); err != nil || info.Size() < benchBytes {
		b.Fatalf("%v, error %v", info, err)
	}
	return dir
}

func BenchmarkDisk(b *testing.B) {
	dir := benchFolder(b)
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			s := open(b, Options{Dir: dir})
			b.StopTimer()
			closeStore(b, s)
			b.StartTimer()
		}
	})
	b.Run("get100", func(b *testing.B) {
		s := open(b, Options{Dir: dir, Memory: leastBytes})
		benchGet(b, s, benchValues)
	})
	b.Run("get100 of all in memory", func(b *testing.B) {
		const few = 5000
		s := open(b, Options{Dir: dir})
		s.Get(b.Context(), keysTo(few))
		benchGet(b, s, few)
	})
}

func benchGet(b *testing.B, s *Store, of int) {
	r := rand.New(rand.NewPCG(3, 4))
	keys := make([]Key, benchKeys)
	for b.Loop() {
		for i := range keys {
			keys[i] = keyOf(r.IntN(of))
		}
		for _, v := range s.Get(b.Context(), keys) {
			if len(v) != benchBytes {
				b.Fatal("a value is missing")
			}
		}
	}
}

func BenchmarkPut(b *testing.B) {
	s := open(b, Options{Dir: b.TempDir(), Memory: leastBytes})
	b.SetBytes(benchBytes)
	value := make([]byte, benchBytes)
	for i := 0; b.Loop(); i++ {
		if err := s.disk.putWaiting(b.Context(), keyOf(i), entry{value, 1}); err != nil {
			b.Fatal(err)
		}
	}
}
