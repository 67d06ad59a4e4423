package vectors

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/splitrank/splitrank/server/internal/rediskv"
	"github.com/splitrank/splitrank/server/internal/redistest"
)

func newRedis(t *testing.T, url, format string) *rediskv.Client {
	t.Helper()
	c, err := NewRedis(rediskv.Options{URL: url, ReadTimeout: time.Minute, Away: time.Nanosecond}, format)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRedis(t *testing.T) {
	server := redistest.ForTest(t)
	t.Run("shared", func(t *testing.T) { testShared(t, server.URL()) })
	t.Run("damaged", func(t *testing.T) { testDamaged(t, server.URL()) })
	t.Run("killed", func(t *testing.T) { testRedisKilled(t, server) })
}

// testShared: what one machine read, another knows, and keeps on its own disk;
// what is deleted is gone there, too.
func testShared(t *testing.T, url string) {
	s := open(t, Options{Redis: newRedis(t, url, "1")})
	for i := range 200 {
		s.Put(keyOf(i), valueOf(i))
	}
	long := bytes.Repeat([]byte("long"), MostShared)
	s.Put(keyOf(1000), long)
	closeStore(t, s) // which writes what waits

	o := Options{Dir: t.TempDir(), Redis: newRedis(t, url, "1")}
	s = open(t, o)
	wantKnown(t, s, 250, 200)
	wantKnown(t, s, 200, 200)
	if st := s.Stat(); st.RedisHits != 200 || st.MemoryHits != 200 || st.Redis == nil {
		t.Errorf("%+v", st)
	}
	if s.Get(t.Context(), []Key{keyOf(1000)})[0] != nil {
		t.Error("a value that is too long was shared")
	}
	if n, err := s.Delete(keyOf(5)); n != 1 || err != nil {
		t.Errorf("deleted %d, error %v", n, err)
	}
	closeStore(t, s)
	o.Redis = nil
	wantKnown(t, open(t, o), 200, 199)
	wantKnown(t, open(t, Options{Redis: newRedis(t, url, "1")}), 200, 199)
	wantKnown(t, open(t, Options{Redis: newRedis(t, url, "2")}), 200, 0)
}

// testDamaged: what is in Redis and was not put is no value.
func testDamaged(t *testing.T, url string) {
	r := newRedis(t, url, "damaged")
	good := appendRecord(nil, keyOf(0), entry{valueOf(0), 1})
	r.Set(keyOf(0), good)
	for i := 1; i < len(good); i++ {
		bad := bytes.Clone(good)
		bad[i] ^= 1 << (i % 8)
		r.Set(keyOf(i), bad)
	}
	r.Set(keyOf(1000), good) // of another key
	r.Set(keyOf(1001), []byte("rubbish"))
	r.Set(keyOf(1002), good[:len(good)-1])
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	var w warnings
	s := open(t, Options{Redis: newRedis(t, url, "damaged"), Warn: w.add})
	wantKnown(t, s, 1010, 1)
	if st, list := s.Stat(), w.take(); st.Corrupt != int64(len(good)+2) || len(list) != 1 || !strings.Contains(list[0], "Redis") {
		t.Errorf("%+v, warnings %q", st, list)
	}
}

// testRedisKilled: a Redis that is away costs nothing but what it knew.
func testRedisKilled(t *testing.T, server *redistest.Server) {
	s := open(t, Options{Redis: newRedis(t, server.URL(), "killed")})
	fillMemory := func(from int) {
		for i := from; i < from+10; i++ {
			s.Put(keyOf(i), valueOf(i))
		}
	}
	fillMemory(0)
	server.Kill()
	for s.Stat().Redis.Errors == 0 {
		s.Get(t.Context(), []Key{keyOf(99)})
		runtime.Gosched()
	}
	fillMemory(10)
	wantKnown(t, s, 30, 20)
	if _, err := s.Delete(keyOf(0)); err == nil {
		t.Error("deleted from a Redis that is away")
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	s.memory.InvalidateAll()
	for n := 20; s.Get(t.Context(), []Key{keyOf(20)})[0] == nil; n++ { // as soon as it is used again
		s.Put(keyOf(20), valueOf(20))
		s.memory.InvalidateAll()
		runtime.Gosched()
	}
}
