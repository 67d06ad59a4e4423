import type { Answer, Result } from "./answer.js";
import type { Document } from "./document.js";
import type { Item, Ranking } from "./ranking.js";

/** localAnswer is a ranking of this machine, which took so many milliseconds, as an answer. */
export function localAnswer<D extends Document>(ranking: Ranking, documents: readonly D[], explain: boolean, took: number): Answer<D> {
  const { scorer, language, stemmed } = ranking;
  return {
    stage: "final",
    results: ranking.items.map((item, i) => localResult(item, i + 1, documents[item.index] as D, explain)),
    model: "none",
    scorer,
    language,
    stemmed,
    degraded: false,
    usage: { documents: documents.length, scored: 0, cached: 0, known: 0, read: 0, trimmed: 0, tokens: 0 },
    timingsMs: { total: took, heuristic: took, queue: 0, inference: 0, query: 0, documents: 0, comparing: 0 },
  };
}

function localResult<D extends Document>(item: Item, rank: number, document: D, explain: boolean): Result<D> {
  const { index, score, reason, explanation, matches } = item;
  const result = { index, rank, document, relevanceScore: score, scoredBy: "heuristic", heuristicScore: score };
  return explain ? { ...result, explanation: { ...(reason === "" ? {} : { reason }), parts: explanation }, matches } : result;
}
