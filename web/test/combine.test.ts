import assert from "node:assert/strict";
import { once } from "node:events";
import { test, type TestContext } from "node:test";
import {
  cascade, createLocal, createRemote, SplitrankError, watch, withFallback,
  type Answer, type Document, type ErrorCode, type Reranker, type RerankOptions, type Result,
} from "../dist/index.js";
import { startFake, startSplitrank, type Served } from "./server.js";

const local = await createLocal();
const texts = Array.from({ length: 20 }, (_, i) => (i % 5 === 4 ? `bread number ${i}` : `stone number ${i}`));

/** scripted is a re-ranker that shows the partial answers, then answers or fails. */
function scripted(...script: (Answer<never> | Error)[]): Reranker & { asked: { documents: readonly Document[]; options: RerankOptions<never> }[] } {
  const asked: { documents: readonly Document[]; options: RerankOptions<never> }[] = [];
  return {
    asked,
    async rerank<D extends Document>(_: unknown, documents: readonly D[], options: RerankOptions<D> = {}): Promise<Answer<D>> {
      asked.push({ documents, options: options as RerankOptions<never> });
      for (const step of script) {
        if (step instanceof Error) {
          throw step;
        }
        options.onUpdate?.(step);
      }
      return script.at(-1) as Answer<D>;
    },
  };
}

/** scored is an answer of a model: documents by index and score; those without score are left to the heuristics. */
function scored(stage: Answer["stage"], ...scores: [index: number, score?: number][]): Answer<never> {
  const results = scores.map(([index, score], i): Result => ({
    index, rank: i + 1, document: "", relevanceScore: score ?? 0.1, heuristicScore: 0.1,
    ...(score === undefined ? { scoredBy: "heuristic" } : { scoredBy: "cross-encoder", logit: score * 10 }),
  }));
  const count = scores.filter(([, score]) => score !== undefined).length;
  return {
    stage, results: results as never[], model: "m", scorer: "h0", language: "und", stemmed: false, degraded: false,
    usage: { documents: scores.length, scored: count, cached: 0, known: 0, read: count, trimmed: scores.length - count, tokens: 0 },
    timingsMs: { total: 1, heuristic: 1, queue: 0, inference: 0, query: 0, documents: 0, comparing: 0 },
  };
}

function failed(code: ErrorCode): SplitrankError {
  return new SplitrankError(code, "", "for the test");
}

async function seen<D extends Document>(reranker: Reranker, documents: readonly D[], options: RerankOptions<D> = {}): Promise<Answer<D>[]> {
  const answers: Answer<D>[] = [];
  for await (const answer of watch(reranker, "bread", documents, options)) {
    answers.push(answer);
  }
  return answers;
}

const indices = ({ results }: Answer) => results.map(({ index }) => index);

test("withFallback: the remote answer as it is", async () => {
  const there = scored("final", [1, 0.9], [0, 0.2]);
  assert.equal(await withFallback(scripted(there), local).rerank("bread", texts), there);
});

const awayCodes: ErrorCode[] = ["unreachable", "timeout", "bad_answer", "overloaded", "internal", "origin_failed", "shutting_down", "no_model", "unauthorized", "not_found"];
for (const code of awayCodes) {
  test(`withFallback: the local answer after ${code}`, async () => {
    const errors: string[] = [];
    const updates: Answer[] = [];
    const both = withFallback(scripted(failed(code)), local, { onError: (error) => errors.push(error.code) });
    const answer = await both.rerank("bread", texts, { pipeline: "cascade", model: "m", topK: 3, onUpdate: (update) => updates.push(update) });
    assert.deepEqual(answer.results, (await local.rerank("bread", texts, { topK: 3 })).results);
    assert.deepEqual([answer.degraded, answer.reason, answer.stage, errors], [true, code, "final", [code]]);
    assert.deepEqual(updates, [answer]);
  });
}

