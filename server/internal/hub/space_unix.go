//go:build linux || darwin

package hub

import "syscall"

// freeSpace is what an ordinary user may still write on the disk of a folder.
func freeSpace(folder string) (int64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(folder, &fs); err != nil {
		return 0, err
	}
	return int64(fs.Bavail) * int64(fs.Bsize), nil
}
