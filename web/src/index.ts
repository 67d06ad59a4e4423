export { SplitrankError, type ErrorCode } from "./error.js";
export type { Text } from "./frame.js";
export { createLocal, type Local, type LocalOptions } from "./local.js";
export type { Item, Part, Ranking, Span } from "./ranking.js";
export type { Document, DocumentObject, RankOptions, TrimOptions } from "./request.js";
export type { WasmSource } from "./source.js";
export { stringSpans } from "./spans.js";
