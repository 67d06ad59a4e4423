package main

import (
	"archive/tar"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// entry is a file of a layer. Its owner is root unless owner says otherwise, its
// time is the beginning of 1970: what differs from machine to machine is left out.
type entry struct {
	name   string // without a slash in front
	source string // the file that has its bytes
	link   string // where a symbolic link leads
	folder bool
	mode   int64
	owner  int
}

// folderEntries are those of everything in a folder, in the order of their names.
func folderEntries(root string) (list []entry, err error) {
	err = filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || file == root {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		e, err := fileEntry(filepath.ToSlash(name), file, d)
		list = append(list, e)
		return err
	})
	return list, err
}

func fileEntry(name, file string, d fs.DirEntry) (entry, error) {
	e := entry{name: name, source: file, folder: d.IsDir(), mode: 0o644}
	info, err := d.Info()
	if err != nil {
		return e, err
	}
	if d.IsDir() || info.Mode()&0o111 != 0 {
		e.mode = 0o755
	}
	if d.Type()&fs.ModeSymlink != 0 {
		e.mode = 0o777
		e.link, err = os.Readlink(file)
	}
	return e, err
}

// newLayer packs and compresses entries in their order.
func newLayer(entries []entry, how compression) (v1.Layer, error) {
	packed, err := pack(entries)
	if err != nil {
		return nil, err
	}
	compressed, err := how.compress(packed)
	if err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(compressed)), nil }
	return tarball.LayerFromOpener(open, tarball.WithMediaType(how.mediaType()))
}

func pack(entries []entry) ([]byte, error) {
	var out bytes.Buffer
	err := writeTar(&out, entries)
	return out.Bytes(), err
}

func writeTar(out io.Writer, entries []entry) error {
	to := tar.NewWriter(out)
	for _, e := range entries {
		if err := e.write(to); err != nil {
			return err
		}
	}
	return to.Close()
}

func (e entry) write(to *tar.Writer) error {
	h := &tar.Header{Name: e.name, Mode: e.mode, Uid: e.owner, Gid: e.owner, ModTime: time.Unix(0, 0), Format: tar.FormatPAX}
	switch {
	case e.folder:
		h.Typeflag, h.Name = tar.TypeDir, e.name+"/"
	case e.link != "":
		h.Typeflag, h.Linkname = tar.TypeSymlink, e.link
	default:
		return e.writeFile(to, h)
	}
	return to.WriteHeader(h)
}

func (e entry) writeFile(to *tar.Writer, h *tar.Header) error {
	f, err := os.Open(e.source)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	h.Typeflag, h.Size = tar.TypeReg, info.Size()
	if err := to.WriteHeader(h); err != nil {
		return err
	}
	_, err = io.Copy(to, f)
	return err
}
