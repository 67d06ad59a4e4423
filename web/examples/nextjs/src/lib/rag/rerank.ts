import { createLocal, createRemote, withFallback } from "splitrank";
import type { QueryResult } from "@/types";

const remote = createRemote({
  url: process.env.SPLITRANK_URL ?? "http://localhost:8000",
  key: process.env.SPLITRANK_API_KEY,
  timeout: 2_000,
});

/** Milliseconds that the service may take. What it has scored by then counts; the timeout above is for one that does not answer at all. */
const DEADLINE = 1_000;

const reranker = withFallback(remote, await createLocal(), {
  onError: ({ code, message }) => console.warn(`splitrank: ordering locally (${code}): ${message}`),
});

/**
 * rerankChunks orders candidates by their relevance to query and keeps the
 * topK best. Where the service is away the order is the heuristics', made in
 * this process. Give it three to five times more candidates than it keeps.
 */
export async function rerankChunks(query: string, candidates: QueryResult[], topK = 5): Promise<QueryResult[]> {
  if (candidates.length === 0) {
    return [];
  }
  const documents = candidates.map((candidate) => ({ text: candidate.chunk.text, candidate }));
  const { results } = await reranker.rerank(query, documents, { topK, budget: { deadlineMs: DEADLINE } });
  return results.map(({ document, relevanceScore }) => ({ ...document.candidate, relevance: relevanceScore }));
}
