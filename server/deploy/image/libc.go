package main

import (
	"cmp"
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// checkLibc holds that the image's C library has what program and library ask
// of one: a program that was built on a newer system than the image's would
// not start.
func checkLibc(from sources) error {
	has, err := libcOf(from.debian)
	if err != nil {
		return err
	}
	for _, file := range []string{from.program, from.library} {
		wants, err := libcWanted(file)
		if err != nil {
			return err
		}
		if compareVersions(wants, has) > 0 {
			return fmt.Errorf("%s wants GLIBC %s, the image has %s: build it on Debian 12, or with server/deploy/Containerfile", file, wants, has)
		}
	}
	return nil
}

var glibcVersion = regexp.MustCompile(`^GLIBC_([0-9.]+)$`)

// libcWanted is the newest version of glibc that a file asks for, "" = none.
func libcWanted(file string) (newest string, err error) {
	f, err := elf.Open(file)
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", file, err)
	}
	defer f.Close()
	symbols, err := f.ImportedSymbols()
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", file, err)
	}
	for _, s := range symbols {
		if m := glibcVersion.FindStringSubmatch(s.Version); m != nil && compareVersions(m[1], newest) > 0 {
			newest = m[1]
		}
	}
	return newest, nil
}

// libcOf a folder of packages, as its package says: 2.36-9+deb12u14 is 2.36.
func libcOf(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, "var/lib/dpkg/status.d/libc6"))
	if err != nil {
		return "", err
	}
	m := regexp.MustCompile(`(?m)^Version: ([0-9.]+)`).FindSubmatch(text)
	if m == nil {
		return "", fmt.Errorf("%s: libc6 has no version", root)
	}
	return string(m[1]), nil
}

// compareVersions compares numbers with points between them.
func compareVersions(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		m, _ := strconv.Atoi(x)
		n, _ := strconv.Atoi(y)
		return cmp.Compare(m, n)
	})
}
