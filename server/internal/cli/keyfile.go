package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// keyFile names a file with keys; "" = none is named. One that is named by nothing, as
// --api-keys-file=$UNSET is, or an empty value in a file of settings, would open what a
// key was to close: check refuses it. See RATIONALE: why-an-empty-key-is-an-error.
type keyFile string

// namedByNothing is the value of such a one.
const namedByNothing keyFile = "\x00"

// Decode implements kong.MapperValue.
func (k *keyFile) Decode(ctx *kong.DecodeContext) error {
	var value string
	if err := ctx.Scan.PopValueInto("file", &value); err != nil {
		return err
	}
	if *k = keyFile(value); strings.TrimSpace(value) == "" {
		*k = namedByNothing
	}
	return nil
}

// check refuses a file that is named by nothing, wherever that stands.
func (k keyFile) check(flag, variable string) error {
	switch {
	case k == "" && isSet(variable):
		return fmt.Errorf("%s is set and empty: name the file, or leave it unset", variable)
	case k == namedByNothing:
		return fmt.Errorf("%s (%s is set and empty, or the flag or setting is): name the file, or leave it out", flag, variable)
	}
	return nil
}
