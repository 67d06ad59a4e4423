import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createLocal, type Local, type Ranking } from "../dist/index.js";
import { answered, documentsOf, optionsOf, queryOf, readVectors, wanted, type Vector } from "./golden.js";

const vectors = readVectors();

const builds: [string, URL][] = [
  ["what is shipped", new URL("../dist/splitrank.wasm", import.meta.url)],
  ["a build with every stemmer", new URL("all.wasm", import.meta.url)],
];
for (const [name, file] of builds) {
  test(`golden vectors: ${name}`, async (t) => {
    const local = await createLocal({ wasm: readFileSync(file) });
    const stemmers = local.scorer.split("+")[1] ?? ""; // "h1+en,fr" carries en and fr
    const mine = vectors.filter(({ languages }) => languages.join() === stemmers);
    assert.ok(mine.length > 0, `no vector for ${local.scorer}`);
    for (const v of mine) {
      assert.deepEqual(answered(await ranked(local, v)), wanted(v), v.name);
    }
    t.diagnostic(`${mine.length} vectors of ${vectors.length} are for ${local.scorer}`);
  });
}

function ranked(local: Local, v: Vector): Promise<Ranking> {
  return v.budget === undefined
    ? local.rank(queryOf(v), documentsOf(v), optionsOf(v))
    : local.trim(queryOf(v), documentsOf(v), { ...optionsOf(v), budget: v.budget });
}
