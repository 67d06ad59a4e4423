package api

// Shape of a body on the wire, and so of its answer and of its errors.
type Shape uint8

// The shapes. All but the first two are those of other services: see services.
const (
	// Native has "documents" and is answered with an object.
	Native Shape = iota
	// Chunks has "chunks" and is answered with a bare array of
	// {"chunk_id", "rerank_score"}.
	Chunks
	// CohereV1 is Cohere's first version. Jina's, vLLM's and Xinference's clients
	// read the same answer.
	CohereV1
	// CohereV2 is Cohere's second version.
	CohereV2
	// Voyage is Voyage AI's.
	Voyage
	// TEI is text-embeddings-inference's: "texts", answered with a bare array.
	TEI
	// VLLM is vLLM's, which always returns documents.
	VLLM
	// Infinity is that of michaelfeil/infinity.
	Infinity
	// Mixedbread is mixedbread's: "input", answered with "data".
	Mixedbread
)

// list is the key of the documents in a body of shape s.
func (s Shape) list() string {
	if v, ok := services[s]; ok {
		return v.list
	}
	if s == Chunks {
		return "chunks"
	}
	return "documents"
}

// service is another re-ranking service whose shape is served: what a request of
// its may say, and how its answers and errors are spelled. What a request says
// beyond that is ignored, as the service itself does.
// See RATIONALE: why-other-services-are-tables.
type service struct {
	// list is the key of the documents.
	list string
	// fields of a request, by name.
	fields map[string]field
	// returns says that documents come back without being asked for.
	returns bool
	// answer writes a response, and calls each after every result.
	answer func(w *writer, f Form, r *Response, each between) error
	// fault writes an error with its status.
	fault func(w *writer, e *Error, status int)
	// statuses are those of codes that differ from Code.Status.
	statuses map[Code]int
	// badModel says that an unknown model is a bad request, not a missing one.
	badModel bool
}

// services by their shape.
var services = map[Shape]service{
	CohereV1: {
		list: "documents", answer: (*writer).cohere, fault: (*writer).messageFault, statuses: badRequests,
		fields: map[string]field{
			"model": fieldModel, "query": fieldQuery, "documents": fieldDocuments, "top_n": fieldTop,
			"return_documents": fieldReturnDocuments, "rank_fields": fieldRankFields, "max_chunks_per_doc": fieldChunks,
			"max_tokens_per_doc": fieldDocumentTokens, "priority": fieldPriorityHint,
		},
	},
	CohereV2: {
		list: "documents", answer: (*writer).cohere, fault: (*writer).messageFault, statuses: badRequests,
		fields: map[string]field{
			"model": fieldModel, "query": fieldQuery, "documents": fieldDocuments, "top_n": fieldTop,
			"max_tokens_per_doc": fieldDocumentTokens, "priority": fieldPriorityHint, "relevant_spans": fieldRelevantSpans,
		},
	},
	Voyage: {
		list: "documents", answer: (*writer).voyage, fault: (*writer).detailFault, statuses: badRequests, badModel: true,
		fields: map[string]field{
			"model": fieldModel, "query": fieldQuery, "documents": fieldDocuments, "top_k": fieldTop,
			"return_documents": fieldReturnDocuments, "truncation": fieldTruncate,
		},
	},
	TEI: {
		list: "texts", answer: (*writer).tei, fault: (*writer).teiFault, statuses: badRequests,
		fields: map[string]field{
			"query": fieldQuery, "texts": fieldDocuments, "raw_scores": fieldRawScores, "return_text": fieldReturnDocuments,
			"truncate": fieldTruncate, "truncation_direction": fieldDirection,
		},
	},
	VLLM: {
		list: "documents", answer: (*writer).vllm, fault: (*writer).typedFault, statuses: badRequests, returns: true,
		fields: map[string]field{
			"model": fieldModel, "query": fieldQuery, "documents": fieldDocuments, "top_n": fieldTopOrAll, "priority": fieldPriority,
			"truncate_prompt_tokens": fieldPromptTokens,
		},
	},
	Infinity: {
		list: "documents", answer: (*writer).infinity, fault: (*writer).codeFault,
		fields: map[string]field{
			"model": fieldModel, "query": fieldQuery, "documents": fieldDocuments, "top_n": fieldTop,
			"return_documents": fieldReturnDocuments, "raw_scores": fieldRawScores,
		},
	},
	Mixedbread: {
		list: "input", answer: (*writer).mixedbread, fault: (*writer).messageFault, statuses: badRequests,
		fields: map[string]field{
			"model": fieldModel, "query": fieldQuery, "input": fieldDocuments, "top_k": fieldTop, "return_input": fieldReturnDocuments,
			"rank_fields": fieldRankFields,
		},
	},
}

// Where the services answer 400, this API has finer statuses.
var badRequests = map[Code]int{
	EmptyQuery: 400, NoDocuments: 400, MissingField: 400, EmptyID: 400, DuplicateID: 400, NotFinite: 400, OutOfRange: 400,
	UnknownPipeline: 400, UnknownFirstStage: 400, UnknownLanguage: 400, UnknownTruncation: 400,
}

// Status of e in shape s.
func (s Shape) Status(e *Error) int {
	v := services[s]
	if status, ok := v.statuses[e.Code]; ok {
		return status
	}
	if v.badModel && e.Code == UnknownModel {
		return 400
	}
	return e.Status()
}
