package httpapi

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/splitrank/splitrank/shared/api"
)

// badBody is a request that is refused, in each shape, alone, watched and within
// a batch. LIST stands for a list of documents of the shape, KEY for its name.
type badBody struct {
	name, body string
	code       api.Code
	// whole says that it is no JSON, or too deep: a batch is refused with it.
	whole bool
}

// withOption is a good request but for one field.
func withOption(field string) string { return `{"query":"q",LIST,` + field + `}` }

func badBodies() []badBody {
	list := []badBody{
		{"no object", `[]`, api.WrongType, false},
		{"null", `null`, api.WrongType, false},
		{"a number", `7`, api.WrongType, false},
		{"a string", `"q"`, api.WrongType, false},
		{"nothing in it", `{}`, api.EmptyQuery, false},
		{"no query", `{LIST}`, api.EmptyQuery, false},
		{"an empty query", `{"query":"",LIST}`, api.EmptyQuery, false},
		{"a blank query", `{"query":" \t\n\u00a0",LIST}`, api.EmptyQuery, false},
		{"query null", `{"query":null,LIST}`, api.WrongType, false},
		{"query a number", `{"query":1,LIST}`, api.WrongType, false},
		{"query a list", `{"query":["q"],LIST}`, api.WrongType, false},
		{"query an object", `{"query":{},LIST}`, api.WrongType, false},
		{"query true", `{"query":true,LIST}`, api.WrongType, false},
		{"a long query", `{"query":"` + strings.Repeat("q", 200) + `",LIST}`, api.TooLong, false},
		{"a long query in Hebrew", `{"query":"` + strings.Repeat("ש", 100) + `",LIST}`, api.TooLong, false},
		{"no documents", `{"query":"q"}`, api.NoDocuments, false},
		{"an empty list", `{"query":"q",KEY:[]}`, api.NoDocuments, false},
		{"list null", `{"query":"q",KEY:null}`, api.WrongType, false},
		{"list a string", `{"query":"q",KEY:"a"}`, api.WrongType, false},
		{"list an object", `{"query":"q",KEY:{}}`, api.WrongType, false},
		{"a number in the list", `{"query":"q",KEY:[1]}`, api.WrongType, false},
		{"null in the list", `{"query":"q",KEY:[null]}`, api.WrongType, false},
		{"a list in the list", `{"query":"q",KEY:[[]]}`, api.WrongType, false},
		{"a document without text", `{"query":"q",KEY:[{"id":"1"}]}`, api.MissingField, false},
		{"text null", `{"query":"q",KEY:[{"id":"1","text":null}]}`, api.WrongType, false},
		{"text a number", `{"query":"q",KEY:[{"id":"1","text":5}]}`, api.WrongType, false},
		{"title a number", `{"query":"q",KEY:[{"id":"1","text":"a","title":5}]}`, api.WrongType, false},
		{"id empty", `{"query":"q",KEY:[{"id":"","text":"a"}]}`, api.EmptyID, false},
		{"id true", `{"query":"q",KEY:[{"id":true,"text":"a"}]}`, api.WrongType, false},
		{"id a fraction", `{"query":"q",KEY:[{"id":1.5,"text":"a"}]}`, api.WrongType, false},
		{"id a list", `{"query":"q",KEY:[{"id":[],"text":"a"}]}`, api.WrongType, false},
		{"id long", `{"query":"q",KEY:[{"id":"` + strings.Repeat("i", 513) + `","text":"a"}]}`, api.TooLong, false},
		{"id twice", `{"query":"q",KEY:[{"id":"1","text":"a"},{"id":"1","text":"b"}]}`, api.DuplicateID, false},
		{"id twice, as a number", `{"query":"q",KEY:[{"id":"1","text":"a"},{"id":1,"text":"b"}]}`, api.DuplicateID, false},
		{"rank zero", `{"query":"q",KEY:[{"id":"1","text":"a","rank":0}]}`, api.OutOfRange, false},
		{"rank below", `{"query":"q",KEY:[{"id":"1","text":"a","rank":-1}]}`, api.OutOfRange, false},
		{"rank a fraction", `{"query":"q",KEY:[{"id":"1","text":"a","rank":1.5}]}`, api.WrongType, false},
		{"rank a string", `{"query":"q",KEY:[{"id":"1","text":"a","rank":"1"}]}`, api.WrongType, false},
		{"rank huge", `{"query":"q",KEY:[{"id":"1","text":"a","rank":1000000001}]}`, api.OutOfRange, false},
		{"rank beyond int64", `{"query":"q",KEY:[{"id":"1","text":"a","rank":99999999999999999999}]}`, api.OutOfRange, false},
		{"score a string", `{"query":"q",KEY:[{"id":"1","text":"a","score":"1"}]}`, api.WrongType, false},
		{"score beyond float64", `{"query":"q",KEY:[{"id":"1","text":"a","score":1e999}]}`, api.NotFinite, false},
		{"score NaN", `{"query":"q",KEY:[{"id":"1","text":"a","score":NaN}]}`, api.NotFinite, true},
		{"score Infinity", `{"query":"q",KEY:[{"id":"1","text":"a","score":-Infinity}]}`, api.NotFinite, true},
		{"a long text", `{"query":"q",KEY:[{"id":"1","text":"` + strings.Repeat("a", 1001) + `"}]}`, api.TooLong, false},
		{"a long title", `{"query":"q",KEY:[{"id":"1","text":"a","title":"` + strings.Repeat("a", 1001) + `"}]}`, api.TooLong, false},
		{"title and text long", `{"query":"q",KEY:[{"id":"1","text":"` + strings.Repeat("a", 600) + `","title":"` + strings.Repeat("a", 600) + `"}]}`, api.TooLong, false},
		{"much text", `{"query":"q",KEY:[` + documents(4, strings.Repeat("a", 900)) + `]}`, api.DocumentsTooLarge, false},
		{"many documents", `{"query":"q",KEY:[` + documents(11, "a") + `]}`, api.TooManyDocuments, false},
		{"both shapes", `{"query":"q","documents":["a"],"chunks":[{"id":"1","text":"a"}]}`, api.ConflictingFields, false},
		{"an unknown field", withOption(`"colour":"blue"`), api.UnknownField, false},
		{"a field in capitals", withOption(`"TOP_K":1`), api.UnknownField, false},
		{"a field without a name", withOption(`"":1`), api.UnknownField, false},
		{"__proto__", withOption(`"__proto__":{}`), api.UnknownField, false},
		{"the tenant, which is none of the caller's", withOption(`"tenant":"a"`), api.UnknownField, false},
		{"a field twice", `{"query":"q","query":"r",LIST}`, api.DuplicateField, true},
		{"a field twice, escaped", `{"query":"q","\u0071uery":"r",LIST}`, api.DuplicateField, true},
		{"two names of one number", withOption(`"top_k":1,"top_n":2`), api.ConflictingFields, false},
		{"half a surrogate", `{"query":"\ud800",LIST}`, api.InvalidUTF8, true},
		{"no UTF-8", "{\"query\":\"\xff\",LIST}", api.InvalidUTF8, true},
		{"overlong UTF-8", "{\"query\":\"\xc0\x80\",LIST}", api.InvalidUTF8, true},
		{"a control character", "{\"query\":\"\x01\",LIST}", api.MalformedJSON, true},
		{"a bad escape", `{"query":"\x",LIST}`, api.MalformedJSON, true},
		{"a trailing comma", `{"query":"q",LIST,}`, api.MalformedJSON, true},
		{"single quotes", `{'query':'q',LIST}`, api.MalformedJSON, true},
		{"a comment", `{/* */"query":"q",LIST}`, api.MalformedJSON, true},
		{"no colon", `{"query" "q",LIST}`, api.MalformedJSON, true},
		{"deep metadata", `{"query":"q",KEY:[{"id":"1","text":"a","x":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}]}`, api.TooDeep, true},
	}
	for _, tt := range []struct {
		field string
		code  api.Code
		whole bool
	}{
		{`"top_k":0`, api.OutOfRange, false}, {`"top_k":-1`, api.OutOfRange, false}, {`"top_k":1.5`, api.WrongType, false}, {`"top_k":"1"`, api.WrongType, false},
		{`"top_k":1e3`, api.WrongType, false}, {`"top_k":[]`, api.WrongType, false}, {`"top_k":0x10`, api.MalformedJSON, true}, {`"top_k":01`, api.MalformedJSON, true},
		{`"top_k":+1`, api.MalformedJSON, true}, {`"top_k":1000000001`, api.OutOfRange, false}, {`"top_n":-0`, api.OutOfRange, false}, {`"top_k":NaN`, api.NotFinite, true},
		{`"pipeline":"magic"`, api.UnknownPipeline, false}, {`"pipeline":1`, api.WrongType, false}, {`"pipeline":"HEURISTIC"`, api.UnknownPipeline, false}, {`"pipeline":"heuristic\u0000"`, api.UnknownPipeline, false},
		{`"first_stage":"none"`, api.UnknownFirstStage, false}, {`"first_stage":true`, api.WrongType, false},
		{`"budget":5`, api.WrongType, false}, {`"budget":[]`, api.WrongType, false}, {`"budget":{"documents":0}`, api.OutOfRange, false}, {`"budget":{"documents":-1}`, api.OutOfRange, false},
		{`"budget":{"tokens":1.5}`, api.WrongType, false}, {`"budget":{"deadline_ms":"5"}`, api.WrongType, false}, {`"budget":{"deadline_ms":99999999999}`, api.OutOfRange, false}, {`"budget":{"money":1}`, api.UnknownField, false},
		{`"diversity":-0.1`, api.OutOfRange, false}, {`"diversity":1.1`, api.OutOfRange, false}, {`"diversity":1e999`, api.NotFinite, false}, {`"diversity":"1"`, api.WrongType, false}, {`"diversity":true`, api.WrongType, false},
		{`"language":"english"`, api.UnknownLanguage, false}, {`"language":"e"`, api.UnknownLanguage, false}, {`"language":"en-"`, api.UnknownLanguage, false}, {`"language":"qq"`, api.UnknownLanguage, false}, {`"language":7`, api.WrongType, false},
		{`"cache":"no"`, api.WrongType, false}, {`"cache":0`, api.WrongType, false}, {`"explain":1`, api.WrongType, false}, {`"explain":"true"`, api.WrongType, false},
		{`"return_documents":"yes"`, api.WrongType, false}, {`"strict":[]`, api.WrongType, false}, {`"model":5`, api.WrongType, false}, {`"model":{}`, api.WrongType, false},
		{`"truncation":"end"`, api.WrongType, false}, {`"truncation":[]`, api.WrongType, false}, {`"truncation":{"strategy":"middle"}`, api.UnknownTruncation, false}, {`"truncation":{"max_query_tokens":0}`, api.OutOfRange, false},
		{`"truncation":{"left":1}`, api.UnknownField, false}, {`"truncation":{"windows":1}`, api.WrongType, false}, {`"truncation":{"windows":{"size":0}}`, api.OutOfRange, false}, {`"truncation":{"windows":{"stride":-1}}`, api.OutOfRange, false},
		{`"truncation":{"windows":{"count":65}}`, api.OutOfRange, false}, {`"truncation":{"windows":{"size":5,"stride":5}}`, api.OutOfRange, false}, {`"truncation":{"windows":{"score":"sum"}}`, api.UnknownTruncation, false},
		{`"truncation":{"strategy":"longest_first","windows":{}}`, api.ConflictingFields, false}, {`"truncation":{"windows":{"length":1}}`, api.UnknownField, false},
	} {
		list = append(list, badBody{tt.field, withOption(tt.field), tt.code, tt.whole})
	}
	return list
}

