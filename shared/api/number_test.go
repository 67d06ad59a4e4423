package api

import "testing"

// TestNoJSONIsNoNumber: what is no JSON is said to be that, and not out of range.
func TestNoJSONIsNoNumber(t *testing.T) {
	for value, want := range map[string]Code{
		"0x10": MalformedJSON, "01": MalformedJSON, "00": MalformedJSON, "0": OutOfRange, "-1": OutOfRange, "-01": MalformedJSON,
		"1e400": WrongType, "99999999999999999999": OutOfRange, "1_000": MalformedJSON, "1": "",
	} {
		_, err := DecodeRequest([]byte(`{"query":"q","documents":["a"],"top_k":`+value+`}`), Limits{})
		fault, _ := err.(*Error)
		if err != nil && fault.Code != want || err == nil && want != "" {
			t.Errorf("%s: error %v, want %s", value, err, want)
		}
	}
}
