package ort

import (
	"fmt"
	"slices"
	"strings"
)

// Device is what graphs run on: one of Devices, or the path of a plugin that brings an
// execution provider, with ":cpu", ":gpu" or ":npu" behind it for that kind of its
// devices. "" is CPU.
type Device string

// The devices. CUDA was not tried: no such machine was at hand.
const (
	CPU          Device = "cpu"
	OpenVINO     Device = "openvino"      // on the processor, in fp32
	OpenVINOBF16 Device = "openvino:bf16" // on a processor that has bf16, in that
	CUDA         Device = "cuda"
)

// Devices are all that have a name.
func Devices() []Device { return []Device{CPU, OpenVINO, OpenVINOBF16, CUDA} }

// ParseDevice reads what a user names. A plugin is a file with a slash in its path.
func ParseDevice(name string) (Device, error) {
	name = strings.TrimSpace(name)
	if strings.ContainsRune(name, '/') {
		return parsePlugin(name)
	}
	d := Device(strings.ToLower(name))
	if d == "" {
		return CPU, nil
	}
	if !slices.Contains(Devices(), d) {
		return "", fmt.Errorf("device %q is not known: want %s, %s, %s, %s or the path of a plugin (./lib.so)", name, CPU, OpenVINO, OpenVINOBF16, CUDA)
	}
	return d, nil
}

// IsCPU reports that ONNX Runtime's own kernels run the graph.
func (d Device) IsCPU() bool { return d == "" || d == CPU }

// Spelled is what the digest of a model says of its device and precision, because scores
// depend on them; "" of the processor by ONNX Runtime's own kernels, so that digests from
// before there was a choice hold.
func (d Device) Spelled() string {
	path, kind := d.plugin()
	switch {
	case path != "":
		return spelledPlugin(path, kind)
	case d.IsCPU():
		return ""
	case d == OpenVINO:
		return ", on openvino in fp32"
	case d == OpenVINOBF16:
		return ", on openvino in bf16"
	}
	return ", on " + string(d)
}

func (d Device) isOpenVINO() bool { return d == OpenVINO || d == OpenVINOBF16 }

// openVINOOptions has each call run on a stream of its own with so many threads, as on
// the processor: see RATIONALE: why-one-thread-per-call. Without a hint OpenVINO computes
// in bf16 where it can: see RATIONALE: why-bf16-is-asked-for.
func openVINOOptions(o Options) map[string]string {
	hint := "f32"
	if o.Device == OpenVINOBF16 {
		hint = "bf16"
	}
	return map[string]string{
		"device_type": "CPU",
		"load_config": fmt.Sprintf(`{"CPU":{"INFERENCE_PRECISION_HINT":%q,"NUM_STREAMS":"%d","INFERENCE_NUM_THREADS":"%d"}}`, hint, o.Calls, o.Calls*o.Threads),
	}
}
