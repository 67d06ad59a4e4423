package main

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// heading says where and with what a run was made, for a figure without them
// says nothing.
func (l *load) heading() error {
	version, err := exec.Command(l.Program, "version").Output()
	if err != nil {
		return err
	}
	l.print("%s, %d processors, %s/%s, load average %s before\n", processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, average())
	l.print("%s\n", strings.ReplaceAll(strings.TrimSpace(string(version)), "\n", " · "))
	l.print("model %s · the client runs on the same processors\n", l.Model)
	l.print("%s\n\n", l.traffic)
	return nil
}

// processor is its name, where Linux tells.
func processor() string {
	data, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(data)) {
		if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}

// average load of the last minute, where Linux tells.
func average() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(data), " ")
	return first
}
