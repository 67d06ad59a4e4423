package evaluation

// Spread takes n of the items, evenly from first to last; all where n is 0 or
// more than there are.
func Spread[T any](items []T, n int) []T {
	if n <= 0 || n >= len(items) {
		return items
	}
	taken := make([]T, n)
	for i := range taken {
		taken[i] = items[i*len(items)/n]
	}
	return taken
}
