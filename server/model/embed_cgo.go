//go:build cgo

package model

import "embed"

//go:embed splitrank-mini
var all embed.FS
