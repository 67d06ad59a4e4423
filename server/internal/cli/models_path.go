package cli

import "fmt"

// modelsPathCmd prints where a model is.
type modelsPathCmd struct {
	hubFlags `embed:""`
	Name     string `arg:"" placeholder:"NAME" help:"Short name, ORG/NAME or folder, or any with :VARIANT."`
	ONNX     bool   `name:"onnx" env:"-" help:"Print the path of the ONNX file."`
}

// Help implements kong.HelpProvider.
func (modelsPathCmd) Help() string {
	return `Fails where the model, or the variant, is not here.

  ls $(splitrank models path ms-marco-MiniLM-L6-v2)
  splitrank models path --onnx ms-marco-MiniLM-L6-v2:fp16`
}

// Run prints one line.
func (c *modelsPathCmd) Run(env *Env) error {
	h, err := c.hub()
	if err != nil {
		return err
	}
	m, err := h.Find(c.Name)
	if err != nil {
		return err
	}
	if m.Builtin != nil {
		return fmt.Errorf("%s is built into this program and lies in no folder", m.Name)
	}
	path := m.Dir
	if c.ONNX {
		path = m.ONNXPath()
	}
	_, err = fmt.Fprintln(env.Stdout, path)
	return err
}
