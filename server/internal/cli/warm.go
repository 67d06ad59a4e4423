package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net/url"
	"os"
	"path/filepath"

	"github.com/splitrank/splitrank/server/internal/hub"
	"github.com/splitrank/splitrank/server/internal/lateinteraction"
	"github.com/splitrank/splitrank/server/internal/rerank"
	"github.com/splitrank/splitrank/server/internal/vectors"
	"github.com/splitrank/splitrank/server/model"
	"github.com/splitrank/splitrank/shared/api"
	"github.com/splitrank/splitrank/shared/eval"
)

// warmCmd has documents read before anybody asks about them.
type warmCmd struct {
	Data  string `placeholder:"DIR" help:"BEIR folder whose corpus.jsonl[.gz] has the documents."`
	Model string `placeholder:"NAME|DIR" help:"Late-interaction model that reads them; what one model keeps is unknown to another. Default: splitrank-mini and splitrank-small, which are built in."`
	URL   string `name:"url" placeholder:"URL" help:"Server that reads and keeps them, such as http://localhost:8000, in place of this process."`
	Key   string `placeholder:"KEY" help:"API key of that server; prefer the environment, other users of a machine see command lines."`

	inferenceFlags `embed:"" group:"Models"`
	vectorsFlags   `embed:"" group:"Vectors"`

	File string `arg:"" name:"FILE" optional:"" help:"JSONL, gzipped or not, of texts, of objects with text and title, or of objects with documents; - or nothing is standard input."`
}

// Help implements kong.HelpProvider.
func (warmCmd) Help() string {
	return `Reads documents with the model and keeps what it read where serve and rerank look for it, so that the first question over them is as fast as any later one. What is known is not read again: a run that was interrupted goes on where it stopped. Only one process at a time uses the folder; while a server does, name the server with --url. Use the flags for truncation and --max-length that the server has.

  splitrank warm --data my-collection
  splitrank warm passages.jsonl
  splitrank warm --url http://localhost:8000 passages.jsonl.gz
  SPLITRANK_KEY=secret splitrank warm --url https://rerank.example < passages.jsonl`
}

// Validate refuses what would keep nothing.
func (c *warmCmd) Validate() error {
	switch {
	case c.Data != "" && c.File != "":
		return errors.New("--data and FILE both name documents: give one of them")
	case c.Model == noModel:
		return errors.New("--model none: there is nothing to read documents with")
	case c.Vectors != vectorsOnDisk && c.URL == "":
		return fmt.Errorf("--vectors %s: nothing would be left when this command ends", c.Vectors)
	case c.URL != "" && !isServer(c.URL):
		return fmt.Errorf("--url %q is not like http://localhost:8000", c.URL)
	case c.URL == "" && c.Key != "":
		return errors.New("--key is for the server that --url names")
	}
	return cmp.Or(c.inferenceFlags.Validate(), c.vectorsFlags.Validate())
}

func isServer(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// Run reads all documents and says what became of them.
func (c *warmCmd) Run(env *Env) (err error) {
	in, err := c.open(env)
	if err != nil {
		return err
	}
	defer in.Close()
	k, closeKeeper, err := c.keeper(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeKeeper()) }()
	w := &warming{ctx: env.Ctx, keep: k.keep, most: k.most, bytes: k.bytes, bar: newWarmBar(env.Stderr, in)}
	err = w.all(in)
	w.bar.clear()
	if _, told := fmt.Fprintf(env.Stdout, "%d documents, %s: %d were known, %d were read%s\n",
		w.kept.Documents, hub.Bytes(w.kept.Bytes), w.kept.Known, w.kept.Read, skipped(w.kept.Skipped)); err == nil {
		err = told
	}
	return err
}

func skipped(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d are in a script that the model does not read", n)
}

// documentsFile is where documents come from.
type documentsFile struct {
	io.ReadCloser
	name string
	size int64 // -1 = not known
}

func (c *warmCmd) open(env *Env) (*documentsFile, error) {
	switch {
	case c.Data != "":
		path := filepath.Join(c.Data, "corpus.jsonl")
		f, err := openDocuments(path)
		if zipped, errZipped := openDocuments(path + ".gz"); errors.Is(err, fs.ErrNotExist) && errZipped == nil {
			return zipped, nil
		}
		return f, err
	case c.File != "" && c.File != "-":
		return openDocuments(c.File)
	case c.File == "" && isTerminal(env.Stdin):
		return nil, errors.New("nothing to read: name a file or --data, or pipe documents in")
	}
	return &documentsFile{io.NopCloser(env.Stdin), "standard input", -1}, nil
}

