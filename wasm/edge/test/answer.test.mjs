// Plan and merge of the Worker are those of every other tier: see
// shared/answer/vectors_test.go for the file.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Origin, start } from "./worker.mjs";

const file = new URL("../../../shared/answer/testdata/vectors.jsonl", import.meta.url);
const vectors = readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line));

test("answers are those of the vectors", async (t) => {
  let part;
  const origin = await Origin.start(t, (response) => {
    response.statusCode = part === undefined ? 503 : 200;
    response.setHeader("Content-Type", "application/json");
    response.end(part === undefined ? "" : JSON.stringify({ results: part, model: "m", usage: {}, timings_ms: {} }));
  });
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url } });
  assert.ok(vectors.length >= 200);
  for (const vector of vectors) {
    part = vector.part;
    origin.seen.length = 0;
    const { status, body } = await worker.rerank({ ...vector.request, cache: false });
    assert.equal(status, 200, `${vector.name}: ${JSON.stringify(body)}`);
    assert.deepEqual(body.results.map(({ index, relevance_score, scored_by }) => [index, relevance_score, scored_by]), vector.results, vector.name);
    assert.equal(body.degraded, part === undefined || vector.wrong !== undefined, vector.name);
    const kept = vector.kept.toSorted((a, b) => a - b).map((index) => vector.request.documents[index].text);
    assert.deepEqual(origin.seen[0].body.documents.map(({ text }) => text), kept, vector.name);
  }
});
