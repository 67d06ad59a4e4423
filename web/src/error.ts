/**
 * What went wrong, as a word that does not change. The first four are the
 * scorer's and the frame's; the others are the loader's.
 */
export type ErrorCode =
  | "malformed_frame"
  | "too_large"
  | "too_many_documents"
  | "out_of_range"
  | "unknown_language"
  | "internal"
  /** A value of a wrong type, or an option that does not exist. */
  | "wrong_type"
  | "unknown_field"
  /** The Wasm file could not be fetched or compiled. */
  | "wasm_unavailable"
  /** The Wasm file does not speak this package's frame: two versions were mixed. */
  | "wasm_mismatch"
  /** Go ended during this call. The next call runs in a new instance. */
  | "instance_died";

/** SplitrankError is the only kind of error that this package throws. */
export class SplitrankError extends Error {
  override readonly name = "SplitrankError";
  readonly code: ErrorCode;
  /** The field that is to blame, as in `documents[3].rank`; "" if none is. */
  readonly field: string;

  constructor(code: ErrorCode, field: string, message: string, options?: ErrorOptions) {
    super(field === "" ? message : `${field}: ${message}`, options);
    this.code = code;
    this.field = field;
  }
}
