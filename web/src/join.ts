import type { Answer, Result } from "./answer.js";
import type { Document } from "./document.js";

/**
 * joined puts what a model scored, out of the documents at the ascending
 * indices kept, before all others in their local order; as a server's cascade
 * does, no other stands above the lowest of them. Heuristic scores and
 * explanations are the local ones: those of a part know less.
 */
export function joined<D extends Document>(all: Answer<D>, kept: readonly number[], part: Answer<D>, topK: number | undefined): Answer<D> {
  const own = new Map(all.results.map((result) => [result.index, result]));
  const front: Result<D>[] = [];
  for (const { index, relevanceScore, scoredBy, logit, truncated } of part.results) {
    const result = own.get(kept[index] ?? -1);
    if (result !== undefined && scoredBy !== "heuristic") {
      own.delete(result.index);
      front.push({ ...result, relevanceScore, scoredBy, logit, truncated });
    }
  }
  const { scored, cached } = part.usage;
  return {
    ...part,
    scorer: all.scorer,
    language: all.language,
    stemmed: all.stemmed,
    results: ranked([...front, ...own.values()].slice(0, topK)),
    usage: { ...part.usage, documents: all.results.length, trimmed: all.results.length - scored - cached },
    timingsMs: { ...part.timingsMs, heuristic: all.timingsMs.heuristic, total: all.timingsMs.total + part.timingsMs.total },
  };
}

/** ranked numbers results and caps each score at the one before. */
function ranked<D extends Document>(results: readonly Result<D>[]): Result<D>[] {
  let least = 1;
  return results.map((result, i) => {
    least = Math.min(least, result.relevanceScore);
    return { ...result, rank: i + 1, relevanceScore: least };
  });
}
