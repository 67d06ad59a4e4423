package cli

import "github.com/splitrank/splitrank/server/internal/vectors"

func temporaryStore() *vectors.Store { s, _ := vectors.Open(vectors.Options{}); return s }
