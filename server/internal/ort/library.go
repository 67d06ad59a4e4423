package ort

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Version of libonnxruntime that install.mjs installs and the tests run with.
const Version = "1.30.0"

// oldest is the first version with the C API that the binding was built
// against (24); later ones keep it.
const oldest = "1.24"

// EnvLibrary names the variable with the path of libonnxruntime.
const EnvLibrary = "SPLITRANK_ORT_LIB"

// ErrNoLibrary is returned where libonnxruntime is nowhere to be found.
var ErrNoLibrary = errors.New("libonnxruntime is missing")

// OpenVINOVersion of the libonnxruntime that install-openvino.mjs installs, which has
// OpenVINO's provider.
const OpenVINOVersion = "1.24.1"

// FindLibraryFor is FindLibrary for a device. OpenVINO's provider is in a library of its
// own: the one that SPLITRANK_ORT_LIB names, else the one that make ort-openvino put into
// the cache.
func FindLibraryFor(d Device, getenv func(string) string) (string, error) {
	if !d.isOpenVINO() || getenv(EnvLibrary) != "" {
		return FindLibrary(getenv)
	}
	folder := filepath.Join(cacheFolder(getenv), "splitrank", "ort-openvino", OpenVINOVersion)
	path := filepath.Join(folder, "libonnxruntime.so."+OpenVINOVersion)
	if !isFile(path) {
		return "", fmt.Errorf("%w: run make ort-openvino in the source tree, or set %s to a libonnxruntime with OpenVINO's provider (looked in %s)", ErrNoLibrary, EnvLibrary, folder)
	}
	return path, nil
}

// FindLibrary returns the path of libonnxruntime: the one that SPLITRANK_ORT_LIB
// names, else one beside the program, else the one that install.mjs put into
// the cache (~/.cache/splitrank/ort/VERSION), else the system's. It only looks;
// whether the library is of use turns out in Start.
func FindLibrary(getenv func(string) string) (string, error) {
	if path := getenv(EnvLibrary); path != "" {
		if !isFile(path) {
			return "", fmt.Errorf("finding libonnxruntime: %s names %q, which is no file", EnvLibrary, path)
		}
		return filepath.Abs(path) // a bare name would be looked for elsewhere
	}
	folders := libraryFolders(getenv, runtime.GOOS, runtime.GOARCH)
	for _, folder := range folders {
		for _, name := range libraryNames(runtime.GOOS) {
			if path := filepath.Join(folder, name); isFile(path) {
				return path, nil
			}
		}
	}
	return "", fmt.Errorf("%w: run make ort in the source tree, or set %s to libonnxruntime %s or later (looked in %s)",
		ErrNoLibrary, EnvLibrary, oldest, strings.Join(folders, ", "))
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// libraryNames has the name with the major version first: the other one is for
// compilers, and may be a stub.
func libraryNames(goos string) []string {
	if goos == "darwin" {
		return []string{"libonnxruntime.1.dylib", "libonnxruntime.dylib"}
	}
	return []string{"libonnxruntime.so.1", "libonnxruntime.so"}
}

func libraryFolders(getenv func(string) string, goos, goarch string) []string {
	var folders []string
	if program, err := os.Executable(); err == nil {
		folders = append(folders, filepath.Dir(program))
	}
	if cache := cacheFolder(getenv); cache != "" {
		folders = append(folders, filepath.Join(cache, "splitrank", "ort", Version))
	}
	return append(folders, systemFolders(getenv, goos, goarch)...)
}

// cacheFolder is ~/.cache on every system, as for the models.
func cacheFolder(getenv func(string) string) string {
	if cache := getenv("XDG_CACHE_HOME"); filepath.IsAbs(cache) {
		return cache
	}
	if home := getenv("HOME"); home != "" {
		return filepath.Join(home, ".cache")
	}
	return ""
}

func systemFolders(getenv func(string) string, goos, goarch string) []string {
	if goos == "darwin" {
		return append(list(getenv("DYLD_LIBRARY_PATH")), "/opt/homebrew/lib", "/usr/local/lib")
	}
	machine := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[goarch]
	return append(list(getenv("LD_LIBRARY_PATH")), "/usr/local/lib", "/usr/lib/"+machine+"-linux-gnu", "/usr/lib64", "/usr/lib")
}

// list splits a path list and leaves out what is relative: the working folder
// of a server is nothing to load code from.
func list(paths string) []string {
	var folders []string
	for _, folder := range filepath.SplitList(paths) {
		if filepath.IsAbs(folder) {
			folders = append(folders, folder)
		}
	}
	return folders
}
