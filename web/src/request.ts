import { among, flag, number, object, required, text } from "./checks.js";
import { checkText, plainDocuments, type Document } from "./document.js";
import type { FrameRequest, Text } from "./frame_request.js";
import { defaultWeights, type Budget, type Length, type RankOptions, type TrimOptions, type Weights } from "./options.js";

const noLength = { short: 0, long: 0 };
const noBudget = { documents: 0, floor: 0, cap: 0, threshold: 0, firstStage: 0 };

const rankChecks = {
  language: text,
  firstStage: among("given", "hidden"),
  diversity: number,
  length: object<Length>({ short: number, long: number }),
  // They have no defaults of their own: one that is forgotten would silently be none.
  weights: required(defaultWeights, object<Weights>({
    overlap: number, exact: number, phrase: number, proximity: number, position: number, grams: number, feedback: number,
    length: number, firstStage: number,
  })),
  explain: flag,
  matches: flag,
  topK: number,
};
const checks = {
  rank: object<RankOptions>(rankChecks),
  trim: object<TrimOptions>({
    ...rankChecks,
    budget: object<Budget>({ documents: number, floor: number, cap: number, threshold: number, firstStage: number }),
  }),
};

/** frameRequest spells out the defaults. Throws a SplitrankError that names the field of a wrong type or name. */
export function frameRequest(
  operation: "rank" | "trim",
  query: Text,
  documents: readonly Document[],
  options: TrimOptions,
): FrameRequest {
  checks[operation](options, "");
  const plain = plainDocuments(documents);
  checkText(query, "query");
  return {
    operation,
    query,
    language: options.language ?? "",
    hidden: options.firstStage === "hidden",
    explain: options.explain ?? false,
    matches: options.matches ?? false,
    topK: options.topK ?? 0,
    diversity: options.diversity ?? 0,
    length: filled(options.length, noLength),
    budget: filled(options.budget, noBudget),
    weights: options.weights,
    documents: plain,
  };
}

/** filled is given with what it leaves out taken from defaults, which has every name there is. */
function filled<T extends Record<string, number>>(given: { readonly [K in keyof T]?: number | undefined } = {}, defaults: T): T {
  return Object.fromEntries(Object.entries(defaults).map(([key, otherwise]) => [key, given[key] ?? otherwise])) as T;
}
