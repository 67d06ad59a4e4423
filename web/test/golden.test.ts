import assert from "node:assert/strict";
import { test } from "node:test";
import { createLocal } from "../dist/index.js";
import { answered, documentsOf, optionsOf, queryOf, readVectors } from "./golden.js";

const local = await createLocal();
const vectors = readVectors();
// "h1+en,he" carries the stemmers after the plus.
const carried = local.scorer.split("+")[1]?.split(",") ?? [];

test("every golden vector of a language carried", { skip: vectors === undefined && "heuristics/testdata/vectors.jsonl.gz is not there" }, async (t) => {
  const mine = (vectors ?? []).filter(({ languages = [] }) => languages.every((language) => carried.includes(language)));
  assert.ok(mine.length > 0, `no vector for ${local.scorer}`);
  t.diagnostic(`${mine.length} of ${vectors?.length} vectors, for ${local.scorer}`);
  for (const v of mine) {
    const ranking = v.budget === undefined
      ? await local.rank(queryOf(v), documentsOf(v), optionsOf(v))
      : await local.trim(queryOf(v), documentsOf(v), { ...optionsOf(v), budget: v.budget });
    assert.deepEqual(answered(v, ranking), { ...v.want, items: v.want.items ?? [] }, v.name);
  }
});
