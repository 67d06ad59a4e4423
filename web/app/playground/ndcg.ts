/**
 * ndcg is nDCG at a depth with linear gain, as trec_eval computes it: gains of
 * documents in their order, against those of the best order of all judged.
 */
export function ndcg(gains: readonly number[], judged: readonly number[], depth: number): number {
  const best = dcg([...judged].sort((a, b) => b - a), depth);
  return best === 0 ? 0 : dcg(gains, depth) / best;
}

function dcg(gains: readonly number[], depth: number): number {
  return gains.slice(0, depth).reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0);
}
