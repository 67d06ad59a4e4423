import assert from "node:assert/strict";
import { test } from "node:test";
import { createLocal } from "../dist/index.js";
import { cascaded, wantedOf } from "./answer_vectors.js";
import { readAnswerVectors } from "./vectors_file.js";

test("plan and merge are those of every other tier", async () => {
  const local = await createLocal();
  const vectors = readAnswerVectors();
  assert.ok(vectors.length >= 200);
  for (const vector of vectors) {
    assert.deepEqual(await cascaded(local, vector), wantedOf(vector), vector.name);
  }
});
