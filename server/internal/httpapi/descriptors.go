package httpapi

// unlimited stands for more file descriptors than connections are ever allowed.
const unlimited = 1 << 30

// mostConnections leaves some descriptors to models, Redis and the runtime.
func mostConnections(asked, descriptors int) int {
	const reserved = 24
	return max(1, min(asked, descriptors-max(reserved, descriptors/8)))
}
