package ort

import (
	"fmt"
	"slices"
	"strings"
)

// Device is what graphs run on: one of Devices. "" is CPU.
type Device string

// The devices. CUDA was not tried: no such machine was at hand.
const (
	CPU      Device = "cpu"
	OpenVINO Device = "openvino" // on the processor, in fp32
	CUDA     Device = "cuda"
)

// Devices are all that there are.
func Devices() []Device { return []Device{CPU, OpenVINO, CUDA} }

// ParseDevice reads what a user names.
func ParseDevice(name string) (Device, error) {
	d := Device(strings.ToLower(strings.TrimSpace(name)))
	if d == "" {
		return CPU, nil
	}
	if !slices.Contains(Devices(), d) {
		return "", fmt.Errorf("device %q is not known: want %s, %s or %s", name, CPU, OpenVINO, CUDA)
	}
	return d, nil
}

// IsCPU reports that ONNX Runtime's own kernels run the graph.
func (d Device) IsCPU() bool { return d == "" || d == CPU }

// Spelled is what the digest of a model says of its device and precision, because scores
// depend on them; "" of the processor by ONNX Runtime's own kernels, so that digests from
// before there was a choice hold.
func (d Device) Spelled() string {
	switch {
	case d.IsCPU():
		return ""
	case d == OpenVINO:
		return ", on openvino in fp32"
	}
	return ", on " + string(d)
}

// openVINOOptions has each call run on a stream of its own with so many threads, as on
// the processor: see RATIONALE: why-one-thread-per-call. Without a hint OpenVINO computes
// in bf16 where it can: see RATIONALE: why-openvino-computes-in-fp32.
func openVINOOptions(o Options) map[string]string {
	return map[string]string{
		"device_type": "CPU",
		"load_config": fmt.Sprintf(`{"CPU":{"INFERENCE_PRECISION_HINT":"f32","NUM_STREAMS":"%d","INFERENCE_NUM_THREADS":"%d"}}`, o.Calls, o.Calls*o.Threads),
	}
}
