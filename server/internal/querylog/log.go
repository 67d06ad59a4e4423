// Package querylog keeps what was shown and what was done with it in files that
// rotate, and reads them again. No answer waits for the disk, or for a record to be
// made: both are the writer's, who comes several times a second. What does not fit
// before it is dropped and counted.
package querylog

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"gopkg.in/natefinch/lumberjack.v2"

	"github.com/splitrank/splitrank/server/internal/ubi"
)

// The files of a folder. Rotated ones have a time in their name.
const (
	queriesName = "ubi_queries"
	eventsName  = "ubi_events"
	extension   = ".jsonl"
)

// Options of a Log.
type Options struct {
	// Dir that the files lie in. It is made if it is not there.
	Dir string
	// MaxMiB of a file before it rotates. 0 = DefaultMaxMiB.
	MaxMiB int
	// MaxFiles that have rotated, of each kind, before the oldest is deleted. 0 = all
	// are kept.
	MaxFiles int
	// Waiting is how many records may wait to be written, WaitingBytes how much memory
	// they may take. 0 = DefaultWaiting, DefaultWaitingBytes.
	Waiting, WaitingBytes int
	// Failed is called when writing begins to fail, and not again before it worked. It
	// may be nil.
	Failed func(error)
}

// Defaults of Options.
const (
	DefaultMaxMiB       = 100
	DefaultWaiting      = 8192
	DefaultWaitingBytes = 32 << 20
)

// writeEvery is how long a record waits at most, unless the disk is slow. To wake the
// writer for each one would cost its request more than all else here.
// See RATIONALE: why-the-log-is-written-now-and-then.
const writeEvery = 100 * time.Millisecond

// State of a Log at one moment, in records.
type State struct {
	Queries, Events int64 // written
	Dropped         int64 // for want of room while they waited
	Failed          int64 // that could not be written
}

// Log is open for writing. It is safe for concurrent use.
type Log struct {
	options Options
	files   map[string]*file
	failing bool // of the last write; the writer's own
	counts  struct{ queries, events, dropped, failed atomic.Int64 }

	mu      sync.Mutex
	waiting []record
	bytes   int // that they take
	closed  bool

	wake    chan struct{} // holds one where much waits
	closing chan struct{}
	done    chan struct{}
}

// record of one kind.
type record struct {
	query func() *ubi.Query
	event *ubi.Event
}

// file is one kind's, and the lines that wait to be written together.
type file struct {
	to      io.WriteCloser
	lines   []byte
	records int64
	written *atomic.Int64
}

// Open a log, or say why nothing can be written there.
func Open(o Options) (*Log, error) {
	if o.MaxMiB == 0 {
		o.MaxMiB = DefaultMaxMiB
	}
	if o.Waiting == 0 {
		o.Waiting = DefaultWaiting
	}
	if o.WaitingBytes == 0 {
		o.WaitingBytes = DefaultWaitingBytes
	}
	if o.Failed == nil {
		o.Failed = func(error) {}
	}
	if err := writable(o.Dir); err != nil {
		return nil, fmt.Errorf("opening the query log: %w", err)
	}
	l := &Log{options: o, wake: make(chan struct{}, 1), closing: make(chan struct{}), done: make(chan struct{})}
	l.files = map[string]*file{queriesName: l.open(queriesName, &l.counts.queries), eventsName: l.open(eventsName, &l.counts.events)}
	go l.write()
	return l, nil
}

// writable makes a folder where none is, and tries a file in it.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	probe, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return err
	}
	return firstOf(probe.Close(), os.Remove(probe.Name()))
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func (l *Log) open(name string, written *atomic.Int64) *file {
	return &file{written: written, to: &lumberjack.Logger{
		Filename: filepath.Join(l.options.Dir, name+extension), MaxSize: l.options.MaxMiB, MaxBackups: l.options.MaxFiles,
	}}
}

// Query notes what was shown. The record is made later, by another goroutine, so it
// must not touch what the caller goes on with; until then it takes size bytes.
func (l *Log) Query(size int, q func() *ubi.Query) { l.put(record{query: q}, size) }

// Event notes what was done.
func (l *Log) Event(e *ubi.Event) { l.put(record{event: e}, len(e.Message)+eventBytes) }

// eventBytes is what an event takes at most beside its message.
const eventBytes = 2 << 10

func (l *Log) put(r record, size int) {
	if !l.add(r, size) {
		l.counts.dropped.Add(1)
	}
}

// add is false where there is no room.
func (l *Log) add(r record, size int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || len(l.waiting) >= l.options.Waiting || l.bytes+size > l.options.WaitingBytes {
		return false
	}
	l.waiting, l.bytes = append(l.waiting, r), l.bytes+size
	if len(l.waiting) > l.options.Waiting/2 || l.bytes > l.options.WaitingBytes/2 {
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
	return true
}

// State tells how much was written and how much was not.
func (l *Log) State() State {
	return State{Queries: l.counts.queries.Load(), Events: l.counts.events.Load(), Dropped: l.counts.dropped.Load(), Failed: l.counts.failed.Load()}
}

// Close writes what waits. Records that come later are dropped.
func (l *Log) Close() error {
	l.mu.Lock()
	again := l.closed
	l.closed = true
	l.mu.Unlock()
	if again {
		return nil
	}
	close(l.closing)
	<-l.done
	return firstOf(l.files[queriesName].to.Close(), l.files[eventsName].to.Close())
}

// together is how many bytes of lines are written at once while more records wait.
const together = 64 << 10

// write what waits, now and then, and at the end.
func (l *Log) write() {
	defer close(l.done)
	ticks := time.NewTicker(writeEvery)
	defer ticks.Stop()
	var free []record
	for open := true; open; {
		select {
		case <-ticks.C:
		case <-l.wake:
		case <-l.closing:
			open = false
		}
		list := l.take(free)
		for i := range list {
			l.line(list[i])
			l.flush(together)
		}
		l.flush(0)
		clear(list) // what was written is to be forgotten
		free = list[:0]
	}
}

// take what waits, and leave room for what comes.
func (l *Log) take(room []record) []record {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := l.waiting
	l.waiting, l.bytes = room, 0
	return list
}

// line makes one of a record.
func (l *Log) line(r record) {
	f, appended := l.files[eventsName], r.event.Append
	if r.query != nil {
		f, appended = l.files[queriesName], r.query().Append
	}
	lines, err := appended(f.lines)
	if err != nil { // a number that is not finite
		l.fail(1, err)
		return
	}
	f.lines = lines
	f.records++
}

// flush the files with more than so many bytes, whole lines, so that a file never
// ends within one.
func (l *Log) flush(above int) {
	for _, f := range l.files {
		if len(f.lines) <= above {
			continue
		}
		if _, err := f.to.Write(f.lines); err != nil {
			l.fail(f.records, err)
		} else {
			f.written.Add(f.records)
			l.failing = false
		}
		f.lines = f.lines[:0]
		f.records = 0
	}
}

func (l *Log) fail(records int64, err error) {
	l.counts.failed.Add(records)
	if !l.failing {
		l.options.Failed(fmt.Errorf("writing the query log: %w", err))
	}
	l.failing = true
}
