package token

// must takes the ids of texts that nothing makes longer.
func must[T any](ids T, err error) T {
	if err != nil {
		panic(err)
	}
	return ids
}
