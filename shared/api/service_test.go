package api

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/splitrank/splitrank/shared/golden"
)

var shapeNames = map[Shape]string{
	Native: "native", Chunks: "chunks", CohereV1: "cohere_v1", CohereV2: "cohere_v2", Voyage: "voyage", TEI: "tei", VLLM: "vllm",
	Infinity: "infinity", Mixedbread: "mixedbread",
}

const servicesGoldens = "testdata/services"

// TestServiceAnswers: each service's own spelling, with and without what may be
// asked for.
func TestServiceAnswers(t *testing.T) {
	text, object := &Document{Text: "א", Raw: jsontext.Value(`"א"`)}, &Document{Text: "b", Raw: jsontext.Value(`{"text":"b","page":2}`)}
	plain := &Response{
		Results: []Result{
			{Index: 1, Rank: 1, RelevanceScore: 0.75, ScoredBy: "cross-encoder", Logit: ptr(3)},
			{Index: 0, Rank: 2, RelevanceScore: 0.25, ScoredBy: "heuristic"},
		},
		Model: "m", Usage: Usage{Documents: 250, Scored: 1, Tokens: 17},
	}
	full := *plain
	full.Results = []Result{plain.Results[0], plain.Results[1]}
	full.Results[0].Document, full.Results[1].Document = text, object
	seen := map[string]bool{}
	check := func(name string, got []byte) {
		seen[name+".json"] = true
		golden.File(t, *update, filepath.Join(servicesGoldens, name+".json"), golden.JSON(t, got))
	}
	for shape := range services {
		check(shapeNames[shape], AppendAnswer(nil, Form{Shape: shape}, plain))
		asked := Form{Shape: shape, Model: "rerank-v3.5", RawScores: true, ReturnDocuments: true, ID: "ID", Created: 1}
		check(shapeNames[shape]+"_full", AppendAnswer(nil, asked, &full))
		check(shapeNames[shape]+"_error", AppendErrorIn(nil, shape, &Error{Code: NoDocuments, Message: "documents is empty", Field: "documents"}))
	}
	golden.NoStrays(t, servicesGoldens, seen)
}

// TestServiceErrors: every class of errors has the service's status and keys.
func TestServiceErrors(t *testing.T) {
	classes := map[Code]map[Shape]int{ // Native's where a shape is left out
		MalformedJSON: nil, WrongType: nil, Unauthorized: nil, MethodNotAllowed: nil, RequestTimeout: nil, BodyTooLarge: nil,
		TooManyDocuments: nil, TooLong: nil, UnsupportedMediaType: nil, Overloaded: nil, Internal: nil, OriginFailed: nil, NoModel: nil,
		ShuttingDown: nil, DeadlineExceeded: nil,
		EmptyQuery:      {CohereV1: 400, CohereV2: 400, Voyage: 400, TEI: 400, VLLM: 400, Mixedbread: 400},
		NoDocuments:     {CohereV1: 400, CohereV2: 400, Voyage: 400, TEI: 400, VLLM: 400, Mixedbread: 400},
		OutOfRange:      {CohereV1: 400, CohereV2: 400, Voyage: 400, TEI: 400, VLLM: 400, Mixedbread: 400},
		MissingField:    {CohereV1: 400, CohereV2: 400, Voyage: 400, TEI: 400, VLLM: 400, Mixedbread: 400},
		UnknownModel:    {Voyage: 400},
		UnknownLanguage: {CohereV1: 400, CohereV2: 400, Voyage: 400, TEI: 400, VLLM: 400, Mixedbread: 400},
	}
	keys := map[Shape]string{
		Native: `"error":{`, Chunks: `"error":{`, CohereV1: `"message":"words"`, CohereV2: `"message":"words"`, Voyage: `"detail":"words"`,
		TEI: `"error":"words"`, VLLM: `"error":{"message":"words"`, Infinity: `"error":{`, Mixedbread: `"message":"words"`,
	}
	for code, statuses := range classes {
		for shape, name := range shapeNames {
			e := NewError(code, "words")
			want, ok := statuses[shape]
			if !ok {
				want = code.Status()
			}
			if got := shape.Status(e); got != want {
				t.Errorf("%s of %s has status %d, want %d", code, name, got, want)
			}
			if body := string(AppendErrorIn(nil, shape, e)); !strings.Contains(body, keys[shape]) || !jsontext.Value(body).IsValid() {
				t.Errorf("%s of %s: %s", code, name, body)
			}
		}
	}
}

