package api

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/splitrank/splitrank/heuristics"
)

var small = Limits{BodyBytes: 2000, Documents: 3, TextBytes: 40, TotalBytes: 60, QueryBytes: 20, Depth: 6, BatchRequests: 2}

func ptr(f float64) *float64 { return &f }

func TestDecodeRequest(t *testing.T) {
	tests := []struct {
		name, body string
		want       Request
	}{
		{"texts", `{"query":"q","documents":["a","b"]}`,
			Request{Query: "q", Documents: []Document{{Text: "a"}, {Text: "b"}}}},
		{"Hebrew", `{"query":"מה זה embeddings?","documents":["ייצוג וקטורי","א\u05d1"]}`,
			Request{Query: "מה זה embeddings?", Documents: []Document{{Text: "ייצוג וקטורי"}, {Text: "אב"}}}},
		{"objects with metadata", `{"query":"q","documents":[{"id":"x","text":"a","title":"t","rank":2,"score":-0.5,"meta":{"text":5,"deep":[[1]]}},{"id":17,"text":""}]}`,
			Request{Query: "q", Documents: []Document{{ID: ID{Text: "x"}, Text: "a", Title: "t", Rank: 2, Score: ptr(-0.5)}, {ID: ID{Text: "17", Number: true}}}}},
		{"every option", `{"query":"q","documents":["a"],"top_k":2,"pipeline":"cascade","first_stage":"hidden","budget":{"documents":30,"tokens":8192,"deadline_ms":150},"diversity":0.25,"language":"he","typing":true,"cache":false,"explain":true,"return_documents":true,"strict":true,"model":"m","first_model":"f","truncation":{"strategy":"only_second","max_query_tokens":32,"windows":{"size":200,"stride":50,"count":8,"score":"mean2"}},"llm":{"top_n": 5}}`,
			Request{Query: "q", Documents: []Document{{Text: "a"}}, TopK: 2, Pipeline: Cascade, FirstStage: heuristics.Hidden, Budget: Budget{30, 8192, 150}, Diversity: 0.25, Language: "he", Typing: true, NoCache: true, Explain: true, ReturnDocuments: true, Strict: true, Model: "m",
				FirstModel: "f",
				Truncation: &Truncation{false, OnlySecond, 32, 0, &Windows{200, 50, 8, BestTwoWindows}}, LLM: jsontext.Value(`{"top_n": 5}`)}},
		{"defaults spelled out", `{"query":"q","documents":["a"],"first_stage":"given","diversity":0,"language":"auto","cache":true,"explain":false,"return_documents":false,"strict":false,"budget":{}}`,
			Request{Query: "q", Documents: []Document{{Text: "a"}}, Language: "auto"}},
		{"byte order mark", "\ufeff" + `{"query":"q","documents":["a"]}`, Request{Query: "q", Documents: []Document{{Text: "a"}}}},
		{"locale", `{"query":"q","documents":["a"],"language":"en-US"}`, Request{Query: "q", Documents: []Document{{Text: "a"}}, Language: "en-US"}},
		{"null is absent", `{"query":"q","documents":[{"text":"a","id":null,"title":null,"rank":null,"score":null}],"top_k":null,"pipeline":null,"first_stage":null,"budget":null,"diversity":null,"language":null,"cache":null,"explain":null,"return_documents":null,"strict":null,"model":null,"truncation":null,"llm":null}`,
			Request{Query: "q", Documents: []Document{{Text: "a"}}}},
		{"truncation of defaults", `{"query":"q","documents":["a"],"truncation":{"strategy":null,"windows":{"stride":0}}}`,
			Request{Query: "q", Documents: []Document{{Text: "a"}}, Truncation: &Truncation{Windows: &Windows{}}}},
		{"no windows", `{"query":"q","documents":["a"],"truncation":{"windows":null}}`,
			Request{Query: "q", Documents: []Document{{Text: "a"}}, Truncation: &Truncation{}}},
		{"top_n", `{"query":"q","documents":["a"],"top_n":3}`,
			Request{Query: "q", Documents: []Document{{Text: "a"}}, TopK: 3}},
		{"top_k and top_n agree", `{"query":"q","documents":["a"],"top_n":3,"top_k":3}`,
			Request{Query: "q", Documents: []Document{{Text: "a"}}, TopK: 3}},
		{"chunks", `{"query":"q","chunks":[{"id":"a","text":"x"},{"id":7,"text":"y"}],"top_k":1}`,
			Request{Shape: Chunks, Query: "q", Documents: []Document{{ID: ID{Text: "a"}, Text: "x"}, {ID: ID{Text: "7", Number: true}, Text: "y"}}, TopK: 1}},
		{"escaped keys and white space", " {\n\t\"\\u0071uery\" : \"q\" , \"documents\" : [ \"a\\n\" ] } \n",
			Request{Query: "q", Documents: []Document{{Text: "a\n"}}}},
		{"surrogate pair and NUL", `{"query":"q","documents":["\ud83d\ude00\u0000"]}`,
			Request{Query: "q", Documents: []Document{{Text: "😀\x00"}}}},
		{"long integer id", `{"query":"q","documents":[{"id":123456789012345678901234567890,"text":"a"}]}`,
			Request{Query: "q", Documents: []Document{{ID: ID{Text: "123456789012345678901234567890", Number: true}, Text: "a"}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := DecodeRequest([]byte(tt.body), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&tt.want, got, cmpopts.IgnoreFields(Document{}, "Raw")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// docs wraps the documents of a request.
func docs(list string) string { return `{"query":"q","documents":[` + list + `]}` }

// with adds an option to a request.
func with(option string) string { return `{"query":"q","documents":["a"],` + option + `}` }

func TestDecodeRequestErrors(t *testing.T) {
	tests := []struct {
		name, body string
		code       Code
		status     int
		field      string
		message    string
	}{
		{"empty body", ``, MalformedJSON, 400, "", "the body is empty"},
		{"white space", "  \n", MalformedJSON, 400, "", "the body is empty"},
		{"cut off", `{"query":"q","documents":["a"`, MalformedJSON, 400, "documents", "the JSON ends too early (at byte 29)"},
		{"not JSON", `query=q`, MalformedJSON, 400, "", "the JSON is malformed: query is no value; a text stands in double quotes (at byte 0)"},
		{"missing comma", `{"query":"q" "documents":[]}`, MalformedJSON, 400, "", "the JSON is malformed: invalid character '\"' after object value (expecting ',' or '}') (at byte 13)"},
		{"comma too many", `{"query":"q",}`, MalformedJSON, 400, "", "the JSON is malformed: invalid character ',' at start of value (at byte 12)"},
		{"raw line break", "{\"query\":\"a\nb\"}", MalformedJSON, 400, "query", "the JSON is malformed: invalid character '\\n' in string (expecting non-control character) (at byte 11)"},
		{"mismatched brackets", `{"query":"q","documents":["a"}`, MalformedJSON, 400, "documents", "the JSON is malformed: invalid character '}' after array element (expecting ',' or ']') (at byte 29)"},
		{"trailing data", `{"query":"q","documents":["a"]} {}`, MalformedJSON, 400, "", "the body goes on after its JSON value ended (at byte 31)"},
		{"trailing rubbish", `{"query":"q","documents":["a"]}]`, MalformedJSON, 400, "", "the body goes on after its JSON value ended (at byte 31)"},
		{"invalid UTF-8", docs("{\"text\":\"a\xffb\"}"), InvalidUTF8, 400, "documents[0].text", "the body is not valid UTF-8 (at byte 36)"},
		{"invalid UTF-8 in metadata", docs("{\"text\":\"a\",\"m\":\"\xc3(\"}"), InvalidUTF8, 400, "documents[0].m", "the body is not valid UTF-8 (at byte 43)"},
		{"lone surrogate", docs(`"a","x\ud800y"`), InvalidUTF8, 400, "documents[1]", `the escape \ud800 is half of a surrogate pair and no character (at byte 32)`},
		{"lone low surrogate", `{"query":"\uDC00"}`, InvalidUTF8, 400, "query", `the escape \uDC00 is half of a surrogate pair and no character (at byte 10)`},
		{"duplicate key", `{"query":"q","query":"r"}`, DuplicateField, 400, "query", `the key "query" stands twice in one object`},
		{"duplicate key of a document", docs(`{"text":"a","text":"b"}`), DuplicateField, 400, "documents[0].text", `the key "text" stands twice in one object`},
		{"duplicate key in metadata", docs(`{"text":"a","m":{"x":1,"x":2}}`), DuplicateField, 400, "documents[0].m.x", `the key "x" stands twice in one object`},
		{"unknown field", with(`"topk":1`), UnknownField, 400, "topk", `unknown field "topk"; known are query, documents or chunks, top_k or top_n, pipeline, first_stage, budget, diversity, language, typing, cache, client_id, explain, return_documents, raw_scores, strict, model, first_model, truncation, llm`},
		{"case matters", `{"Query":"q","documents":["a"]}`, UnknownField, 400, "Query", `unknown field "Query"; known are query, documents or chunks, top_k or top_n, pipeline, first_stage, budget, diversity, language, typing, cache, client_id, explain, return_documents, raw_scores, strict, model, first_model, truncation, llm`},
		{"unknown field of the budget", with(`"budget":{"docs":1}`), UnknownField, 400, "budget.docs", `unknown field "docs"; known are documents, tokens, deadline_ms`},
		{"texts", `{"query":"q","texts":["a"]}`, ReservedField, 400, "texts", "a body with texts has the shape of text-embeddings-inference, which only POST /rerank takes: send documents"},
		{"not an object", `[1]`, WrongType, 400, "", "the body must be an object, not an array"},
		{"null body", `null`, WrongType, 400, "", "the body must be an object, not null"},
		{"query of the wrong type", `{"query":5,"documents":["a"]}`, WrongType, 400, "query", "query must be a string, not a number"},
		{"null query", `{"query":null,"documents":["a"]}`, WrongType, 400, "query", "query must be a string, not null"},
		{"documents of the wrong type", `{"query":"q","documents":"a"}`, WrongType, 400, "documents", "documents must be an array, not a string"},
		{"document of the wrong type", docs(`"a",5`), WrongType, 400, "documents[1]", "documents[1] must be a string or an object with text, not a number"},
		{"document that is a list", docs(`["a"]`), WrongType, 400, "documents[0]", "documents[0] must be a string or an object with text, not an array"},
		{"chunk of the wrong type", `{"query":"q","chunks":["a"]}`, WrongType, 400, "chunks[0]", "chunks[0] must be an object with id and text, not a string"},
		{"text of the wrong type", docs(`{"text":["a"]}`), WrongType, 400, "documents[0].text", "documents[0].text must be a string, not an array"},
		{"null text", docs(`{"text":null}`), WrongType, 400, "documents[0].text", "documents[0].text must be a string, not null"},
		{"title of the wrong type", docs(`{"text":"a","title":{}}`), WrongType, 400, "documents[0].title", "documents[0].title must be a string, not an object"},
		{"id of the wrong type", docs(`{"text":"a","id":true}`), WrongType, 400, "documents[0].id", "documents[0].id must be a string or an integer, not a boolean"},
		{"fractional id", docs(`{"text":"a","id":1.5}`), WrongType, 400, "documents[0].id", "documents[0].id must be a string or an integer, not a number"},
		{"rank of the wrong type", docs(`{"text":"a","rank":"1"}`), WrongType, 400, "documents[0].rank", "documents[0].rank must be an integer, not a string"},
		{"fractional rank", docs(`{"text":"a","rank":1.5}`), WrongType, 400, "documents[0].rank", "documents[0].rank must be an integer, not 1.5"},
		{"score of the wrong type", docs(`{"text":"a","score":"NaN"}`), WrongType, 400, "documents[0].score", "documents[0].score must be a number, not a string"},
		{"top_k of the wrong type", with(`"top_k":"5"`), WrongType, 400, "top_k", "top_k must be an integer, not a string"},
		{"fractional top_k", with(`"top_k":5.0`), WrongType, 400, "top_k", "top_k must be an integer, not 5.0"},
		{"explain of the wrong type", with(`"explain":1`), WrongType, 400, "explain", "explain must be true or false, not a number"},
		{"budget of the wrong type", with(`"budget":30`), WrongType, 400, "budget", "budget must be an object, not a number"},
		{"top_k and top_n differ", with(`"top_k":1,"top_n":2`), ConflictingFields, 400, "top_n", "top_k and top_n are two names of one number and differ: give one of them"},
		{"documents and chunks", with(`"chunks":[]`), ConflictingFields, 400, "chunks", "documents and chunks are two shapes of one list: give one of them"},
		{"chunks with explain", `{"query":"q","chunks":[{"id":"a","text":"x"}],"explain":true}`, ConflictingFields, 400, "explain", "explain has no place in the answer to chunks: send documents"},
		{"chunks with return_documents", `{"query":"q","chunks":[{"id":"a","text":"x"}],"return_documents":true}`, ConflictingFields, 400, "return_documents", "return_documents has no place in the answer to chunks: send documents"},
		{"body too large", with(`"model":"` + strings.Repeat("m", 2000) + `"`), BodyTooLarge, 413, "", "the body is longer than 2000 bytes"},
		{"too many documents", docs(`"a","b","c","d"`), TooManyDocuments, 413, "documents", "documents has more than 3 entries"},
		{"query too long", `{"query":"` + strings.Repeat("q", 21) + `","documents":["a"]}`, TooLong, 413, "query", "query is 21 bytes long; at most 20 are served"},
		{"text too long", docs(`"a",{"text":"` + strings.Repeat("א", 21) + `"}`), TooLong, 413, "documents[1].text", "documents[1].text is 42 bytes long; at most 40 are served"},
		{"title and text too long", docs(`{"title":"` + strings.Repeat("t", 20) + `","text":"` + strings.Repeat("x", 21) + `"}`), TooLong, 413, "documents[0].text", "documents[0].text is 41 bytes long; at most 40 are served"},
		{"title too long", docs(`{"title":"` + strings.Repeat("t", 41) + `","text":"x"}`), TooLong, 413, "documents[0].title", "documents[0].title is 41 bytes long; at most 40 are served"},
		{"id too long", docs(`{"id":"` + strings.Repeat("i", 513) + `","text":"x"}`), TooLong, 413, "documents[0].id", "documents[0].id is 513 bytes long; at most 512 are served"},
		{"documents too large", docs(`"` + strings.Repeat("x", 40) + `","` + strings.Repeat("y", 21) + `"`), DocumentsTooLarge, 413, "documents", "documents are 61 bytes long together; at most 60 are served"},
		{"too deep", docs(`{"text":"a","m":[[[[1]]]]}`), TooDeep, 413, "documents[0].m.0.0.0", "the JSON is nested more than 6 levels deep"},
		{"deep bomb", strings.Repeat("[", 1900), WrongType, 400, "", "the body must be an object, not an array"},
		{"deep bomb in a document", docs(`{"m":` + strings.Repeat(`[`, 1900)), TooDeep, 413, "documents[0].m.0.0.0", "the JSON is nested more than 6 levels deep"},
		{"no query", `{"documents":["a"]}`, EmptyQuery, 422, "query", "query is empty"},
		{"blank query", `{"query":" \n\u00a0","documents":["a"]}`, EmptyQuery, 422, "query", "query is empty"},
		{"a bare word", `{"query":bread,"documents":["a"]}`, MalformedJSON, 400, "query", `the JSON is malformed: bread is no value; a text stands in double quotes (at byte 9)`},
		{"half a literal", `{"query":"q","documents":[nul]}`, MalformedJSON, 400, "documents[0]", `the JSON is malformed: nul is no value; a text stands in double quotes (at byte 29)`},
		{"no documents", `{"query":"q"}`, NoDocuments, 422, "documents", "documents is missing or empty: there is nothing to rank"},
		{"empty list of documents", docs(``), NoDocuments, 422, "documents", "documents is missing or empty: there is nothing to rank"},
		{"empty list of chunks", `{"query":"q","chunks":[]}`, NoDocuments, 422, "chunks", "chunks is missing or empty: there is nothing to rank"},
		{"document without text", docs(`"a",{"id":"x"}`), MissingField, 422, "documents[1].text", "documents[1] has no text"},
		{"chunk without id", `{"query":"q","chunks":[{"text":"a"}]}`, MissingField, 422, "chunks[0].id", "chunks[0] has no id"},
		{"empty id", docs(`{"text":"a","id":""}`), EmptyID, 422, "documents[0].id", "documents[0].id is empty: leave it out or give one"},
		{"duplicate id", docs(`{"text":"a","id":"x"},"b",{"text":"c","id":"x"}`), DuplicateID, 422, "documents[2].id", `documents[2].id "x" is also the id of documents[0]`},
		{"duplicate id of two types", docs(`{"text":"a","id":"1"},{"text":"c","id":1}`), DuplicateID, 422, "documents[1].id", `documents[1].id "1" is also the id of documents[0]`},
		{"score NaN", docs(`{"text":"a","score":NaN}`), NotFinite, 422, "documents[0].score", "documents[0].score is NaN, which is no number in JSON"},
		{"score Infinity", docs(`{"text":"a","score":Infinity}`), NotFinite, 422, "documents[0].score", "documents[0].score is Infinity, which is no number in JSON"},
		{"score -Infinity", docs(`{"text":"a","score":-Infinity}`), NotFinite, 422, "documents[0].score", "documents[0].score is -Infinity, which is no number in JSON"},
		{"metadata NaN", docs(`{"text":"a","page":NaN}`), NotFinite, 422, "documents[0].page", "documents[0].page is NaN, which is no number in JSON"},
		{"score overflows", docs(`{"text":"a","score":-1e999}`), NotFinite, 422, "documents[0].score", "documents[0].score is -1e999, too large for a number"},
		{"diversity overflows", with(`"diversity":1e999`), NotFinite, 422, "diversity", "diversity is 1e999, too large for a number"},
		{"rank 0", docs(`{"text":"a","rank":0}`), OutOfRange, 422, "documents[0].rank", "documents[0].rank is 0, outside 1 to 1000000000"},
		{"negative rank", docs(`{"text":"a","rank":-3}`), OutOfRange, 422, "documents[0].rank", "documents[0].rank is -3, outside 1 to 1000000000"},
		{"absurd rank", docs(`{"text":"a","rank":99999999999999999999}`), OutOfRange, 422, "documents[0].rank", "documents[0].rank is 99999999999999999999, outside 1 to 1000000000"},
		{"top_k 0", with(`"top_k":0`), OutOfRange, 422, "top_k", "top_k is 0, outside 1 to 1000000000"},
		{"negative top_n", with(`"top_n":-1`), OutOfRange, 422, "top_n", "top_n is -1, outside 1 to 1000000000"},
		{"no budget of documents", with(`"budget":{"documents":0}`), OutOfRange, 422, "budget.documents", "budget.documents is 0, outside 1 to 1000000000"},
		{"negative deadline", with(`"budget":{"deadline_ms":-5}`), OutOfRange, 422, "budget.deadline_ms", "budget.deadline_ms is -5, outside 1 to 1000000000"},
		{"diversity above 1", with(`"diversity":1.5`), OutOfRange, 422, "diversity", "diversity is 1.5, outside 0 to 1"},
		{"negative diversity", with(`"diversity":-0.1`), OutOfRange, 422, "diversity", "diversity is -0.1, outside 0 to 1"},
		{"unknown pipeline", with(`"pipeline":"magic"`), UnknownPipeline, 422, "pipeline", `pipeline "magic" is none of cascade, cross-encoder, heuristic, llm`},
		{"unknown first stage", with(`"first_stage":"bm25"`), UnknownFirstStage, 422, "first_stage", "first_stage is neither given nor hidden"},
		{"language that is no code", with(`"language":"Hebrew"`), UnknownLanguage, 422, "language", `language "Hebrew" is neither auto nor a known ISO 639-1 code or locale`},
		{"truncation is a word", with(`"truncation":"only_second"`), WrongType, 400, "truncation", "truncation must be an object, not a string"},
		{"unknown field of the truncation", with(`"truncation":{"max_length":9}`), UnknownField, 400, "truncation.max_length", `unknown field "max_length"; known are partial, strategy, max_query_tokens, max_document_tokens, windows`},
		{"llm that is no object", with(`"llm":[1]`), WrongType, 400, "llm", "llm must be an object, not an array"},
		{"unknown strategy", with(`"truncation":{"strategy":"only_first"}`), UnknownTruncation, 422, "truncation.strategy", `truncation.strategy "only_first" is none of only_second, longest_first, do_not_truncate`},
		{"query cap of none", with(`"truncation":{"max_query_tokens":0}`), OutOfRange, 422, "truncation.max_query_tokens", "truncation.max_query_tokens is 0, outside 1 to 1000000000"},
		{"unknown field of the windows", with(`"truncation":{"windows":{"max":9}}`), UnknownField, 400, "truncation.windows.max", `unknown field "max"; known are size, stride, count, score`},
		{"negative stride", with(`"truncation":{"windows":{"stride":-1}}`), OutOfRange, 422, "truncation.windows.stride", "truncation.windows.stride is -1, outside 0 to 1000000000"},
		{"stride of a whole window", with(`"truncation":{"windows":{"size":5,"stride":5}}`), OutOfRange, 422, "truncation.windows.stride", "truncation.windows.stride is 5, outside 0 to one less than the size of 5"},
		{"too many windows", with(`"truncation":{"windows":{"count":65}}`), OutOfRange, 422, "truncation.windows.count", "truncation.windows.count is 65, outside 1 to 64"},
		{"unknown score of windows", with(`"truncation":{"windows":{"score":"mean"}}`), UnknownTruncation, 422, "truncation.windows.score", `truncation.windows.score "mean" is none of max, mean2`},
		{"windows of half a query", with(`"truncation":{"strategy":"longest_first","windows":{}}`), ConflictingFields, 400, "truncation.strategy", "truncation.strategy longest_first shortens the query, which every window needs whole: leave out one of the two"},
		{"long unknown field", with(`"` + strings.Repeat("א", 300) + `":1`), UnknownField, 400, strings.Repeat("א", 100) + "…", `unknown field "` + strings.Repeat("א", 30) + `…"; known are query, documents or chunks, top_k or top_n, pipeline, first_stage, budget, diversity, language, typing, cache, client_id, explain, return_documents, raw_scores, strict, model, first_model, truncation, llm`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := DecodeRequest([]byte(tt.body), small)
			var got *Error
			if !errors.As(err, &got) {
				t.Fatalf("error is %#v, want an *Error", err)
			}
			want := &Error{Code: tt.code, Message: tt.message, Field: tt.field}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if got.Status() != tt.status {
				t.Errorf("status %d, want %d", got.Status(), tt.status)
			}
		})
	}
}

func TestDocumentRaw(t *testing.T) {
	body := `{"query":"q","documents":[ "a\u0062" , {"text": "c", "meta": {"page": 3}} ]}`
	r, err := DecodeRequest([]byte(body), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{`"a\u0062"`, `{"text": "c", "meta": {"page": 3}}`} {
		if got := string(r.Documents[i].Raw); got != want {
			t.Errorf("document %d: raw %s, want %s", i, got, want)
		}
	}
}

func TestDecodeBatch(t *testing.T) {
	body := `{"requests":[
		{"query":"q","documents":["a"]},
		{"query":"","documents":["a"]},
		{"query":"q","documents":[{"text":"a"},{"text":7,"m":[{}]}],"top_k":1},
		5,
		{"query":"q","bogus":{"x":[1]}},
		{"query":"q","chunks":[{"id":"x","text":"b"}]}]}`
	got, err := DecodeBatch([]byte(body), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := []BatchItem{
		{Request: &Request{Query: "q", Documents: []Document{{Text: "a"}}}},
		{Err: &Error{Code: EmptyQuery, Field: "query", Message: "query is empty"}},
		{Err: &Error{Code: WrongType, Field: "documents[1].text", Message: "documents[1].text must be a string, not a number"}},
		{Err: &Error{Code: WrongType, Field: "", Message: "the request must be an object, not a number"}},
		{Err: &Error{Code: UnknownField, Field: "bogus", Message: `unknown field "bogus"; known are query, documents or chunks, top_k or top_n, pipeline, first_stage, budget, diversity, language, typing, cache, client_id, explain, return_documents, raw_scores, strict, model, first_model, truncation, llm`}},
		{Request: &Request{Shape: Chunks, Query: "q", Documents: []Document{{ID: ID{Text: "x"}, Text: "b"}}}},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Document{}, "Raw")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestDecodeBatchErrors(t *testing.T) {
	tests := []struct {
		name, body string
		code       Code
		field      string
	}{
		{"empty body", ``, MalformedJSON, ""},
		{"no requests", `{}`, NoRequests, "requests"},
		{"empty list", `{"requests":[]}`, NoRequests, "requests"},
		{"wrong type", `{"requests":{}}`, WrongType, "requests"},
		{"unknown field", `{"requests":[{"query":"q","documents":["a"]}],"x":1}`, UnknownField, "x"},
		{"too many", `{"requests":[1,2,3]}`, BatchTooLarge, "requests"},
		{"malformed inside", `{"requests":[{"query":"q","documents":["a]}]}`, MalformedJSON, "requests[0].documents[0]"},
		{"invalid UTF-8 after an error", "{\"requests\":[{\"query\":5,\"documents\":[\"\xff\"]}]}", InvalidUTF8, "requests[0].documents[0]"},
		{"too deep after an error", `{"requests":[{"query":5,"x":[[[[[[1]]]]]]}]}`, TooDeep, "requests[0].x.0.0.0"},
		{"trailing data", `{"requests":[{"query":"q","documents":["a"]}]}{}`, MalformedJSON, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := DecodeBatch([]byte(tt.body), small)
			var got *Error
			if !errors.As(err, &got) {
				t.Fatalf("error is %#v, want an *Error", err)
			}
			if got.Code != tt.code || got.Field != tt.field {
				t.Errorf("%s at %q (%s), want %s at %q", got.Code, got.Field, got.Message, tt.code, tt.field)
			}
		})
	}
}
