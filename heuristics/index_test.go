package heuristics

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// checkIndex holds an index against a map.
func checkIndex(t *testing.T, x *index, keys []uint64) {
	t.Helper()
	x.reset(len(keys))
	want := map[uint64]int32{}
	for i, key := range keys {
		if got, ok := want[key]; ok != (x.find(key) != none) || ok && x.find(key) != got {
			t.Fatalf("before put %d: %#x is %d, want %d", i, key, x.find(key), got)
		}
		x.put(key, int32(i))
		want[key] = int32(i)
	}
	for key, value := range want {
		if got := x.find(key); got != value {
			t.Errorf("%#x is %d, want %d", key, got, value)
		}
		if _, known := want[key+1]; !known && x.find(key+1) != none {
			t.Errorf("%#x is %d, want none", key+1, x.find(key+1))
		}
	}
}

func TestIndex(t *testing.T) {
	var x index // one, so that each case meets what the last one left
	rng := rand.New(rand.NewPCG(4, 4))
	random := make([]uint64, 1000)
	for i := range random {
		random[i] = rng.Uint64()
	}
	same := make([]uint64, 100)
	for i := range same {
		same[i] = uint64(i) << 40 // one place for all
	}
	for _, c := range []struct {
		name string
		keys []uint64
	}{
		{"random keys", random},
		{"none", nil},
		{"zero is a key", []uint64{0, 1, 0}},
		{"the largest", []uint64{1<<64 - 1, 1<<64 - 2}},
		{"keys that want the same place", same},
		{"around the end of the table", []uint64{15, 31, 47, 14, 0}},
		{"fewer than before", []uint64{7}},
		{"one again and again", make([]uint64, 50)},
	} {
		t.Run(c.name, func(t *testing.T) { checkIndex(t, &x, c.keys) })
	}
}

func FuzzIndex(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x10\x20"), uint8(4))
	f.Fuzz(func(t *testing.T, b []byte, shift uint8) {
		var keys []uint64
		for _, c := range b {
			keys = append(keys, uint64(c)<<(shift&63))
		}
		for len(b) >= 8 {
			keys = append(keys, binary.LittleEndian.Uint64(b))
			b = b[8:]
		}
		var x index
		checkIndex(t, &x, keys)
		checkIndex(t, &x, keys[:len(keys)/2])
	})
}
