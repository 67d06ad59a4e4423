package hub

import "errors"

// What can be told apart with errors.Is. The messages around them are one
// line and name the model or file.
var (
	// ErrUnknown is a name that is no folder, no catalogue entry and no ORG/NAME.
	ErrUnknown = errors.New("unknown model")
	// ErrNotLocal is a model that has not been pulled, or not in this variant.
	ErrNotLocal = errors.New("not on this machine")
	// ErrOffline is a request that was not made because the network is switched off.
	ErrOffline = errors.New("offline")
	// ErrAccess is a 401 or 403 of the hub.
	ErrAccess = errors.New("no access")
	// ErrNotFound is a model, revision, file or variant that the hub does not have.
	ErrNotFound = errors.New("not found")
	// ErrMismatch is a file whose digest is not the one promised or recorded.
	ErrMismatch = errors.New("digest mismatch")
	// ErrTruncated is a body that ended before its announced size.
	ErrTruncated = errors.New("truncated")
	// ErrNoSpace is a disk without room, or a pull over the size limit.
	ErrNoSpace = errors.New("no space")
	// ErrUnsafe is a name from the hub or from a file that must not become a path.
	ErrUnsafe = errors.New("unsafe name")
	// ErrUnrecorded is a file of which nobody wrote down a digest.
	ErrUnrecorded = errors.New("no digest recorded")
)
