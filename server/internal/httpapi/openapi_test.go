//go:build !race

package httpapi

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	"github.com/pb33f/libopenapi/datamodel/high/base"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"

	"github.com/splitrank/splitrank/shared/api"
)

// described is the document, and what checks exchanges against it.
type described struct {
	model    *v3.Document
	exchange validator.Validator
	schema   schema_validation.SchemaValidator
}

// document is read once: all tests of the package check their exchanges.
var document = sync.OnceValues(func() (*described, error) {
	text, err := documentation.ReadFile("openapi.json")
	if err != nil {
		return nil, err
	}
	parsed, err := libopenapi.NewDocument(text)
	if err != nil {
		return nil, err
	}
	model, err := parsed.BuildV3Model()
	if err != nil {
		return nil, err
	}
	return &described{&model.Model, validator.NewValidatorFromV3Model(&model.Model), schema_validation.NewSchemaValidator()}, nil
})

func openDocument(t *testing.T) *described {
	t.Helper()
	d, err := document()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDocumentIsOpenAPI: it is valid by the schema of OpenAPI 3.1 itself.
func TestDocumentIsOpenAPI(t *testing.T) {
	text, err := documentation.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := libopenapi.NewDocument(text)
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(parsed)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if ok, faults := v.ValidateDocument(); !ok || parsed.GetVersion() != "3.1.0" {
		t.Errorf("version %s\n%s", parsed.GetVersion(), told(faults))
	}
}

// told are the reasons of a validator.
func told(faults []*errors.ValidationError) string {
	var b strings.Builder
	for _, f := range faults {
		b.WriteString(f.Message + ": " + f.Reason + "\n")
		for _, s := range f.SchemaValidationErrors {
			b.WriteString("  " + s.FieldPath + " " + s.Reason + "\n")
		}
	}
	return b.String()
}

// TestDocumentHasTheRoutes, all of them and no others. HEAD goes with GET.
func TestDocumentHasTheRoutes(t *testing.T) {
	var served, documented []string
	routes := newServer(t, nil).routes(docsAssets(t)).(chi.Routes)
	if err := chi.Walk(routes, func(method, path string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if method != http.MethodHead && !strings.HasPrefix(path, "/docs/") { // what /docs loads
			served = append(served, method+" "+path)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for path, item := range openDocument(t).model.Paths.PathItems.FromOldest() {
		for method := range item.GetOperations().FromOldest() {
			documented = append(documented, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(served)
	slices.Sort(documented)
	if diff := cmp.Diff(served, documented); diff != "" {
		t.Errorf("the document differs (-served +documented):\n%s", diff)
	}
}

func docsAssets(t *testing.T) []asset {
	t.Helper()
	assets, err := readDocumentation()
	if err != nil {
		t.Fatal(err)
	}
	return assets
}

// TestDocumentHasTheLimits of shared/api as defaults, in the order and with the
// names of the answer of /info.
func TestDocumentHasTheLimits(t *testing.T) {
	var info struct {
		Limits map[string]int `json:"limits"`
	}
	if err := json.Unmarshal(api.AppendInfo(nil, api.Info{}), &info); err != nil {
		t.Fatal(err)
	}
	documented := map[string]int{}
	for name, property := range schemaOf(t, "Limits").Properties.FromOldest() {
		var limit int
		if property.Schema().Default == nil || property.Schema().Default.Decode(&limit) != nil {
			t.Fatalf("limits.%s has no default", name)
		}
		documented[name] = limit
	}
	if diff := cmp.Diff(info.Limits, documented); diff != "" {
		t.Errorf("limits differ (-served +documented):\n%s", diff)
	}
	for where, got := range map[string]*float64{
		"top_k":         schemaOf(t, "RerankRequest").Properties.GetOrZero("top_k").Schema().Maximum,
		"windows.count": schemaOf(t, "Windows").Properties.GetOrZero("count").Schema().Maximum,
	} {
		if want := map[string]float64{"top_k": api.MaxNumber, "windows.count": api.MaxWindows}[where]; got == nil || *got != want {
			t.Errorf("%s: maximum %v, want %v", where, got, want)
		}
	}
}

func schemaOf(t *testing.T, name string) *base.Schema {
	t.Helper()
	s, ok := openDocument(t).model.Components.Schemas.Get(name)
	if !ok {
		t.Fatalf("the document has no schema %s", name)
	}
	return s.Schema()
}

// TestDocumentHasTheCodes of shared/api, each with its status.
func TestDocumentHasTheCodes(t *testing.T) {
	documented := map[api.Code]int{}
	for name, response := range openDocument(t).model.Components.Responses.FromOldest() {
		if strings.HasSuffix(name, "OrTEI") { // the same once more
			continue
		}
		for _, one := range schemaOf(t, name+"Code").OneOf {
			code := api.Code(one.Schema().Const.Value)
			documented[code] = statusOfResponse(t, response, code)
		}
	}
	want := map[api.Code]int{}
	for _, code := range declaredCodes(t) {
		want[code] = code.Status()
	}
	if diff := cmp.Diff(want, documented); diff != "" {
		t.Errorf("codes differ (-declared +documented):\n%s", diff)
	}
}

// statusOfResponse is the only one that operations use a response for; of one
// that none uses it is what the schema of its codes says.
func statusOfResponse(t *testing.T, response *v3.Response, code api.Code) int {
	t.Helper()
	d := openDocument(t)
	found := map[string]bool{}
	for _, item := range d.model.Paths.PathItems.FromOldest() {
		for _, operation := range item.GetOperations().FromOldest() {
			for status, r := range operation.Responses.Codes.FromOldest() {
				if r.Description == response.Description {
					found[status] = true
				}
			}
		}
	}
	if len(found) == 0 {
		return code.Status() // 405 belongs to no operation
	}
	if len(found) > 1 {
		t.Errorf("%s has the statuses %v", code, slices.Collect(maps.Keys(found)))
	}
	status, err := strconv.Atoi(slices.Collect(maps.Keys(found))[0])
	if err != nil {
		t.Error(err)
	}
	return status
}

// declaredCodes are the constants of type Code in shared/api.
func declaredCodes(t *testing.T) (codes []api.Code) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../../shared/api/error.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := v.Type.(*ast.Ident); ok && kind.Name == "Code" {
			text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, api.Code(text))
		}
		return true
	})
	if len(codes) < 30 {
		t.Fatalf("only %d codes are declared", len(codes))
	}
	return codes
}

// TestDocumentExamples are valid by the schemas beside them.
func TestDocumentExamples(t *testing.T) {
	d, checked := openDocument(t), 0
	check := func(where string, media *v3.MediaType) {
		for name, example := range media.Examples.FromOldest() {
			var value any
			if err := example.Value.Decode(&value); err != nil {
				t.Fatal(err)
			}
			if ok, faults := d.schema.ValidateSchemaObject(media.Schema.Schema(), value); !ok {
				t.Errorf("%s, example %s: %s", where, name, told(faults))
			}
			checked++
		}
	}
	for path, item := range d.model.Paths.PathItems.FromOldest() {
		for method, operation := range item.GetOperations().FromOldest() {
			if operation.RequestBody != nil {
				check(method+" "+path, operation.RequestBody.Content.GetOrZero("application/json"))
			}
			for status, response := range operation.Responses.Codes.FromOldest() {
				for _, media := range response.Content.FromOldest() {
					check(method+" "+path+" "+status, media)
				}
			}
		}
	}
	if checked < 40 {
		t.Errorf("only %d examples", checked)
	}
}

// conforms checks an exchange against the document: an answer always, a request
// where it was answered, or where it was refused for what a schema can say.
func conforms(t *testing.T, method, path, body string, w *httptest.ResponseRecorder) {
	t.Helper()
	d := openDocument(t)
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	item, ok := d.model.Paths.PathItems.Get(path)
	if !ok || item.GetOperations().GetOrZero(strings.ToLower(method)) == nil {
		d.isError(t, w)
		return
	}
	answer := w.Result()
	answer.Body = http.NoBody
	if method != http.MethodHead {
		answer.Body = io.NopCloser(bytes.NewReader(w.Body.Bytes()))
	}
	if ok, faults := d.exchange.ValidateHttpResponse(request, answer); !ok {
		t.Errorf("%s %s: the answer of status %d is not as documented: %s\n%s", method, path, w.Code, told(faults), w.Body)
	}
	if method == http.MethodPost {
		d.request(t, request, w)
	}
}

// isError checks what comes from paths and methods that there are not.
func (d *described) isError(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	for _, name := range []string{"NotFound", "MethodNotAllowed"} {
		if ok, _ := d.schema.ValidateSchemaBytes(schemaOf(t, name+"Error"), w.Body.Bytes()); ok {
			return
		}
	}
	t.Errorf("status %d: %s", w.Code, w.Body)
}

// schematic codes refuse what a schema can refuse, too.
var schematic = []api.Code{api.UnknownField, api.WrongType, api.EmptyQuery, api.NoDocuments, api.NoRequests, api.MissingField, api.EmptyID, api.UnknownPipeline}

func (d *described) request(t *testing.T, r *http.Request, w *httptest.ResponseRecorder) {
	t.Helper()
	var fault struct {
		Error struct {
			Code api.Code `json:"code"`
		} `json:"error"`
	}
	_ = json.Unmarshal(w.Body.Bytes(), &fault) // an array is no error
	refused := slices.Contains(schematic, fault.Error.Code)
	if w.Code != http.StatusOK && !refused || bytes.Contains(w.Body.Bytes(), []byte(`{"error":`)) && w.Code == http.StatusOK {
		return // refused for other reasons, or a batch with a request that was
	}
	if ok, faults := d.exchange.GetRequestBodyValidator().ValidateRequestBody(r); ok == refused {
		t.Errorf("%s: the request is answered with %d, but valid by the document: %v\n%s", r.URL.Path, w.Code, ok, told(faults))
	}
}

// TestDocumentedExchanges, beside those of the goldens and refusals.
func TestDocumentedExchanges(t *testing.T) {
	const options = `{"query":"q","documents":["a",{"id":1,"text":"b","rank":2,"score":0.5,"more":{}}],"top_k":null,"top_n":1,"pipeline":"heuristic",
		"first_stage":"hidden","budget":{"documents":3,"tokens":null,"deadline_ms":50},"diversity":0.5,"language":"auto","cache":false,"client_id":"visitor-7","explain":true,
		"return_documents":true,"strict":false,"model":"","truncation":{"strategy":"only_second","max_query_tokens":9,"windows":{"size":64,"stride":0,"count":4,"score":"mean2"}}}`
	s := newServer(t, func(c *Config) { c.Info = testInfo })
	for _, tt := range []struct{ name, method, path, body string }{
		{"every option", "POST", "/rerank", options},
		{"every option as null", "POST", "/rerank", `{"query":"q","documents":["a"],"top_k":null,"pipeline":null,"first_stage":null,"budget":null,"diversity":null,"language":null,"cache":null,"client_id":null,"explain":null,"return_documents":null,"strict":null,"model":null,"truncation":null,"first_model":null,"llm":null}`},
		{"options of the llm", "POST", "/rerank", `{"query":"q","documents":["a"],"pipeline":"llm","explain":true,"llm":{"top_n":20,"mode":"isolation","shuffles":null,"when":"unsure","verify":true,"bounded":true}}`},
		{"chunks", "POST", "/rerank", `{"query":"q","chunks":[{"id":1,"text":""}],"explain":false,"strict":null}`},
		{"batch", "POST", "/rerank/batch", `{"requests":[` + chunks + `,` + english + `]}`},
		{"unknown field of the budget", "POST", "/rerank", `{"query":"q","documents":["a"],"budget":{"pairs":1}}`},
		{"unknown field of chunks", "POST", "/rerank", `{"query":"q","chunks":[{"id":"a","text":"a"}],"k":1}`},
		{"chunk without id", "POST", "/rerank", `{"query":"q","chunks":[{"text":"a"}]}`},
		{"empty id", "POST", "/rerank", `{"query":"q","documents":[{"id":"","text":"a"}]}`},
		{"unknown pipeline", "POST", "/rerank", `{"query":"q","documents":["a"],"pipeline":"magic"}`},
		{"models", "GET", "/v1/models", ""},
		{"info", "GET", "/info", ""},
		{"version", "GET", "/version", ""},
		{"health", "GET", "/healthz", ""},
		{"readiness", "GET", "/readyz", ""},
		{"ping", "GET", "/ping", ""},
		{"metrics", "GET", "/metrics", ""},
		{"document", "GET", "/openapi.json", ""},
		{"page", "GET", "/docs", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conforms(t, tt.method, tt.path, tt.body, do(s, tt.method, tt.path, tt.body, "Content-Type", "application/json"))
		})
	}
}

// TestDocumentedRequests: the examples of the document are answered, and what is
// wrong is refused, as it says, on every path that takes requests.
func TestDocumentedRequests(t *testing.T) {
	s := newDocumentsServer(t, newNotes(), takesEvents)
	for path, item := range openDocument(t).model.Paths.PathItems.FromOldest() {
		if item.Post == nil {
			continue
		}
		for name, example := range item.Post.RequestBody.Content.GetOrZero("application/json").Examples.FromOldest() {
			var value any
			if err := example.Value.Decode(&value); err != nil {
				t.Fatal(err)
			}
			body, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			w := post(s, path, string(body))
			if conforms(t, "POST", path, string(body), w); w.Code != 200 && w.Code != 202 {
				t.Errorf("%s, example %s: status %d: %s", path, name, w.Code, w.Body)
			}
		}
		refusedAt(t, path)
	}
}

// TestDocumentedShapes: what clients of other services send is valid by the
// document, and so are the answers.
func TestDocumentedShapes(t *testing.T) {
	const texts = `"query":"q","documents":["a","bb",{"text":"c","more":1}]`
	s := newServer(t, nil)
	for _, tt := range []struct{ path, body string }{
		{"/rerank", `{"query":"q","texts":["a","bb"],"raw_scores":true,"truncate":null,"truncation_direction":"Right","return_text":true,"top_n":1}`},
		{"/rerank", `{` + texts + `,"return_documents":true,"raw_scores":false,"model":"default/not-specified"}`},
		{"/v1/rerank", `{` + texts + `,"top_n":null,"return_documents":"true","max_chunks_per_doc":null,"score_threshold":0.8}`},
		{"/v1/rerank", `{` + texts + `,"top_k":null,"truncation":true,"return_documents":true}`},
		{"/v1/rerank", `{"query":"q","documents":[{"title":"a","body":"b"},{"title":"c"}],"rank_fields":["title","body"],"return_documents":true}`},
		{"/v2/rerank", `{` + texts + `,"top_n":50,"max_tokens_per_doc":4096,"return_documents":true,"priority":0}`},
		{"/v1/reranking", `{"query":"q","input":["a",{"title":"b"}],"rank_fields":["title"],"top_k":null,"return_input":true}`},
		{"/v1/reranking", `{` + texts + `,"return_documents":true}`},
		{"/jina/v1/rerank", `{` + texts + `,"top_n":2,"return_documents":true}`},
		{"/voyage/v1/rerank", `{"query":"q","documents":["a","bb"],"return_documents":true}`},
		{"/tei/rerank", `{"query":"q","texts":["a","bb"],"raw_scores":false,"truncation_direction":"left"}`},
		{"/vllm/v1/rerank", `{` + texts + `,"top_n":0,"truncate_prompt_tokens":-1}`},
		{"/infinity/rerank", `{` + texts + `,"return_documents":true,"raw_scores":true,"model":"default/not-specified"}`},
		{"/mixedbread/v1/reranking", `{"query":"q","input":["a","bb"],"return_input":false}`},
	} {
		w := post(s, tt.path, tt.body)
		if conforms(t, "POST", tt.path, tt.body, w); w.Code != 200 {
			t.Errorf("%s %s: status %d: %s", tt.path, tt.body, w.Code, w.Body)
		}
	}
}

// refusedAt a path: before its body is read, and for its body.
func refusedAt(t *testing.T, path string) {
	t.Helper()
	open, guarded := newServer(t, takesEvents), newServer(t, func(c *Config) { c.APIKeys = []string{"key"} })
	small := newServer(t, func(c *Config) { takesEvents(c); c.Limits.BodyBytes = 3 })
	for _, tt := range []struct {
		name     string
		w        *httptest.ResponseRecorder
		statuses []int
	}{
		{"no key", post(guarded, path, `{}`), []int{401}},
		{"not JSON by its type", do(open, "POST", path, `{}`, "Content-Type", "text/plain"), []int{415}},
		{"too long", post(small, path, `{"query":"q"}`), []int{413}},
		{"cut off", post(open, path, `{`), []int{400}},
		{"nothing asked", post(open, path, `{}`), []int{400, 422}},
		{"no documents", post(open, path, `{"query":"q","documents":[],"texts":[],"input":[]}`), []int{400, 422}},
	} {
		conforms(t, "POST", path, "", tt.w)
		if !slices.Contains(tt.statuses, tt.w.Code) {
			t.Errorf("%s, %s: status %d: %s", path, tt.name, tt.w.Code, tt.w.Body)
		}
	}
}

// TestConformsFails: the check of exchanges is one that can fail.
func TestConformsFails(t *testing.T) {
	d := openDocument(t)
	for _, tt := range []struct {
		name, path, body string
		status           int
	}{
		{"a key that is not documented", "/version", `{"version":"1","scorer":"h2","more":1}`, 200},
		{"a key is missing", "/version", `{"version":"1"}`, 200},
		{"a status that is not documented", "/version", `{}`, 418},
		{"a code of another status", "/version", `{"error":{"code":"too_deep","message":"m"}}`, 401},
		{"an unknown code", "/version", `{"error":{"code":"made_up","message":"m"}}`, 401},
	} {
		w := httptest.NewRecorder()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(tt.status)
		_, _ = w.WriteString(tt.body)
		if ok, _ := d.exchange.ValidateHttpResponse(httptest.NewRequest("GET", tt.path, nil), w.Result()); ok {
			t.Errorf("%s: it passes", tt.name)
		}
	}
}
