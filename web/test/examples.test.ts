import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test } from "node:test";
import { startFake, startSplitrank } from "./server.js";

const question = { message: "What does a cross-encoder read together?", videoId: "rag-intro" };

interface Chat {
  answer: string;
  sources: { chunk: { id: string }; relevance: number }[];
}

type Route = { POST(request: Request): Promise<Response> };

/** routeTo is the route with its service at url: a module of its own. */
async function routeTo(url: string): Promise<(body: unknown) => Promise<Response>> {
  process.env["SPLITRANK_URL"] = url;
  const { POST } = await import(`./example/route.js?${encodeURIComponent(url)}`) as Route;
  return (body) => POST(new Request("http://localhost/api/chat", { method: "POST", body: JSON.stringify(body) }));
}

test("the chat route of the Next.js example, with its service and without", async (t) => {
  const server = await startSplitrank(t, "--model", "none");
  const ask = await routeTo(server.url);
  const warn = t.mock.method(console, "warn", () => undefined);

  const before = await (await ask(question)).json() as Chat;
  assert.equal(before.sources.length, 5);
  assert.equal(before.sources[0]?.chunk.id, "chunk-2");
  assert.match(before.answer, /A cross-encoder reads question and passage together/);
  assert.ok(before.sources.every(({ relevance }, i) => relevance <= (before.sources[i - 1]?.relevance ?? 1)));
  assert.equal(warn.mock.callCount(), 0);

  await server.end();
  const after = await (await ask(question)).json() as Chat;
  assert.deepEqual(after, before, "the heuristics here and there agree");
  assert.match(String(warn.mock.calls[0]?.arguments[0]), /unreachable/);

  assert.deepEqual((await (await ask({ ...question, videoId: "none" })).json() as Chat).sources, []);
  assert.equal((await ask({ message: 5 })).status, 400);
});

/** A server as slow as can be: by a deadline it has scored the last document only, and without one it never ends. */
function slow(request: IncomingMessage, response: ServerResponse): void {
  let body = "";
  request.on("data", (part) => body += part).on("end", () => {
    const { documents, top_k: topK, budget } = JSON.parse(body) as { documents: unknown[]; top_k: number; budget?: { deadline_ms?: number } };
    if ((budget?.deadline_ms ?? Infinity) < 2000) {
      const scored = { index: documents.length - 1, rank: 1, relevance_score: 0.9, scored_by: "cross-encoder", heuristic_score: 0.1, logit: 2 };
      const others = Array.from({ length: topK - 1 }, (_, i) => ({ index: i, rank: i + 2, relevance_score: 0.1, scored_by: "heuristic", heuristic_score: 0.1 }));
      const usage = { documents: documents.length, scored: 1, cached: 0, trimmed: 0, tokens: 9 };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ results: [scored, ...others], model: "m", degraded: true, reason: "deadline", usage, timings_ms: { total: 1 } }));
    }
  });
}

test("a slow service gives the scores that it has by the deadline", async (t) => {
  const ask = await routeTo((await startFake(t, slow)).url);
  const warn = t.mock.method(console, "warn", () => undefined);
  const { sources } = await (await ask(question)).json() as Chat;
  assert.deepEqual(sources.map(({ relevance }) => relevance), [0.9, 0.1, 0.1, 0.1, 0.1]);
  assert.equal(warn.mock.callCount(), 0, "no fallback");
});
