import { flag, number, object, required, type Check } from "./checks.js";
import { checkText, plainDocuments, type Document } from "./document.js";
import { NUMBERS, type FrameRequest } from "./frame_request.js";
import { orderChecks, type Budget, type Length, type RankOptions, type TrimOptions, type Weights } from "./options.js";
import type { Text } from "./text.js";

const rankChecks = {
  ...orderChecks,
  length: object<Length>(each(NUMBERS.length)),
  // They have no defaults of their own: one that is forgotten would silently be none.
  weights: required(NUMBERS.weights, object<Weights>(each(NUMBERS.weights))),
  matches: flag,
  topK: number,
};
const checks = {
  rank: object<RankOptions>(rankChecks),
  trim: object<TrimOptions>({
    ...rankChecks,
    budget: object<Budget>(each(NUMBERS.budget)),
  }),
};

/** frameRequest spells out the defaults, of which typing is the caller's. Throws a SplitrankError that names the field of a wrong type or name. */
export function frameRequest(
  operation: "rank" | "trim",
  query: Text,
  documents: readonly Document[],
  options: TrimOptions,
  typing = false,
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
    typing: options.typing ?? typing,
    topK: options.topK ?? 0,
    diversity: options.diversity ?? 0,
    length: options.length,
    budget: options.budget,
    weights: options.weights,
    documents: plain,
  };
}

/** each are checks for options that are numbers. */
function each<K extends string>(names: readonly K[]): Record<K, Check> {
  return Object.fromEntries(names.map((name) => [name, number])) as Record<K, Check>;
}
