//go:build cgo

package model

import "embed"

//go:embed splitrank-mini splitrank-small
var all embed.FS
