// Package querylog keeps what was shown and what was done with it in files that
// rotate, and reads them again. No answer waits for the disk: what does not fit
// into the channel before the files is dropped and counted.
package querylog

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

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
	// Waiting is how many records may wait to be written. 0 = DefaultWaiting.
	Waiting int
	// Failed is called when writing begins to fail, and not again before it worked. It
	// may be nil.
	Failed func(error)
}

// Defaults of Options.
const (
	DefaultMaxMiB  = 100
	DefaultWaiting = 8192
)

// State of a Log at one moment, in records.
type State struct {
	Queries, Events int64 // written
	Dropped         int64 // for want of room in the channel
	Failed          int64 // that could not be written
}

// Log is open for writing. It is safe for concurrent use.
type Log struct {
	options Options
	records chan any
	files   map[string]*file
	failing bool // of the last write; the writer's own
	counts  struct{ queries, events, dropped, failed atomic.Int64 }

	mu     sync.RWMutex // held to write by Close, so that nobody sends after it
	closed bool
	done   chan struct{}
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
	if o.Failed == nil {
		o.Failed = func(error) {}
	}
	if err := writable(o.Dir); err != nil {
		return nil, fmt.Errorf("opening the query log: %w", err)
	}
	l := &Log{options: o, records: make(chan any, o.Waiting), done: make(chan struct{})}
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

// Query notes what was shown.
func (l *Log) Query(q *ubi.Query) { l.put(q) }

// Event notes what was done.
func (l *Log) Event(e *ubi.Event) { l.put(e) }

func (l *Log) put(record any) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		l.counts.dropped.Add(1)
		return
	}
	select {
	case l.records <- record:
	default:
		l.counts.dropped.Add(1)
	}
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
	close(l.records)
	<-l.done
	return firstOf(l.files[queriesName].to.Close(), l.files[eventsName].to.Close())
}

// together is how many bytes of lines are written at once while more records wait.
const together = 64 << 10

// write records as they come; lines wait only while more are there to be added.
func (l *Log) write() {
	defer close(l.done)
	for record := range l.records {
		l.add(record)
		if len(l.records) == 0 {
			l.flush(0)
		} else {
			l.flush(together)
		}
	}
	l.flush(0)
}

func (l *Log) add(record any) {
	f := l.files[queriesName]
	if _, ok := record.(*ubi.Event); ok {
		f = l.files[eventsName]
	}
	line, err := json.Marshal(record)
	if err != nil { // a number that is not finite
		l.fail(1, err)
		return
	}
	f.lines = append(append(f.lines, line...), '\n')
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
		f.lines, f.records = f.lines[:0], 0
	}
}

func (l *Log) fail(records int64, err error) {
	l.counts.failed.Add(records)
	if !l.failing {
		l.options.Failed(fmt.Errorf("writing the query log: %w", err))
	}
	l.failing = true
}
