//go:build !unix

package vectors

import "io/fs"

// Who may read and write is not in a file's mode here, but in its access list,
// which a user's cache folder has for that user alone.
func ownedByUs(fs.FileInfo) bool        { return true }
func writableByOthers(fs.FileInfo) bool { return false }

func syncFolder(string) error { return nil }
