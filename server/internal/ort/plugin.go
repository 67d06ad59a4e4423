package ort

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// pluginKinds are the kinds of hardware that a plugin may offer, in ONNX Runtime's order.
var pluginKinds = []string{"cpu", "gpu", "npu"}

// parsePlugin reads the path of a plugin, with a slash in it, and ":KIND" behind it where
// not the first of its devices is meant.
func parsePlugin(name string) (Device, error) {
	path, kind := Device(name).plugin()
	if !isFile(path) {
		return "", fmt.Errorf("the plugin %q is no file", path)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if kind != "" {
		path += ":" + kind
	}
	return Device(path), nil
}

// plugin is the path of a plugin's library, and the kind of its device; "" = any.
// The path is "" where the device is no plugin's.
func (d Device) plugin() (path, kind string) {
	if !strings.ContainsRune(string(d), '/') {
		return "", ""
	}
	if i := strings.LastIndexByte(string(d), ':'); i > 0 && slices.Contains(pluginKinds, strings.ToLower(string(d[i+1:]))) {
		return string(d[:i]), strings.ToLower(string(d[i+1:]))
	}
	return string(d), ""
}

// spelledPlugin names a plugin by what is in its file, wherever it lies. What cannot be
// read cannot be loaded either, and its path is as good then.
func spelledPlugin(path, kind string) string {
	identity := path
	if f, err := os.Open(path); err == nil {
		defer f.Close()
		if h := sha256.New(); copied(h, f) {
			identity = hex.EncodeToString(h.Sum(nil))
		}
	}
	return ", on plugin " + identity + " " + kind
}

func copied(to io.Writer, from io.Reader) bool {
	_, err := io.Copy(to, from)
	return err == nil
}
