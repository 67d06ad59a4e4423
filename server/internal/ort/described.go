package ort

// described is what the files of a model say before its graph is loaded.
type described struct {
	config    *config
	graph     graphFile
	maxLength int // in tokens, as far as the options allow
}

// describe starts ONNX Runtime if nobody has, and reads what the files say. The options
// have their defaults.
func describe(from source, o Options) (d described, err error) {
	for _, check := range []func() error{available, o.validate, func() error { return started(o.Device) }} {
		if err := check(); err != nil {
			return d, err
		}
	}
	if d.config, err = readConfig(from.files); err != nil {
		return d, err
	}
	if d.graph, err = from.onnx(o.ONNX); err != nil {
		return d, err
	}
	d.maxLength, err = d.config.maxLengthWithin(from.files, o.MaxLength)
	return d, err
}