for (const code of ["out_of_range", "too_many_documents", "unknown_model", "unknown_language"] as const) {
  test(`withFallback: ${code} is the caller's`, async () => {
    await assert.rejects(withFallback(scripted(failed(code)), local).rerank("bread", texts), { code });
  });
}

test("withFallback: strict and aborted requests fail", async () => {
  const both = withFallback(scripted(failed("timeout")), local);
  await assert.rejects(both.rerank("bread", texts, { strict: true }), { code: "timeout" });
  const reason = new Error("gone");
  await assert.rejects(withFallback(scripted(reason), local).rerank("bread", texts), (error) => error === reason);
});

test("withFallback: a language that only the server knows", async () => {
  const answer = await withFallback(scripted(failed("timeout")), local).rerank("pain", ["pain", "eau"], { language: "fr" });
  assert.deepEqual([answer.degraded, indices(answer)], [true, [0, 1]]);
});

test("cascade: the local order, the partial ones, the answer", async () => {
  const remote = scripted(scored("heuristic", [0]), scored("partial", [3, 0.9], [4]), scored("final", [3, 0.9], [4, 0.8]));
  const answers = await seen(cascade(local, remote), texts);
  assert.deepEqual(answers.at(-1), scored("final", [3, 0.9], [4, 0.8]));
  const updates: Answer[] = [];
  const answer = await cascade(local, remote).rerank("bread", texts, { onUpdate: (update) => updates.push(update) });
  assert.deepEqual(updates.map(({ stage }) => stage), ["heuristic", "partial", "final"]);
  assert.deepEqual(indices(updates[0] as Answer), indices(await local.rerank("bread", texts)));
  assert.equal(updates.at(-1), answer);
});

test("cascade: nobody who watches, no events", async () => {
  const remote = scripted(scored("final", [0, 1]));
  await cascade(local, remote).rerank("bread", texts);
  assert.equal(remote.asked[0]?.options.onUpdate, undefined);
});

test("cascade: the last order shown is the answer where the server is away", async () => {
  const errors: string[] = [];
  const onError = (error: SplitrankError) => errors.push(error.code);
  const before = await cascade(local, scripted(failed("unreachable")), { onError }).rerank("bread", texts);
  assert.deepEqual(indices(before), indices(await local.rerank("bread", texts)));
  const amid = (await seen(cascade(local, scripted(scored("partial", [7, 0.9], [1]), failed("timeout")), { onError }), texts)).at(-1) as Answer;
  assert.deepEqual([indices(amid), amid.stage, amid.degraded, amid.reason], [[7, 1], "final", true, "timeout"]);
  assert.deepEqual(errors, ["unreachable", "timeout"]);
});

test("cascade: strict and wrong requests fail", async () => {
  await assert.rejects(cascade(local, scripted(failed("timeout"))).rerank("bread", texts, { strict: true }), { code: "timeout" });
  await assert.rejects(cascade(local, scripted(failed("out_of_range"))).rerank("bread", texts), { code: "out_of_range" });
  await assert.rejects(cascade(local, scripted()).rerank("bread", texts, { top: 1 } as object), { code: "unknown_field" });
});

test("cascade: the remote answer where the local scorer is away", async () => {
  const closed = await createLocal();
  closed.close();
  const there = scored("final", [0, 1]);
  assert.equal(await cascade(closed, scripted(there)).rerank("bread", texts, { strict: true }), there);
});

