import type { Answer, Result } from "./answer.js";
import type { Document } from "./document.js";

// Plan.Join and Check of shared/answer, in TypeScript: the same vectors, in
// shared/answer/testdata/vectors.jsonl, hold both.

/** Plan is what the local heuristics say about all documents before a server is asked. */
export interface Plan<D extends Document = Document> {
  /** Answer by the heuristics alone. */
  readonly answer: Answer<D>;
  /** Results of all documents by falling heuristic score, whether diversity is asked for or not. */
  readonly results: readonly Result<D>[];
  /** Indices of the documents that the server is asked about, ascending. */
  readonly kept: readonly number[];
}

/**
 * join puts results that a server has merged in front: those of part down to
 * the last that a model scored, in their order and with their scores. What part
 * says of heuristics is left out, because the plan saw all documents. The others
 * follow in the order of the heuristics, none with a higher relevance score than
 * the lowest in front.
 * See RATIONALE: why-waiting-documents-keep-their-place.
 */
export function join<D extends Document>(plan: Plan<D>, part: Answer<D>, topK: number | undefined): Answer<D> {
  const front = scoredFront(part.results);
  const own = new Map(plan.results.map((result) => [result.index, result]));
  const results: Result<D>[] = [];
  let least = 1;
  for (const { index, relevanceScore, scoredBy, logit, truncated, suspicious } of front) {
    const result = own.get(plan.kept[index] ?? -1);
    if (result !== undefined) {
      own.delete(result.index);
      results.push({ ...result, relevanceScore, scoredBy, logit, truncated, ...(suspicious === undefined ? {} : { suspicious }) });
      least = Math.min(least, relevanceScore);
    }
  }
  for (const result of own.values()) {
    results.push({ ...result, relevanceScore: Math.min(result.relevanceScore, least) });
  }
  return whole(plan, part, numbered(front.length === 0 ? plan.answer.results : results, topK));
}

/** scoredFront are the results down to the last that a model scored. */
function scoredFront<D extends Document>(results: readonly Result<D>[]): readonly Result<D>[] {
  let end = results.length;
  while (end > 0 && results[end - 1]?.logit === undefined) {
    end--;
  }
  return results.slice(0, end);
}

function numbered<D extends Document>(results: readonly Result<D>[], topK: number | undefined): Result<D>[] {
  return results.slice(0, topK).map((result, i) => ({ ...result, rank: i + 1 }));
}

/** whole is an answer about all documents, of which part is about some. */
function whole<D extends Document>({ answer: local, results: all, kept }: Plan<D>, part: Answer<D>, results: Result<D>[]): Answer<D> {
  return {
    ...part,
    scorer: local.scorer,
    language: local.language,
    stemmed: local.stemmed,
    results,
    usage: { ...part.usage, documents: all.length, trimmed: part.usage.trimmed + all.length - kept.length },
    timingsMs: { ...part.timingsMs, heuristic: local.timingsMs.heuristic, total: local.timingsMs.total + part.timingsMs.total },
  };
}

/**
 * checkResults throws what is wrong with results, of which there should be n:
 * each document is to be there once, its relevance score in [0, 1], and what a
 * model scored has a logit and nothing else has. Relevance scores never rise
 * down the list, unless diversity decides the order.
 */
export function checkResults(results: readonly Result[], n: number, diverse: boolean): void {
  if (results.length !== n) {
    throw new Error(`${results.length} results, want ${n}`);
  }
  const seen = new Set<number>();
  let before = 1;
  for (const [i, { index, relevanceScore, scoredBy, logit }] of results.entries()) {
    if (seen.has(index)) {
      throw new Error(`result ${i} is for document ${index} again`);
    }
    if (!(relevanceScore >= 0 && relevanceScore <= 1)) {
      throw new Error(`result ${i} has score ${relevanceScore}, outside 0 to 1`);
    }
    if (!diverse && relevanceScore > before) {
      throw new Error(`result ${i} has score ${relevanceScore}, above ${before} before it`);
    }
    if ((scoredBy === "heuristic") !== (logit === undefined)) {
      throw new Error(`result ${i} is scored by "${scoredBy}", which does not go with its logit`);
    }
    seen.add(index);
    before = relevanceScore;
  }
}
