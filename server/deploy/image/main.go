// Command image packs splitrank into an OCI image without a daemon: the
// packages of Debian that it needs, libonnxruntime, and the program. How the image
// starts is what the last stage of the Containerfile says. Equal files give
// an image of equal digest.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// sources are where the parts of an image lie on this machine.
type sources struct {
	containerfile                   string
	debian                          string // a folder: server/deploy/debian/root made it
	program, library, licence       string
	lock, sbom                      string // what is known of the parts
	libraryVersion, libraryLicence  string
	version, revision, architecture string
	created                         time.Time
	compression                     compression // of the layers
}

func main() {
	var from sources
	var created int64
	var out, how string
	flag.StringVar(&from.containerfile, "containerfile", "", "`FILE` that says how the image starts")
	flag.StringVar(&from.debian, "debian", "", "`FOLDER` with what the image has of Debian")
	flag.StringVar(&from.program, "program", "", "`FILE` of splitrank")
	flag.StringVar(&from.library, "library", "", "`FILE` of libonnxruntime")
	flag.StringVar(&from.licence, "licence", "", "`FILE` of splitrank's licence")
	flag.StringVar(&from.libraryVersion, "library-version", "", "`VERSION` of libonnxruntime")
	flag.StringVar(&from.libraryLicence, "library-licence", "", "`FILE` of libonnxruntime's licence")
	flag.StringVar(&from.lock, "lock", "", "`FILE` that pins what the image has of Debian")
	flag.StringVar(&from.sbom, "sbom", "", "`FILE` that lists what the program is made of, as CycloneDX; \"\" = there is none")
	flag.StringVar(&from.version, "version", "dev", "`NAME` of the version, the tag of the image")
	flag.StringVar(&from.revision, "revision", "", "`COMMIT` that the program was built from")
	flag.Int64Var(&created, "created", 0, "when, in `SECONDS` since 1970")
	flag.StringVar(&how, "compression", string(byZstd), "of the layers: zstd, or gzip for older engines (`NAME`)")
	flag.StringVar(&out, "out", "", "`FILE` to write, an archive in the OCI image layout")
	flag.Parse()
	from.created, from.architecture = time.Unix(created, 0).UTC(), "amd64"
	err := error(nil)
	if from.compression, err = parseCompression(how); err == nil {
		err = run(from, out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(from sources, out string) error {
	if err := checkLibc(from); err != nil {
		return err
	}
	img, err := build(from)
	if err != nil {
		return err
	}
	if err := writeArchive(img, from.version, out); err != nil {
		return err
	}
	if err := describe(img, from, out); err != nil {
		return err
	}
	return report(img, out)
}

// describe writes beside the image what it is made of.
func describe(img v1.Image, from sources, out string) error {
	list, err := materials(from)
	if err != nil {
		return err
	}
	if from.sbom != "" {
		if err := writeSBOM(from, list, out); err != nil {
			return err
		}
	}
	return writeProvenance(img, from, list, out)
}
