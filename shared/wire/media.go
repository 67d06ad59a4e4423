package wire

import (
	"mime"
	"net/http"
	"strconv"
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
	if types := h.Values("Content-Type"); len(types) > 1 {
		return api.NewError(api.UnsupportedMediaType, "the body must be sent with one Content-Type")
	}
	for _, line := range h.Values("Content-Encoding") {
		for encoding := range strings.SplitSeq(line, ",") {
			if encoding = strings.TrimSpace(encoding); encoding != "" && !strings.EqualFold(encoding, "identity") {
				return api.NewError(api.UnsupportedMediaType, "the body must be sent without Content-Encoding")
			}
		}
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
			if media, params, err := mime.ParseMediaType(accepted); err == nil && media == EventStream && !isRefusal(params["q"]) {
				return true
			}
		}
	}
	return false
}

// isRefusal reports a weight of nothing, however many zeros it is written with;
// one that is no number is none.
func isRefusal(q string) bool {
	weight, err := strconv.ParseFloat(q, 64)
	return err == nil && weight <= 0
}
