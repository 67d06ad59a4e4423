// The heuristic scores of the Worker are those of every other build, through
// HTTP: see web/test/vectors.ts for the file.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { start } from "./worker.mjs";

const file = new URL("../../../heuristics/testdata/vectors.jsonl.gz", import.meta.url);
const vectors = gunzipSync(readFileSync(file)).toString().trim().split("\n").map((line) => JSON.parse(line));

test("scores are the golden ones", async (t) => {
  const worker = await start(t);
  const { body: { scorer } } = await worker.rerank({ query: "q", documents: ["a"] });
  const carried = vectors.filter(({ languages }) => languages.join() === scorer.split("+")[1]);
  const sent = carried.filter(speakable);
  assert.ok(sent.length > 100, `${sent.length} of ${carried.length} vectors for ${scorer}`);
  for (const vector of sent) {
    const { status, body } = await worker.rerank(requestOf(vector));
    assert.equal(status, 200, `${vector.name}: ${JSON.stringify(body)}`);
    const want = vector.want.items.map(({ index, score }) => ({ index, heuristic_score: score / 65536 }));
    assert.deepEqual(body.results.map(({ index, heuristic_score }) => ({ index, heuristic_score })), want, vector.name);
    assert.deepEqual([body.language, body.stemmed], [vector.want.language, vector.want.stemmed], vector.name);
  }
});

/** speakable: JSON carries no text that is not UTF-8, and the API refuses a query or a list that is empty. */
function speakable({ query, documents }) {
  return query !== undefined && query.trim() !== "" && documents?.length > 0 && documents.every((d) => d.text_b64 === undefined);
}

function requestOf({ query, documents, options = {} }) {
  const { language, first_stage, diversity } = options;
  return { query, documents: documents.map(({ title, text = "", rank }) => ({ title, text, rank })), pipeline: "heuristic", language, first_stage, diversity };
}
