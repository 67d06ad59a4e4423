// Package wire is HTTP as the server and the edge speak it alike: header
// names, media types, request ids, bearer keys, CORS, answers, errors and
// events. What stands in the bodies is shared/api.
package wire
