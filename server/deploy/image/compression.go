package main

import (
	"bytes"
	"compress/gzip"
	"fmt"

	"github.com/DataDog/zstd"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// compression of layers: see RATIONALE: why-layers-are-compressed-by-zstd.
type compression string

const (
	byZstd compression = "zstd" // containerd 1.5, Docker 23, podman, CRI-O and later
	byGzip compression = "gzip" // every engine
)

// zstdLevel is the highest whose window (8 MiB) every decoder has room for.
const zstdLevel = 19

func parseCompression(name string) (compression, error) {
	switch c := compression(name); c {
	case byZstd, byGzip:
		return c, nil
	}
	return "", fmt.Errorf("compression %q is not known: want %s or %s", name, byZstd, byGzip)
}

func (c compression) mediaType() types.MediaType {
	if c == byGzip {
		return types.OCILayer
	}
	return types.OCILayerZStd
}

// compress gives equal bytes for equal ones.
func (c compression) compress(plain []byte) ([]byte, error) {
	if c != byGzip {
		return zstd.CompressLevel(nil, plain, zstdLevel)
	}
	var out bytes.Buffer
	to, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := to.Write(plain); err != nil {
		return nil, err
	}
	err = to.Close()
	return out.Bytes(), err
}
