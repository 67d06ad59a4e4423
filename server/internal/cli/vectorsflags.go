package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/splitrank/splitrank/server/internal/lateinteraction"
	"github.com/splitrank/splitrank/server/internal/rediskv"
	"github.com/splitrank/splitrank/server/internal/vectors"
)

// Where vectors are kept.
const (
	vectorsOnDisk   = "disk"
	vectorsInMemory = "memory"
	vectorsNowhere  = "none"
)

// vectorsDirFlags name the folder of kept vectors.
type vectorsDirFlags struct {
	VectorsDir string `placeholder:"DIR|none" help:"Where vectors of documents are kept on this machine; none keeps none (default: splitrank/vectors in the user's cache folder). They can betray the texts that they were made of."`
}

// dir is the folder, an absolute path where it is the default.
func (f vectorsDirFlags) dir() (string, error) {
	if f.VectorsDir == vectorsNowhere {
		return "", errors.New("--vectors-dir none is no folder: name the one that serve uses, or leave it out")
	}
	if f.VectorsDir != "" {
		return f.VectorsDir, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder for vectors, and --vectors-dir names none: %w", err)
	}
	return filepath.Join(cache, "splitrank", "vectors"), nil
}

// vectorsFlags say what is kept of the documents that a late-interaction model
// has read.
type vectorsFlags struct {
	Vectors         string `enum:"disk,memory,none" default:"disk" help:"Where to keep what the model has read of documents: disk (and memory), memory, or none (default ${default})."`
	vectorsDirFlags `embed:""`
	VectorsMemory   int64         `default:"${vectors_memory}" placeholder:"N" help:"Bytes of memory for vectors of documents (default ${default})."`
	VectorsDisk     int64         `default:"${vectors_disk}" placeholder:"N" help:"Bytes of disk for vectors of documents; those least used are dropped first (default ${default})."`
	VectorsTTL      time.Duration `name:"vectors-ttl" default:"0s" placeholder:"TIME" help:"How long vectors of a document are kept; 0s keeps them until there is no room (default ${default})."`
}

// defaultReadAhead is how many documents may wait to be read ahead.
const defaultReadAhead = 1000

// leastVectors is the least that is worth keeping, in bytes.
const leastVectors = 1 << 20

// Validate refuses what would keep nothing.
func (f vectorsFlags) Validate() error {
	switch {
	case f.VectorsMemory < leastVectors:
		return fmt.Errorf("--vectors-memory %d: want %d or more bytes; --vectors none keeps none", f.VectorsMemory, leastVectors)
	case f.VectorsDisk < leastVectors:
		return fmt.Errorf("--vectors-disk %d: want %d or more bytes; --vectors memory keeps none on disk", f.VectorsDisk, leastVectors)
	case f.VectorsTTL < 0 || f.VectorsTTL > 0 && f.VectorsTTL < time.Second:
		return fmt.Errorf("--vectors-ttl %s: want a second or more, or 0s to keep them", f.VectorsTTL)
	}
	return nil
}

// sharedLevel of a store is a Redis. The zero value is none.
type sharedLevel struct {
	url     string
	changed func(away bool)
}

// open makes the store of values of a format, nil where none is wanted. What
// is wrong with the folder is a warning, and a store in memory.
func (f vectorsFlags) open(format string, shared sharedLevel, warn func(error)) (*vectors.Store, error) {
	if f.Vectors == vectorsNowhere || f.VectorsDir == vectorsNowhere {
		return nil, nil
	}
	o := vectors.Options{Memory: f.VectorsMemory, DiskBytes: f.VectorsDisk, TTL: f.VectorsTTL, Format: format, Warn: warn}
	if f.Vectors == vectorsOnDisk {
		dir, err := f.dir()
		if err != nil {
			warn(fmt.Errorf("keeping vectors in memory only: %w", err))
		}
		o.Dir = dir
	}
	if shared.url != "" {
		client, err := vectors.NewRedis(rediskv.Options{URL: shared.url, TTL: f.VectorsTTL, Changed: shared.changed}, format)
		if err != nil {
			return nil, err
		}
		o.Redis = client
	}
	s, err := vectors.Open(o)
	if err != nil && o.Redis != nil {
		err = errors.Join(err, o.Redis.Close())
	}
	return s, err
}

// loadKeeping has models loaded, with a store that is opened once one of them keeps
// what it reads. The store, nil = none was opened, is to be closed after the models:
// see closeStore.
func (f vectorsFlags) loadKeeping(o lateinteraction.Options, shared sharedLevel, warn func(error), load func(lateinteraction.Options) (models, error)) (models, *vectors.Store, error) {
	var opened atomic.Pointer[vectors.Store]
	o.OpenStore = sync.OnceValues(func() (*vectors.Store, error) {
		s, err := f.open(lateinteraction.Format, shared, warn)
		opened.Store(s)
		return s, err
	})
	loaded, err := load(o)
	if err != nil {
		return nil, nil, errors.Join(err, closeStore(opened.Load()))
	}
	return loaded, opened.Load(), nil
}

// closeStore closes one if there is one.
func closeStore(s *vectors.Store) error {
	if s == nil {
		return nil
	}
	return s.Close()
}

// warnOn a stream.
func warnOn(env *Env) func(error) {
	return func(err error) { fmt.Fprintln(env.Stderr, "splitrank: warning: "+oneLine(err.Error())) }
}
