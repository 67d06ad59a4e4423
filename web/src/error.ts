/**
 * What went wrong, as a word that does not change. Where a server answered
 * with an error it is the server's own word, see `ServerCode`; the others come
 * from this package.
 */
export type ErrorCode =
  | ServerCode
  /** The frame between JavaScript and Go: a bug of this package. */
  | "malformed_frame"
  | "too_large"
  /** The Wasm file or the worker could not be fetched, compiled or started. */
  | "wasm_unavailable"
  /** The Wasm file does not speak this package's frame: two versions were mixed. */
  | "wasm_mismatch"
  /** Go ended during this call. The next call runs in a new instance. */
  | "instance_died"
  /** The `Local` was closed. */
  | "closed"
  /** No connection to the server, or one that broke. */
  | "unreachable"
  /** The server did not answer within `timeout`. */
  | "timeout"
  /** What answered is not a splitrank server, or something on the way to it. */
  | "bad_answer";

/** ServerCode is a code of HTTP errors; `wrong_type`, `unknown_field` and the like are thrown by this package too. */
export type ServerCode =
  | "malformed_url" | "malformed_json" | "invalid_utf8" | "duplicate_field" | "unknown_field" | "reserved_field" | "wrong_type" | "conflicting_fields"
  | "unauthorized"
  | "not_found" | "unknown_model"
  | "method_not_allowed"
  | "request_timeout"
  | "body_too_large" | "too_many_documents" | "documents_too_large" | "too_long" | "too_deep" | "batch_too_large"
  | "unsupported_media_type"
  | "empty_query" | "no_documents" | "no_requests" | "missing_field" | "empty_id" | "duplicate_id" | "not_finite" | "out_of_range"
  | "unknown_pipeline" | "unknown_first_stage" | "unknown_language" | "unknown_truncation" | "keeps_nothing"
  | "overloaded"
  | "internal"
  | "origin_failed"
  | "no_model" | "shutting_down"
  | "deadline_exceeded";

/** What a server adds to an error. */
export interface ErrorDetails extends ErrorOptions {
  readonly status?: number | undefined;
  readonly retryAfter?: number | undefined;
}

/**
 * SplitrankError is the only kind of error that this package makes. A call that
 * is aborted rejects with the reason of its signal instead, as fetch does.
 */
export class SplitrankError extends Error {
  override readonly name = "SplitrankError";
  readonly code: ErrorCode;
  /** The field that is to blame, as in `documents[3].rank`; "" if none is. */
  readonly field: string;
  /** The message without the field. */
  readonly detail: string;
  /** HTTP status, where a server answered with one. */
  readonly status: number | undefined;
  /** Seconds after which the server will be worth another try, where it said so. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, field: string, message: string, details: ErrorDetails = {}) {
    super(field === "" ? message : `${field}: ${message}`, details);
    this.code = code;
    this.field = field;
    this.detail = message;
    this.status = details.status;
    this.retryAfter = details.retryAfter;
  }
}

const away: readonly ErrorCode[] = [
  "unreachable", "timeout", "bad_answer", "request_timeout", "unauthorized", "not_found", "method_not_allowed", "overloaded",
  "internal", "origin_failed", "no_model", "shutting_down", "deadline_exceeded", "wasm_unavailable", "wasm_mismatch", "instance_died", "closed",
];

/** isAway says that a re-ranker could not do its work, while the request itself is sound and another may serve it. */
export function isAway(error: unknown): error is SplitrankError {
  return error instanceof SplitrankError && away.includes(error.code);
}
