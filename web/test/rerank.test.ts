import assert from "node:assert/strict";
import { test } from "node:test";
import { createLocal, type RerankOptions } from "../dist/index.js";

const local = await createLocal();
const documents = [
  { id: 1, text: "Cats sleep for most of the day." },
  { id: 2, title: "Bread", text: "How to bake bread at home.", rank: 2 },
  { id: 3, text: "Bread for cats? Cats do not eat bread.", rank: 1 },
];

test("rerank answers as the scorer ranks, with the caller's own documents", async () => {
  const ranking = await local.rank("bake bread", documents, { explain: true, matches: true });
  const answer = await local.rerank("bake bread", documents, { explain: true });
  assert.deepEqual(answer.results.map(({ index, heuristicScore }) => [index, heuristicScore]), ranking.items.map(({ index, score }) => [index, score]));
  assert.ok(answer.results.every((result, i) => result.document === documents[result.index] && result.rank === i + 1));
  assert.deepEqual(answer.results.map(({ explanation, matches }) => [explanation?.parts, matches]), ranking.items.map(({ explanation, matches }) => [explanation, matches]));
  assert.equal(answer.scorer, local.scorer);
});

test("without explain there is no explanation", async () => {
  const { results } = await local.rerank("bake bread", documents, { topK: 1 });
  assert.deepEqual(Object.keys(results[0] ?? {}), ["index", "rank", "document", "relevanceScore", "scoredBy", "heuristicScore"]);
});

test("what is for a model or a server is accepted where it changes nothing", async () => {
  const options: RerankOptions = { pipeline: "heuristic", budget: { tokens: 1 }, cache: false, strict: true, truncation: {} };
  assert.deepEqual((await local.rerank("bake bread", documents, options)).results, (await local.rerank("bake bread", documents)).results);
});

test("onUpdate sees the answer", async () => {
  const seen: unknown[] = [];
  const answer = await local.rerank("bread", documents, { onUpdate: (update) => seen.push(update) });
  assert.deepEqual(seen, [answer]);
});

const refused: [string, RerankOptions, string, string][] = [
  ["a cascade", { pipeline: "cascade" }, "no_model", "pipeline"],
  ["a model", { model: "m" }, "no_model", "model"],
  ["an unknown option", { weights: {} } as object, "unknown_field", "weights"],
  ["a language that is not built in", { language: "fr" }, "unknown_language", "language"],
];
for (const [name, options, code, field] of refused) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(local.rerank("q", documents, options), { name: "SplitrankError", code, field });
  });
}

test("an unknown option of createLocal", async () => {
  await assert.rejects(createLocal({ wams: "x" } as object), { code: "unknown_field", field: "wams" });
  await assert.rejects(createLocal({ worker: "yes" } as object), { code: "wrong_type", field: "worker" });
});

test("an aborted signal rejects with its reason", async () => {
  await assert.rejects(local.rerank("q", documents, { signal: AbortSignal.abort("gone") }), (reason) => reason === "gone");
  const leaving = new AbortController();
  const call = local.rank("q", documents, {}, leaving.signal);
  leaving.abort();
  await assert.rejects(call, { name: "AbortError" });
});

test("closed", async () => {
  const other = await createLocal();
  other.close();
  await assert.rejects(other.rerank("q", documents), { code: "closed" });
});

test("a worker where there are none", { skip: typeof Worker === "undefined" ? false : "this Node has them" }, async () => {
  await assert.rejects(createLocal({ worker: true }), { code: "wasm_unavailable", field: "worker" });
});
