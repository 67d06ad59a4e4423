//go:build cgo && (linux || darwin)

package ort

/*
#include <stdlib.h>
#include "plugin.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"unsafe"

	onnx "github.com/yalue/onnxruntime_go"
)

// apiVersion of ONNX Runtime's C API: that of the binding, and of the oldest library.
const apiVersion = 24

// plugins that the process has registered, by path: each of them once, as ONNX Runtime
// has it, and all for the life of the process.
var plugins struct {
	sync.Mutex
	devices map[string][]pluginDevice
}

// pluginDevice is a device that a plugin offers, by one of its providers.
type pluginDevice struct {
	provider string
	kind     string // cpu, gpu or npu
	c        unsafe.Pointer
}

// appendPlugin has a session run on the device of a plugin, and note what it takes.
func appendPlugin(s *onnx.SessionOptions, d Device) error {
	options, err := hidden(s, "o")
	if err != nil {
		return err
	}
	if err := s.AddSessionConfigEntry("session.record_ep_graph_assignment_info", "1"); err != nil {
		return err
	}
	api, err := loadedAPI()
	if err != nil {
		return err
	}
	defer api.close()
	device, err := api.device(d)
	if err != nil {
		return err
	}
	return api.failed(C.plugin_append(api.c, api.env, options, device.c))
}

// hidden is the pointer to C that a struct of the binding has, behind fields that it
// does not export.
func hidden(of any, fields ...string) (unsafe.Pointer, error) {
	v := reflect.ValueOf(of)
	for _, name := range fields {
		if v = v.Elem().FieldByName(name); v.Kind() != reflect.Pointer {
			return nil, fmt.Errorf("the binding of ONNX Runtime has no %s any more", name)
		}
	}
	return v.UnsafePointer(), nil
}

// takenByPlugin counts the nodes of a graph, and those of them that a plugin takes.
func takenByPlugin(g *onnx.DynamicAdvancedSession, d Device) (p Placement, err error) {
	session, err := hidden(g, "s", "ortSession")
	if err != nil {
		return p, err
	}
	api, err := loadedAPI()
	if err != nil {
		return p, err
	}
	defer api.close()
	device, err := api.device(d)
	if err != nil {
		return p, err
	}
	provider := C.CString(device.provider)
	defer C.free(unsafe.Pointer(provider))
	var taken, nodes C.size_t
	err = api.failed(C.plugin_assigned(api.c, session, provider, &taken, &nodes))
	return Placement{Taken: int(taken), Nodes: int(nodes)}, err
}

// nativeAPI is the C API of the loaded library, with its environment.
type nativeAPI struct{ c, env unsafe.Pointer }

func loadedAPI() (api nativeAPI, err error) {
	process.Lock()
	library := C.CString(process.library)
	process.Unlock()
	defer C.free(unsafe.Pointer(library))
	if api.c = C.plugin_api(library, apiVersion); api.c == nil {
		return api, errors.New("libonnxruntime is not loaded")
	}
	return api, api.failed(C.plugin_env(api.c, &api.env))
}

func (a nativeAPI) close() { C.plugin_release_env(a.c, a.env) }

// failed is what a status says, if there is one.
func (a nativeAPI) failed(status unsafe.Pointer) error {
	if status == nil {
		return nil
	}
	defer C.plugin_release_status(a.c, status)
	return errors.New(C.GoString(C.plugin_message(a.c, status)))
}

// device of a plugin, which is registered if it was not: the first one that it offers, or
// the first of the kind that was asked for.
func (a nativeAPI) device(d Device) (pluginDevice, error) {
	path, kind := d.plugin()
	plugins.Lock()
	defer plugins.Unlock()
	list, known := plugins.devices[path]
	if !known {
		var err error
		if list, err = a.register(path); err != nil {
			return pluginDevice{}, err
		}
		if plugins.devices == nil {
			plugins.devices = map[string][]pluginDevice{}
		}
		plugins.devices[path] = list
	}
	return choose(list, kind)
}

// register a plugin, and give the devices that came with it.
func (a nativeAPI) register(path string) ([]pluginDevice, error) {
	before, err := a.devices()
	if err != nil {
		return nil, err
	}
	if err := onnx.RegisterExecutionProviderLibrary("splitrank:"+path, path); err != nil {
		return nil, err
	}
	after, err := a.devices()
	if err != nil {
		return nil, err
	}
	known := map[pluginDevice]bool{}
	for _, d := range before {
		known[d] = true
	}
	var list []pluginDevice
	for _, d := range after {
		if !known[d] {
			list = append(list, d)
		}
	}
	return list, nil
}

// devices of all providers that there are.
func (a nativeAPI) devices() (list []pluginDevice, err error) {
	var first *unsafe.Pointer
	var n C.size_t
	if err := a.failed(C.plugin_devices(a.c, a.env, &first, &n)); err != nil {
		return nil, err
	}
	for _, c := range unsafe.Slice(first, int(n)) {
		list = append(list, pluginDevice{C.GoString(C.plugin_device_provider(a.c, c)), kindOf(int(C.plugin_device_kind(a.c, c))), c})
	}
	return list, nil
}

// kindOf hardware, as ONNX Runtime numbers it.
func kindOf(n int) string {
	if n < 0 || n >= len(pluginKinds) {
		return "unknown"
	}
	return pluginKinds[n]
}

func choose(list []pluginDevice, kind string) (pluginDevice, error) {
	var offered []string
	for _, d := range list {
		if kind == "" || d.kind == kind {
			return d, nil
		}
		offered = append(offered, d.kind)
	}
	if len(list) == 0 {
		return pluginDevice{}, errors.New("it is a plugin, but offers no device of this machine")
	}
	return pluginDevice{}, fmt.Errorf("it offers no %s, but %s", kind, strings.Join(offered, ", "))
}
