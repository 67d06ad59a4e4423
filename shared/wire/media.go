package wire

import (
	"mime"
	"net/http"
	"strings"

	"github.com/splitrank/splitrank/shared/api"
)

// EventStream is the media type of server-sent events.
const EventStream = "text/event-stream"

// CheckJSON wants a body of application/json in UTF-8, uncompressed. A web page
// cannot send that to another origin without asking first, which keeps forged
// requests out. The error is an *api.Error.
func CheckJSON(h http.Header) error {
	if !isJSON(h.Get("Content-Type")) {
		return api.NewError(api.UnsupportedMediaType, "the body must be sent with Content-Type: application/json, in UTF-8")
	}
	if encoding := h.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return api.NewError(api.UnsupportedMediaType, "the body must be sent without Content-Encoding")
	}
	return nil
}

func isJSON(contentType string) bool {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || media != "application/json" {
		return false
	}
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")
}

// WantsEvents reports that the caller accepts server-sent events.
func WantsEvents(h http.Header) bool {
	for _, line := range h.Values("Accept") {
		for accepted := range strings.SplitSeq(line, ",") {
			if media, params, err := mime.ParseMediaType(accepted); err == nil && media == EventStream && params["q"] != "0" {
				return true
			}
		}
	}
	return false
}
