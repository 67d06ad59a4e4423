import assert from "node:assert/strict";
import { test } from "node:test";
import { startSplitrank } from "./server.js";

const question = { message: "What does a cross-encoder read together?", videoId: "rag-intro" };

interface Chat {
  answer: string;
  sources: { chunk: { id: string }; relevance: number }[];
}

test("the chat route of the Next.js example, with its service and without", async (t) => {
  const server = await startSplitrank(t, "--model", "none");
  process.env["SPLITRANK_URL"] = server.url;
  const route = "./example/route.js";
  const { POST } = await import(route) as { POST(request: Request): Promise<Response> };
  const ask = (body: unknown) => POST(new Request("http://localhost/api/chat", { method: "POST", body: JSON.stringify(body) }));
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