test("cascade: keep sends the best, and the others follow in their order", async () => {
  const { items } = await local.trim("bread", texts, { budget: { documents: 6 }, explain: true, matches: true });
  const kept = items.filter((item) => item.kept).map(({ index }) => index).sort((a, b) => a - b);
  const remote = scripted(scored("final", [5, 0.9], [2, 0.05], [0]));
  const answer = await cascade(local, remote, { keep: 6 }).rerank("bread", texts, { explain: true, budget: { deadlineMs: 50 } });
  assert.deepEqual(remote.asked[0]?.documents, kept.map((index) => texts[index]));
  assert.deepEqual(remote.asked[0]?.options.budget, { documents: 6, deadlineMs: 50 });

  const front = [kept[5], kept[2]];
  assert.deepEqual(indices(answer), [...front, ...items.map(({ index }) => index).filter((index) => !front.includes(index))]);
  assert.deepEqual(answer.results.slice(0, 2).map(({ relevanceScore, scoredBy, logit }) => [relevanceScore, scoredBy, logit]), [[0.9, "cross-encoder", 9], [0.05, "cross-encoder", 0.5]]);
  assert.ok(answer.results.slice(2).every(({ relevanceScore, scoredBy }) => relevanceScore <= 0.05 && scoredBy === "heuristic"));
  for (const [i, result] of answer.results.entries()) {
    const own = items.find(({ index }) => index === result.index);
    assert.deepEqual([result.rank, result.document, result.heuristicScore, result.explanation?.parts], [i + 1, texts[result.index], own?.score, own?.explanation]);
  }
  assert.deepEqual(answer.usage, { documents: 20, scored: 2, cached: 0, known: 0, read: 2, trimmed: 15, tokens: 0 });
  assert.equal(answer.scorer, local.scorer);
});

test("cascade: keep and topK", async () => {
  const remote = scripted(scored("final", [1, 0.9], [0, 0.8]));
  const answers = await seen(cascade(local, remote, { keep: 2 }), texts, { topK: 3 });
  assert.ok(answers.every(({ results }) => results.length === 3));
});

test("watch: leaving the loop aborts the call", async () => {
  let signal: AbortSignal | undefined;
  const endless: Reranker = {
    rerank: async (_, documents, options = {}) => {
      signal = options.signal;
      options.onUpdate?.(await local.rerank("bread", documents).then((answer) => ({ ...answer, stage: "partial" })));
      return new Promise((__, reject) => signal?.addEventListener("abort", () => reject(signal?.reason)));
    },
  };
  for await (const answer of watch(endless, "bread", texts)) {
    assert.equal(answer.stage, "partial");
    break;
  }
  assert.ok(signal?.aborted);
});

test("watch: the caller's signal ends it with its reason, errors reach the loop", async (t) => {
  const silent = await startFake(t, () => undefined);
  const leaving = new AbortController();
  const answers: Answer[] = [];
  await assert.rejects(async () => {
    for await (const answer of watch(cascade(local, createRemote({ url: silent.url })), "bread", texts, { signal: leaving.signal })) {
      answers.push(answer);
      leaving.abort("gone");
    }
  }, (reason) => reason === "gone");
  assert.equal(answers.length, 1);
  await assert.rejects(seen(scripted(failed("timeout")), texts), { code: "timeout" });
});

test("a server that dies between two calls", async (t) => {
  const server = await startSplitrank(t, "--model", "none");
  const both = withFallback(createRemote({ url: server.url }), local);
  const before = await both.rerank("bread", texts);
  await server.end();
  const after = await both.rerank("bread", texts);
  assert.deepEqual([before.degraded, after.degraded, after.reason], [false, true, "unreachable"]);
  assert.deepEqual(after.results, before.results);
});

// What a server says first: the model has scored document 1, the others wait.
const byRank = [1, ...texts.keys()].filter((index, i) => i === 0 || index !== 1);
const first = { results: byRank.map((index, i) => ({
  index, rank: i + 1, relevance_score: i === 0 ? 0.9 : 0.1, heuristic_score: 0.1,
  ...(i === 0 ? { scored_by: "cross-encoder", logit: 2 } : { scored_by: "heuristic" }),
})), usage: { scored: 1, cached: 0 }, timings_ms: { total: 1 } };

