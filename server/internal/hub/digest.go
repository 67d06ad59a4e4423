package hub

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strings"
)

// Digest is what a hub says of a file's content, in hexadecimal: 64 digits
// are the SHA-256 of a large file, 40 digits the SHA-1 of a small file's git
// blob. It is also the name of the blob in the cache.
type Digest string

// parseDigest reads an ETag or X-Linked-ETag. ok is false for tags that are no
// digest, such as those of most content networks.
func parseDigest(tag string) (d Digest, ok bool) {
	tag = strings.Trim(strings.TrimPrefix(strings.TrimSpace(tag), "W/"), `"`)
	d = Digest(strings.ToLower(tag))
	return d, d.valid()
}

func (d Digest) valid() bool {
	_, err := hex.DecodeString(string(d))
	return err == nil && (len(d) == 2*sha1.Size || len(d) == 2*sha256.Size)
}

// String is the digest with the name of its function.
func (d Digest) String() string {
	if len(d) == 2*sha1.Size {
		return "git-sha1:" + string(d)
	}
	return "sha256:" + string(d)
}

// sums hashes a file's content both ways that are asked for: like its Digest,
// and with SHA-256, which is what gets recorded.
type sums struct {
	sha256, like hash.Hash
}

// newSums starts hashing for a file of size bytes: git hashes the size first.
func newSums(d Digest, size int64) sums {
	s := sums{sha256: sha256.New()}
	s.like = s.sha256
	if len(d) == 2*sha1.Size {
		s.like = sha1.New()
		fmt.Fprintf(s.like, "blob %d\x00", size)
	}
	return s
}

// Write never fails.
func (s sums) Write(p []byte) (int, error) {
	if s.like != s.sha256 {
		s.like.Write(p)
	}
	return s.sha256.Write(p)
}

// found is the digest of all that was written.
func (s sums) found() Digest { return Digest(hex.EncodeToString(s.like.Sum(nil))) }

func (s sums) recorded() string { return hex.EncodeToString(s.sha256.Sum(nil)) }

// sumOf hashes all of r, of which size bytes are expected.
func sumOf(r io.Reader, d Digest, size int64) (sums, error) {
	s := newSums(d, size)
	_, err := io.Copy(s, r)
	return s, err
}