// TestMountDecode: what each service's request means.
func TestMountDecode(t *testing.T) {
	docs := []Document{{Text: "a"}, {Text: "b"}}
	for _, tt := range []struct {
		name, path, body string
		want             Request
	}{
		{"Cohere", "/v2/rerank", `{"model":"m","query":"q","documents":["a","b"],"top_n":2,"max_tokens_per_doc":9,"priority":999,"return_documents":true}`,
			Request{Shape: CohereV2, TopK: 2, Model: "m", Documents: docs, Truncation: &Truncation{Partial: true, MaxDocumentTokens: 9}}},
		{"Cohere's first version", "/cohere/v1/rerank", `{"query":"q","documents":["a",{"text":"b","page":[1,{"text":"no"}]}],"return_documents":"true","max_chunks_per_doc":1024}`,
			Request{Shape: CohereV1, ReturnDocuments: true, Documents: docs, Truncation: &Truncation{Partial: true, Windows: &Windows{Count: MaxWindows}}}},
		{"fields to rank by, in their order", "/v1/rerank", `{"query":"q","documents":[{"note":"no","title":"t","body":"b","page":3}],"rank_fields":["body","title","page"]}`,
			Request{Shape: CohereV1, Documents: []Document{{Text: "b\nt\n3"}}}},
		{"fields before the documents", "/v1/rerank", `{"query":"q","rank_fields":["title"],"documents":[{"title":"t","text":"no"},"b"]}`,
			Request{Shape: CohereV1, Documents: []Document{{Text: "t"}, {Text: "b"}}}},
		{"a field that some lack", "/v1/rerank", `{"query":"q","documents":[{"title":"t"}],"rank_fields":["title","text"]}`,
			Request{Shape: CohereV1, Documents: []Document{{Text: "t"}}}},
		{"nulls are absent", "/v1/rerank", `{"model":null,"query":"q","documents":["a","b"],"top_n":null,"return_documents":null,"rank_fields":null,"max_chunks_per_doc":null,"max_tokens_per_doc":null,"priority":null}`,
			Request{Shape: CohereV1, Documents: docs}},
		{"foreign keys are ignored", "/v1/rerank", `{"score_threshold":0.8,"query":"q","overlap_tokens":[[1]],"documents":["a","b"],"user":{"a":null}}`,
			Request{Shape: CohereV1, Documents: docs}},
		{"Voyage by top_k", "/v1/rerank", `{"query":"q","documents":["a","b"],"top_k":1}`, Request{Shape: Voyage, TopK: 1, Documents: docs}},
		{"Voyage by a null", "/v1/rerank", `{"query":"q","documents":["a","b"],"top_k":null}`, Request{Shape: Voyage, Documents: docs}},
		{"Voyage by truncation", "/v1/rerank", `{"truncation":false,"query":"q","documents":["a","b"]}`,
			Request{Shape: Voyage, Documents: docs, Truncation: &Truncation{Partial: true, Strategy: DoNotTruncate}}},
		{"Voyage by its path", "/voyage/v1/rerank", `{"query":"q","documents":["a","b"],"truncation":true}`, Request{Shape: Voyage, Documents: docs}},
		{"TEI by its list", "/rerank", `{"return_text":true,"query":"q","texts":["a","b"],"raw_scores":true,"truncate":true,"truncation_direction":"Right","top_n":1}`,
			Request{Shape: TEI, ReturnDocuments: true, RawScores: true, Documents: docs}},
		{"TEI from the left", "/tei/rerank", `{"query":"q","texts":["a","b"],"truncate":true,"truncation_direction":"left"}`,
			Request{Shape: TEI, Documents: docs, Truncation: &Truncation{Partial: true, Strategy: DoNotTruncate}}},
		{"vLLM: 0 is all, documents come back", "/vllm/v1/rerank", `{"query":"q","documents":["a","b"],"top_n":0,"priority":0,"return_documents":false}`,
			Request{Shape: VLLM, ReturnDocuments: true, Documents: docs}},
		{"infinity", "/infinity/rerank", `{"query":"q","documents":["a","b"],"model":"default/not-specified","raw_scores":false,"return_documents":true,"top_n":1}`,
			Request{Shape: Infinity, ReturnDocuments: true, TopK: 1, Documents: docs}},
		{"infinity at the native path", "/rerank", `{"query":"q","documents":["a","b"],"model":"default/not-specified","raw_scores":false}`, Request{Documents: docs}},
		{"mixedbread", "/v1/reranking", `{"query":"q","input":["a","b"],"top_k":1,"return_input":true}`, Request{Shape: Mixedbread, TopK: 1, ReturnDocuments: true, Documents: docs}},
		{"Jina's at mixedbread's path", "/v1/reranking", `{"query":"q","documents":["a","b"],"top_n":1}`, Request{Shape: CohereV1, TopK: 1, Documents: docs}},
		{"an empty text", "/v1/rerank", `{"query":"q","documents":[{"text":""}]}`, Request{Shape: CohereV1, Documents: []Document{{Text: ""}}}},
		{"vLLM's own length", "/vllm/rerank", `{"query":"q","documents":["a","b"],"truncate_prompt_tokens":-1}`, Request{Shape: VLLM, ReturnDocuments: true, Documents: docs}},
		{"Hebrew", "/jina/v1/rerank", `{"query":"מה","documents":["\u05d0"]}`, Request{Shape: CohereV1, Query: "מה", Documents: []Document{{Text: "א"}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, ok := MountAt(tt.path)
			if !ok {
				t.Fatal("no such path")
			}
			got, shape, err := m.Decode([]byte(tt.body), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if tt.want.Query == "" {
				tt.want.Query = "q"
			}
			if diff := cmp.Diff(&tt.want, got, cmpopts.IgnoreFields(Document{}, "Raw")); diff != "" || shape != tt.want.Shape {
				t.Errorf("shape %s (-want +got)\n%s", shapeNames[shape], diff)
			}
		})
	}
}

func TestMountDecodeErrors(t *testing.T) {
	for _, tt := range []struct {
		name, path, body string
		shape            Shape
		code             Code
		field, says      string
	}{
		{"no JSON", "/v1/rerank", `{`, CohereV1, MalformedJSON, "", ""},
		{"no JSON, of Voyage's", "/v1/rerank", `{"top_k":1,"query":`, Voyage, MalformedJSON, "query", ""},
		{"empty", "/v2/rerank", ``, CohereV2, MalformedJSON, "", ""},
		{"a list", "/v2/rerank", `[]`, CohereV2, WrongType, "", "must be an object"},
		{"no documents", "/v2/rerank", `{"query":"q","documents":[]}`, CohereV2, NoDocuments, "documents", ""},
		{"no texts", "/rerank", `{"query":"q","texts":[]}`, TEI, NoDocuments, "texts", "texts is missing or empty"},
		{"no input", "/v1/reranking", `{"query":"q","input":[]}`, Mixedbread, NoDocuments, "input", ""},
		{"no query", "/v1/rerank", `{"documents":["a"]}`, CohereV1, EmptyQuery, "query", ""},
		{"negative", "/v1/rerank", `{"query":"q","documents":["a"],"top_n":-1}`, CohereV1, OutOfRange, "top_n", ""},
		{"zero", "/v1/rerank", `{"query":"q","documents":["a"],"top_n":0}`, CohereV1, OutOfRange, "top_n", ""},
		{"text for a number", "/v1/rerank", `{"query":"q","documents":["a"],"top_n":"3"}`, CohereV1, WrongType, "top_n", ""},
		{"no boolean", "/v1/rerank", `{"query":"q","documents":["a"],"return_documents":"maybe"}`, CohereV1, WrongType, "return_documents", ""},
		{"a number for a document", "/v1/rerank", `{"query":"q","documents":["a",7]}`, CohereV1, WrongType, "documents[1]", "a string or an object"},
		{"a number for a text", "/rerank", `{"query":"q","texts":["a",7]}`, TEI, WrongType, "texts[1]", "texts[1] must be"},
		{"a number for an input", "/v1/reranking", `{"query":"q","input":["a","b",7]}`, Mixedbread, WrongType, "input[2]", "input[2] must be"},
		{"an object without text", "/v1/rerank", `{"query":"q","documents":["a",{"title":"t"}]}`, CohereV1, MissingField, "documents[1].text", "has no text"},
		{"without any of the fields", "/v1/rerank", `{"query":"q","documents":[{"text":"t"}],"rank_fields":["title","body"]}`, CohereV1, MissingField, "documents[0].title", "has no title, body"},
		{"priority", "/vllm/v1/rerank", `{"query":"q","documents":["a"],"priority":5}`, VLLM, OutOfRange, "priority", "priority is not served"},
		{"priority past the last", "/v2/rerank", `{"query":"q","documents":["a"],"priority":1000}`, CohereV2, OutOfRange, "priority", "from 0 to 999"},
		{"relevant spans", "/v2/rerank", `{"query":"q","documents":["a"],"relevant_spans":{"mode":"x"}}`, CohereV2, UnknownField, "relevant_spans", "not served"},
		{"direction", "/tei/rerank", `{"query":"q","texts":["a"],"truncation_direction":"up"}`, TEI, UnknownTruncation, "truncation_direction", "left nor right"},
		{"too many", "/vllm/rerank", `{"query":"q","documents":["a","a","a","a"]}`, VLLM, TooManyDocuments, "documents", "more than 3"},
		{"too deep", "/v1/rerank", `{"query":"q","documents":["a"],"x":[[[[[[[[1]]]]]]]]}`, CohereV1, TooDeep, "", "more than 7 levels"},
		{"too deep in a document", "/v1/rerank", `{"query":"q","documents":[{"text":"a","x":[[[[[[1]]]]]]}]}`, CohereV1, TooDeep, "", "more than 7 levels"},
		{"too many fields", "/v1/rerank", `{"query":"q","documents":[{"a":"b"}],"rank_fields":["` + strings.Join(strings.Split(strings.Repeat("a", 33), ""), `","`) + `"]}`, CohereV1, ConflictingFields, "rank_fields[1]", "again"},
		{"more fields than are served", "/v1/rerank", `{"query":"q","documents":[{"a":"b"}],"rank_fields":["a1","a2","a3","a4","a5","a6","a7","a8","a9","b1","b2","b3","b4","b5","b6","b7","b8","b9","c1","c2","c3","c4","c5","c6","c7","c8","c9","d1","d2","d3","d4","d5","d6"]}`, CohereV1, TooLong, "rank_fields[32]", "more than 32"},
		{"a text that is null", "/v1/rerank", `{"query":"q","documents":[{"text":null}]}`, CohereV1, MissingField, "documents[0].text", ""},
		{"truncated prompts", "/vllm/rerank", `{"query":"q","documents":["a"],"truncate_prompt_tokens":9}`, VLLM, OutOfRange, "truncate_prompt_tokens", "not served"},
		{"twice", "/v1/rerank", `{"query":"q","documents":["a"],"query":"r"}`, CohereV1, DuplicateField, "query", ""},
		{"no UTF-8", "/v1/rerank", "{\"query\":\"\xff\",\"documents\":[\"a\"]}", CohereV1, InvalidUTF8, "query", ""},
		{"strict where it is native", "/rerank", `{"query":"q","documents":["a"],"score_threshold":1}`, Native, UnknownField, "score_threshold", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, _ := MountAt(tt.path)
			_, shape, err := m.Decode([]byte(tt.body), Limits{Documents: 3, Depth: 7})
			e, ok := err.(*Error)
			if !ok || e.Code != tt.code || tt.field != "" && e.Field != tt.field || shape != tt.shape || !strings.Contains(e.Message, tt.says) {
				t.Errorf("shape %s, error %+v", shapeNames[shape], err)
			}
		})
	}
}

// TestForeignFields: an error of what came after decoding names the list as the
// caller did.
func TestForeignFields(t *testing.T) {
	for _, tt := range []struct {
		shape       Shape
		field, want string
	}{
		{Native, "documents", "documents"}, {Native, "documents[3].text", "documents[3].text"}, {Chunks, "documents", "chunks"},
		{Mixedbread, "documents", "input"}, {Mixedbread, "documents[3]", "input[3]"}, {CohereV2, "documents", "documents"},
		{Mixedbread, "query", "query"}, {Mixedbread, "documents_of_others", "documents_of_others"}, {VLLM, "", ""},
	} {
		e := &Error{Code: TooLong, Message: "m", Field: tt.field}
		body := string(AppendErrorIn(nil, tt.shape, e))
		if tt.want != "" && !strings.Contains(body, `"`+tt.want+`"`) || e.Field != tt.field {
			t.Errorf("%s in %s: %s", tt.field, shapeNames[tt.shape], body)
		}
	}
	batch := AppendBatch(nil, []BatchAnswer{{Form: Form{Shape: Chunks}, Err: &Error{Code: TooLong, Field: "documents"}}})
	if !strings.Contains(string(batch), `"field":"chunks"`) {
		t.Errorf("batch %s", batch)
	}
}

// TestTooLongText names what the caller sent: a string of another service's list
// has no key text.
func TestTooLongText(t *testing.T) {
	long := strings.Repeat("a", 20)
	for _, tt := range []struct{ path, body, field string }{
		{"/rerank", `{"query":"q","documents":["a","` + long + `"]}`, "documents[1].text"}, // which it is short for
		{"/v2/rerank", `{"query":"q","documents":["a","` + long + `"]}`, "documents[1]"},
		{"/rerank", `{"query":"q","documents":["a",{"text":"` + long + `"}]}`, "documents[1].text"},
		{"/rerank", `{"query":"q","texts":["a","` + long + `"]}`, "texts[1]"},
		{"/v1/reranking", `{"query":"q","input":["` + long + `"]}`, "input[0]"},
		{"/v1/rerank", `{"query":"q","documents":[{"text":"` + long + `"}]}`, "documents[0].text"},
	} {
		m, _ := MountAt(tt.path)
		_, _, err := m.Decode([]byte(tt.body), Limits{TextBytes: 10})
		if e, ok := err.(*Error); !ok || e.Field != tt.field || !strings.HasPrefix(e.Message, tt.field+" ") {
			t.Errorf("%s: error %+v", tt.body, err)
		}
	}
}

// TestDocumentsComeBack as they were spelled, in every shape that returns them.
func TestDocumentsComeBack(t *testing.T) {
	const spelled = `"\u05d0 \"a\" \/ ` + "\u007f" + `"`
	for shape, v := range services {
		d := &Document{Raw: jsontext.Value(spelled)}
		d.Text = string(unquote(d.Raw))
		body := string(AppendAnswer(nil, Form{Shape: shape, ReturnDocuments: true}, &Response{Results: []Result{{Document: d}}}))
		if !strings.Contains(body, spelled) != (shape == CohereV2) || !jsontext.Value(body).IsValid() {
			t.Errorf("%s (%s): %s", shapeNames[shape], v.list, body)
		}
	}
}

// TestRawScore: logits of probabilities are finite, in the same order, and their
// sigmoid is the probability.
func TestRawScore(t *testing.T) {
	last := math.Inf(-1)
	for _, p := range []float64{0, 1e-300, 1e-9, 0.1, 0.25, 0.5, 0.75, 0.999999, 1 - 1e-16, 1} {
		raw := rawScore(p)
		if math.IsInf(raw, 0) || math.IsNaN(raw) || raw < last || math.Abs(1/(1+math.Exp(-raw))-p) > 1e-12 {
			t.Errorf("%v after %v for %v", raw, last, p)
		}
		last = raw
	}
}

func TestAliases(t *testing.T) {
	a, err := ParseAliases([]string{"rerank-v3.5=mine", "old = default"})
	if err != nil {
		t.Fatal(err)
	}
	any, err := ParseAliases([]string{"*=default", "x=mine"})
	if err != nil {
		t.Fatal(err)
	}
	isModel := func(name string) bool { return name == "mine" }
	for _, tt := range []struct {
		aliases    Aliases
		name, want string
	}{
		{nil, "x", "x"}, {nil, "", ""}, {a, "rerank-v3.5", "mine"}, {a, "old", ""}, {a, "mine", "mine"}, {a, "other", "other"}, {a, "", ""},
		{any, "other", ""}, {any, "mine", "mine"}, {any, "x", "mine"},
	} {
		if got := tt.aliases.Resolve(tt.name, isModel); got != tt.want {
			t.Errorf("%v: %q is %q, want %q", tt.aliases, tt.name, got, tt.want)
		}
	}
	for _, wrong := range [][]string{{"a"}, {"=b"}, {"a="}, {""}, {"a=b", "a=c"}} {
		if _, err := ParseAliases(wrong); err == nil || !strings.HasPrefix(err.Error(), "alias ") {
			t.Errorf("%q: error %v", wrong, err)
		}
	}
}

// FuzzMount: no body makes a service's decoder panic, what it accepts is valid,
// bounded, and means the same when it is written natively, and a body is read as in the
// shape that all its keys say.
func FuzzMount(f *testing.F) {
	for i := range mounts {
		for _, seed := range []string{
			``, `{"query":"q","documents":["a","b"],"top_n":1}`, `{"query":"q","texts":["a"],"truncate":false}`, `{"query":"q","input":["א"],"top_k":2}`,
			`{"query":"q","documents":[{"t":"a","x":[1,{"t":2}]}],"rank_fields":["t"],"top_k":null}`, `{"documents":[{}],"query":"q"}`,
			`{"query":"q","documents":["a"],"max_chunks_per_doc":3,"max_tokens_per_doc":2,"return_documents":"True"}`, `{"query":"q","documents":[ {"text":"a"} , "b"]}`,
			`{"query":"q","documents":["a"],"top_k":1,"truncation":true}`, `{"query":"q","documents":["a"],"input":["b"]}`, `{"raw_scores":true,"return_text":true,"texts":["a"],"query":"q"}`,
		} {
			f.Add(i, []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, i int, body []byte) {
		m := mounts[uint(i)%uint(len(mounts))]
		r, shape, err := m.Decode(body, small)
		told, toldErr := m.decode(m.shapeOf(body, small), body, small)
		if diff := cmp.Diff(told, r); diff != "" || fmt.Sprint(err) != fmt.Sprint(toldErr) {
			t.Fatalf("%v, but by its keys %v (-keys +read)\n%s", err, toldErr, diff)
		}
		if err != nil {
			checkError(t, err)
			if !jsontext.Value(AppendErrorIn(nil, shape, err.(*Error))).IsValid() {
				t.Fatalf("the error is no JSON: %v", err)
			}
			return
		}
		if err := r.Validate(small); err != nil {
			t.Fatalf("accepted, then invalid: %v", err)
		}
		for d := range r.Documents {
			if !r.Documents[d].Raw.IsValid() {
				t.Fatalf("raw document %q is no JSON", r.Documents[d].Raw)
			}
		}
		native := *r
		native.Shape = Native
		again := roundTrip(t, &native)
		if diff := cmp.Diff(&native, again, cmpopts.IgnoreFields(Document{}, "Raw")); diff != "" && r.Shape != Chunks {
			t.Fatalf("means another natively (-first +second)\n%s", diff)
		}
	})
}

// BenchmarkMount decodes 100 documents of 600 bytes and writes their answer, in
// the native shape and in each service's.
func BenchmarkMount(b *testing.B) {
	text := strings.Repeat("The encoder reads one passage. ", 20)[:600]
	r := &Response{Model: "m", Scorer: "h1", Language: "en"}
	for i := range 100 {
		r.Results = append(r.Results, Result{Index: i, Rank: i + 1, RelevanceScore: 0.5, ScoredBy: "heuristic", HeuristicScore: 0.5})
	}
	for _, m := range mounts {
		list := fmt.Sprintf("%q", text)
		body := []byte(fmt.Sprintf(`{"query":"how does it read","%s":[%s]}`, m.Shape.list(), strings.Repeat(list+",", 99)+list))
		b.Run(strings.TrimPrefix(m.Path, "/"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				req, _, err := m.Decode(body, Limits{})
				if err != nil {
					b.Fatal(err)
				}
				AppendAnswer(nil, req.Form(), r)
			}
		})
	}
}