/** startDying starts a server that sends one event and no more, and cuts the connection then or when it is ended. */
function startDying(t: TestContext, stage: string, cut: boolean): Promise<Served> {
  return startFake(t, async (request, response) => {
    await once(request.resume(), "end");
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`event: ${stage}\ndata: ${JSON.stringify(first)}\n\n`, () => cut && request.socket.destroy());
  });
}

test("a server that dies within its events: withFallback answers locally", async (t) => {
  const server = await startDying(t, "partial", false);
  const updates: Answer[] = [];
  const onUpdate = (update: Answer) => {
    updates.push(update);
    void server.end();
  };
  const answer = await withFallback(createRemote({ url: server.url }), local).rerank("bread", texts, { onUpdate });
  assert.deepEqual([answer.stage, answer.degraded, answer.reason], ["final", true, "unreachable"]);
  assert.deepEqual(answer.results, (await local.rerank("bread", texts)).results);
  assert.deepEqual([updates.map(({ stage }) => stage), updates.at(-1)], [["partial", "final"], answer]);
});

test("a server that dies within its events: a strict request fails", async (t) => {
  const { url } = await startDying(t, "heuristic", true);
  const asked: RerankOptions<string> = { strict: true, onUpdate: () => undefined };
  await assert.rejects(withFallback(createRemote({ url }), local).rerank("bread", texts, asked), { code: "unreachable" });
  await assert.rejects(cascade(local, createRemote({ url })).rerank("bread", texts, asked), { code: "unreachable" });
});

test("a server that dies before its model scored: cascade ends with the local order", async (t) => {
  const { url } = await startDying(t, "heuristic", true);
  const updates: Answer[] = [];
  const answer = await cascade(local, createRemote({ url })).rerank("bread", texts, { onUpdate: (update) => updates.push(update) });
  assert.deepEqual([answer.stage, answer.degraded, answer.reason], ["final", true, "unreachable"]);
  assert.deepEqual(answer.results, (await local.rerank("bread", texts)).results);
  assert.deepEqual(updates.map(({ stage }) => stage), ["heuristic", "final"]);
});

test("a server that dies while its model scores: cascade ends with the last order shown", async (t) => {
  const server = await startDying(t, "partial", false);
  const updates: Answer[] = [];
  const onUpdate = (update: Answer) => {
    updates.push(update);
    void (update.stage === "partial" && server.end());
  };
  const answer = await cascade(local, createRemote({ url: server.url })).rerank("bread", texts, { onUpdate });
  assert.deepEqual([answer.degraded, answer.reason, indices(answer)], [true, "unreachable", byRank]);
  assert.deepEqual(updates.map(({ stage }) => stage), ["heuristic", "partial", "final"]);
});

test("the built-in model, watched", async (t) => {
  const server = await startSplitrank(t);
  const remote = createRemote({ url: server.url, timeout: 60_000 });
  if ((await remote.rerank("bread", ["bread"])).model === "none") {
    return t.skip("there is no libonnxruntime");
  }
  const answers = await seen(cascade(local, remote), texts, { language: "en" });
  assert.deepEqual([answers[0]?.stage, answers.at(-1)?.stage], ["heuristic", "final"]);
  assert.equal(answers.at(-1)?.results[0]?.scoredBy, "late-interaction");
  const kept = await cascade(local, remote, { keep: 10 }).rerank("bread", texts, { language: "en" });
  assert.deepEqual([kept.usage.scored, kept.usage.known + kept.usage.read, kept.usage.trimmed, kept.results.length], [10, 10, 10, 20]);
  const headers: (string | null)[] = [];
  const looking: typeof fetch = async (...request) => {
    const response = await fetch(...request);
    headers.push(response.headers.get("x-splitrank-degraded"), response.headers.get("x-splitrank-reason"));
    return response;
  };
  const hurried = await createRemote({ url: server.url, fetch: looking }).rerank("bread and butter", texts, { budget: { deadlineMs: 1 }, cache: false, language: "en" });
  assert.deepEqual(headers, hurried.degraded ? ["true", hurried.reason] : [null, null]);
});
