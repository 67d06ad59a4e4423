export { SplitrankError, type ErrorCode } from "./error.js";
export type { Text } from "./frame_request.js";
export { createLocal, type Local, type LocalOptions } from "./local.js";
export { defaultWeights, type Budget, type Length, type RankOptions, type TrimOptions, type Weights } from "./options.js";
export type { Item, Part, Ranking, Span } from "./ranking.js";
export type { Document, DocumentObject } from "./request.js";
export type { WasmSource } from "./source.js";
export { stringSpans } from "./spans.js";
