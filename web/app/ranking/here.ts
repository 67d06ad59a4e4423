import { createLocal, createRemote, type Document, type Local, type Reranker, type RerankOptions, type Text } from "splitrank";

/** Here is what ranks while one types. */
export interface Here {
  readonly reranker: Reranker;
  /** The scorer of this browser. Where it cannot start, the reranker is the server. */
  readonly scorer: Local | undefined;
}

let starting: Promise<Here> | undefined;

/** here is the scorer of this page, in a worker, loaded once. */
export function here(): Promise<Here> {
  starting ??= start();
  return starting;
}

async function start(): Promise<Here> {
  try {
    const scorer = await createLocal({ worker: true });
    void scorer.rank("warm", ["warm"]).catch(() => undefined); // the first call is the slowest: let it be this one
    return { reranker: scorer, scorer };
  } catch (error) {
    console.warn("splitrank: the scorer did not start", error);
    return { reranker: heuristicServer(), scorer: undefined };
  }
}

/** heuristicServer is the same scorer on the server. */
function heuristicServer(): Reranker {
  const remote = createRemote({ url: location.origin });
  return {
    rerank: <D extends Document>(query: Text, documents: readonly D[], options: RerankOptions<D> = {}) =>
      remote.rerank(query, documents, { ...options, pipeline: "heuristic" }),
  };
}