// documents are n of them with ids.
func documents(n int, text string) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"id":"%d","text":"%s"}`, i, text))
	}
	return strings.Join(all, ",")
}

// shapes of a request's list.
func shapes() map[string]*strings.Replacer {
	return map[string]*strings.Replacer{
		"documents": strings.NewReplacer("LIST", `"documents":[{"id":"good","text":"a"}]`, "KEY", `"documents"`),
		"chunks":    strings.NewReplacer("LIST", `"chunks":[{"id":"good","text":"a"}]`, "KEY", `"chunks"`),
	}
}

// TestBadInput: every bad body, in every shape and on every way, has its status
// and its code, and a field and a message that hold in one line.
func TestBadInput(t *testing.T) {
	s := newServer(t, func(c *Config) {
		c.Limits = api.Limits{BodyBytes: 20_000, Documents: 10, TextBytes: 1000, TotalBytes: 3000, QueryBytes: 150, BatchRequests: 3, BatchDocuments: 15}
	})
	cases := 0
	check := func(name string, w *httptest.ResponseRecorder, status int, code api.Code) {
		t.Helper()
		cases++
		var got struct {
			Error     api.Error
			Responses []struct{ Error api.Error }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got, json.MatchCaseInsensitiveNames(true)); err != nil {
			t.Errorf("%s: %v: %s", name, err, w.Body)
			return
		}
		fault := got.Error
		if len(got.Responses) > 0 {
			fault = got.Responses[0].Error
		}
		if w.Code != status || fault.Code != code || fault.Message == "" || strings.ContainsAny(fault.Message, "\n\x00") || len(w.Body.String()) > 2000 {
			t.Errorf("%s: status %d, want %d, code %s, want %s: %s", name, w.Code, status, fault.Code, code, w.Body)
		}
		if w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%s: headers %v", name, w.Header())
		}
	}
	for shape, in := range shapes() {
		for _, b := range badBodies() {
			body := in.Replace(b.body)
			check(shape+", "+b.name, post(s, "/rerank", body), b.code.Status(), b.code)
			check(shape+", watched, "+b.name, post(s, "/rerank", body, "Accept", "text/event-stream"), b.code.Status(), b.code)
			status := 200
			if b.whole {
				status = b.code.Status()
			}
			check(shape+", in a batch, "+b.name, post(s, "/rerank/batch", `{"requests":[`+body+`]}`), status, b.code)
		}
		for _, field := range []string{`"explain":true`, `"return_documents":true`} {
			if shape == "chunks" {
				check("chunks with "+field, post(s, "/rerank", in.Replace(withOption(field))), 400, api.ConflictingFields)
			}
		}
		for cut, body := 1, in.Replace(withOption(`"top_k":1`)); cut < len(body); cut += 7 {
			check(fmt.Sprintf("%s, cut after %d", shape, cut), post(s, "/rerank", body[:cut]), 400, api.MalformedJSON)
		}
	}
	for _, b := range badRequests() {
		check(b.name, do(s, b.method, b.path, b.body, b.headers...), b.code.Status(), b.code)
	}
	if cases < 200 {
		t.Errorf("%d cases", cases)
	}
	t.Logf("%d cases", cases)
}

// badRequest is refused for what is around its body, or as a batch.
type badRequest struct {
	name, method, path, body string
	headers                  []string
	code                     api.Code
}

func badRequests() []badRequest {
	js := []string{"Content-Type", "application/json"}
	one := `{"query":"q","documents":["a","b","c","d","e","f"]}`
	list := []badRequest{
		{"no type", "POST", "/rerank", one, nil, api.UnsupportedMediaType},
		{"text", "POST", "/rerank", one, []string{"Content-Type", "text/plain"}, api.UnsupportedMediaType},
		{"a form", "POST", "/rerank", one, []string{"Content-Type", "application/x-www-form-urlencoded"}, api.UnsupportedMediaType},
		{"another character set", "POST", "/rerank", one, []string{"Content-Type", "application/json; charset=latin1"}, api.UnsupportedMediaType},
		{"a type that is none", "POST", "/rerank", one, []string{"Content-Type", ";;"}, api.UnsupportedMediaType},
		{"compressed", "POST", "/rerank", one, append([]string{"Content-Encoding", "gzip"}, js...), api.UnsupportedMediaType},
		{"no body", "POST", "/rerank", "", js, api.MalformedJSON},
		{"blank", "POST", "/rerank", " \n ", js, api.MalformedJSON},
		{"two byte order marks", "POST", "/rerank", "\ufeff\ufeff" + one, js, api.MalformedJSON},
		{"two values", "POST", "/rerank", one + one, js, api.MalformedJSON},
		{"a long body", "POST", "/rerank", one + strings.Repeat(" ", 20_000), js, api.BodyTooLarge},
		{"a long batch", "POST", "/rerank/batch", one + strings.Repeat(" ", 20_000), js, api.BodyTooLarge},
		{"a batch that is a request", "POST", "/rerank/batch", one, js, api.UnknownField},
		{"a batch that is a list", "POST", "/rerank/batch", "[" + one + "]", js, api.WrongType},
		{"a batch of nothing", "POST", "/rerank/batch", `{"requests":[]}`, js, api.NoRequests},
		{"a batch without requests", "POST", "/rerank/batch", `{}`, js, api.NoRequests},
		{"a batch of null", "POST", "/rerank/batch", `{"requests":null}`, js, api.WrongType},
		{"a batch of many", "POST", "/rerank/batch", `{"requests":[{},{},{},{}]}`, js, api.BatchTooLarge},
		{"a batch of many documents", "POST", "/rerank/batch", `{"requests":[` + one + "," + one + "," + one + `]}`, js, api.BatchTooLarge},
		{"a batch with more", "POST", "/rerank/batch", `{"requests":[],"colour":1}`, js, api.UnknownField},
		{"a batch cut off", "POST", "/rerank/batch", `{"requests":[` + one, js, api.MalformedJSON},
		{"nowhere", "POST", "/nowhere", one, js, api.NotFound},
		{"nowhere at all", "GET", "/", "", nil, api.NotFound},
		{"above", "GET", "/../../etc/passwd", "", nil, api.NotFound},
		{"above, escaped", "GET", "/%2e%2e/%2e%2e/etc/passwd", "", nil, api.NotFound},
		{"a slash at the end", "POST", "/rerank/", one, js, api.NotFound},
		{"two slashes", "POST", "//rerank", one, js, api.NotFound},
		{"capitals", "POST", "/RERANK", one, js, api.NotFound},
	}
	for _, path := range []string{"/rerank", "/rerank/batch"} {
		for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
			if method != "HEAD" { // whose answer has no body
				list = append(list, badRequest{method + " " + path, method, path, "", nil, api.MethodNotAllowed})
			}
		}
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		for _, method := range []string{"POST", "PUT", "DELETE"} {
			list = append(list, badRequest{method + " " + path, method, path, "", nil, api.MethodNotAllowed})
		}
	}
	return list
}
