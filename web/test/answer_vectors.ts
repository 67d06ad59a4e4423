import { cascade, createRemote, type Document, type Local, type RerankOptions } from "../dist/index.js";

// The vectors of plan and merge that package answer writes with -update and
// reads itself: shared/answer/testdata/vectors.jsonl, one JSON object a line.
export interface AnswerVector {
  name: string;
  request: {
    query: string;
    documents: Document[];
    first_stage?: "given" | "hidden";
    budget: { documents: number };
    diversity?: number;
    language?: string;
  };
  /** What a server says about the kept documents, in their order; left out where it says nothing. */
  part?: { index: number; rank: number; relevance_score: number; scored_by: string; heuristic_score: number; logit?: number }[];
  /** Why that must be refused. */
  wrong?: string;
  /** Documents that are kept, the best first. */
  kept: number[];
  /** [document, relevance score, scored by] */
  results: [number, number, string][];
}

/** Cascaded is what a cascade made of a vector. */
export interface Cascaded {
  sent: Document[];
  results: [number, number, string][];
  degraded: boolean;
}

/** wantedOf is what a cascade should make of a vector. Of a document goes what ranking needs. */
export function wantedOf({ request, part, wrong, kept, results }: AnswerVector): Cascaded {
  return {
    sent: [...kept].sort((a, b) => a - b).map((index) => request.documents[index] as Document),
    results,
    degraded: part === undefined || wrong !== undefined,
  };
}

/** cascaded asks a cascade whose server answers, or does not, as the vector says. */
export async function cascaded(local: Local, { request, part }: AnswerVector): Promise<Cascaded> {
  let sent: Document[] = [];
  const server: typeof fetch = async (_, init) => {
    sent = (JSON.parse(init?.body as string) as { documents: Document[] }).documents;
    const answer = { results: part, model: "m", degraded: false, usage: { scored: 0, cached: 0 }, timings_ms: { total: 0 } };
    return part === undefined ? new Response("", { status: 503 }) : new Response(JSON.stringify(answer));
  };
  const { query, documents, first_stage: firstStage, budget, diversity, language } = request;
  const options: RerankOptions<Document> = { firstStage, diversity, language };
  const answer = await cascade(local, createRemote({ url: "http://origin", fetch: server }), { keep: budget.documents }).rerank(query, documents, options);
  return {
    sent,
    results: answer.results.map(({ index, relevanceScore, scoredBy }) => [index, relevanceScore, scoredBy]),
    degraded: answer.degraded,
  };
}
