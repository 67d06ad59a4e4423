import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createLocal } from "../dist/index.js";
import { answer, carriedBy, wanted } from "./vectors.js";
import { readVectors } from "./vectors_file.js";

const vectors = readVectors();

const builds: [string, URL][] = [
  ["what is shipped", new URL("../dist/splitrank.wasm", import.meta.url)],
  ["a build with every stemmer", new URL("all.wasm", import.meta.url)],
];
for (const [name, file] of builds) {
  test(`golden vectors: ${name}`, async (t) => {
    const local = await createLocal({ wasm: readFileSync(file) });
    const mine = carriedBy(local.scorer, vectors);
    assert.ok(mine.length > 0, `no vector for ${local.scorer}`);
    for (const v of mine) {
      assert.deepEqual(await answer(local, v), wanted(v), v.name);
    }
    t.diagnostic(`${mine.length} vectors of ${vectors.length} are for ${local.scorer}`);
  });
}
