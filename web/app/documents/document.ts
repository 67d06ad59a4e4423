/** Passage is one document as this page holds it. */
export interface Passage {
  readonly text: string;
  readonly id?: string;
  readonly title?: string;
  /** The retriever's rank, 1 = best. */
  readonly rank?: number;
}

/** byRetriever puts positions of passages in the retriever's order: those with a rank first. */
export function byRetriever(passages: readonly Passage[]): number[] {
  const rank = (i: number) => passages[i]?.rank ?? Infinity;
  return passages.map((_, i) => i).sort((a, b) => (rank(a) === rank(b) ? a - b : rank(a) - rank(b)));
}

/** retrieverRanks says for each passage where the retriever had it, from 1. */
export function retrieverRanks(passages: readonly Passage[]): number[] {
  const ranks: number[] = [];
  byRetriever(passages).forEach((index, place) => {
    ranks[index] = place + 1;
  });
  return ranks;
}