func openDocuments(path string) (*documentsFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return nil, errors.Join(cmp.Or(err, fmt.Errorf("%s is a folder: name it with --data", path)), f.Close())
	}
	return &documentsFile{f, path, info.Size()}, nil
}

// keeper has documents read, so many at once and so many bytes of text.
type keeper struct {
	keep        func(context.Context, *api.DocumentsRequest) (api.Kept, error)
	most, bytes int
}

func (c *warmCmd) keeper(env *Env) (_ keeper, closeAll func() error, err error) {
	if c.URL != "" {
		server, err := newWarmServer(env.Ctx, c.URL, c.Key)
		if err != nil {
			return keeper{}, nil, err
		}
		return server.keeper(c.Model), func() error { return nil }, nil
	}
	loaded, store, err := c.load(env)
	if err != nil {
		return keeper{}, nil, err
	}
	closeAll = func() error { return errors.Join(loaded.close(context.Background()), closeStore(store)) }
	var keepers []rerank.Keeper
	for _, m := range loaded {
		k, keeps := m.(rerank.Keeper)
		if err := c.check(m, keeps, store); err != nil {
			return keeper{}, nil, errors.Join(err, closeAll())
		}
		keepers = append(keepers, k)
	}
	keep := func(ctx context.Context, req *api.DocumentsRequest) (api.Kept, error) {
		return rerank.KeepWith(ctx, keepers, req)
	}
	const most, bytes = 256, 4 << 20
	return keeper{keep, most, bytes}, closeAll, nil
}

func (c *warmCmd) load(env *Env) (models, *vectors.Store, error) {
	options := c.options()
	options.QueueTokens = math.MaxInt32 // the documents at once bound themselves
	// What is wrong with the folder is an error here: see check.
	return c.loadKeeping(options, sharedLevel{}, func(error) {}, func(o lateinteraction.Options) (models, error) {
		if c.Model == "" {
			return c.inferenceFlags.load(env.Ctx, model.Names(), o, nil)
		}
		return c.inferenceFlags.load(env.Ctx, []string{c.Model}, o, nil)
	})
}

// check that what is read will be found by others.
func (c *warmCmd) check(m servedModel, keeps bool, store *vectors.Store) error {
	if keeps && store == nil {
		return errors.New("--vectors-dir none keeps nothing: name the folder that serve uses, or leave it out")
	}
	if !keeps {
		return fmt.Errorf("model %q reads query and document together and keeps nothing of documents: name a late-interaction model", m.Name())
	}
	if stat := store.Stat(); stat.Path == "" {
		reason := cmp.Or(stat.Reason, "there is no folder for vectors")
		return fmt.Errorf("%s; while a server uses the folder, have the server read them: splitrank warm --url http://localhost:8000", reason)
	}
	return nil
}

// warming is the reading of a file.
type warming struct {
	ctx         context.Context
	keep        func(context.Context, *api.DocumentsRequest) (api.Kept, error)
	most, bytes int // at once
	bar         *warmBar

	waiting []api.Document
	size    int // of their texts
	kept    api.Kept
}

// all documents of a file. What stands before an error is kept.
func (w *warming) all(in *documentsFile) error {
	err := eval.EachDocument(in.name, w.bar.counting(in), w.add)
	if w.ctx.Err() != nil {
		return context.Cause(w.ctx)
	}
	if kept := w.flush(); err == nil {
		err = kept
	}
	if err == nil && w.kept.Documents == 0 {
		err = fmt.Errorf("%s has no documents", in.name)
	}
	return err
}

func (w *warming) add(title, text string) error {
	n := len(title) + len(text)
	if len(w.waiting) == w.most || len(w.waiting) > 0 && w.size+n > w.bytes {
		if err := w.flush(); err != nil {
			return err
		}
	}
	w.waiting, w.size = append(w.waiting, api.Document{Title: title, Text: text}), w.size+n
	return nil
}

// flush has those read that wait.
func (w *warming) flush() error {
	if len(w.waiting) == 0 {
		return nil
	}
	k, err := w.keep(w.ctx, &api.DocumentsRequest{Documents: w.waiting})
	w.waiting, w.size = nil, 0
	w.kept.Known, w.kept.Read, w.kept.Skipped = w.kept.Known+k.Known, w.kept.Read+k.Read, w.kept.Skipped+k.Skipped
	w.kept.Documents, w.kept.Bytes = w.kept.Known+w.kept.Read+w.kept.Skipped, w.kept.Bytes+k.Bytes
	w.bar.show(w.kept.Documents)
	if err == nil && !k.OnDisk {
		err = errors.New("what was read cannot be written to disk: is it full?")
	}
	return err
}
