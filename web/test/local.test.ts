import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createLocal, defaultWeights, type Document, type RankOptions, type Ranking } from "../dist/index.js";

const file = new URL("../dist/splitrank.wasm", import.meta.url);
const bytes = readFileSync(file);
const module = await WebAssembly.compile(bytes);
const local = await createLocal({ wasm: module });

const documents: Document[] = [
  "Cats sleep for most of the day.",
  { title: "Bread", text: "How to bake bread at home.", rank: 2 },
  { text: new TextEncoder().encode("Bread for cats? Cats do not eat bread."), rank: 1 },
];

function indices(ranking: Ranking): number[] {
  return ranking.items.map(({ index }) => index);
}

test("rank orders all documents and says who scored", async () => {
  const ranking = await local.rank("bake bread", documents, { firstStage: "hidden" });
  assert.deepEqual(indices(ranking), [1, 2, 0]);
  assert.equal(ranking.scorer, local.scorer);
  assert.ok(ranking.items.every(({ kept, score }) => kept && score >= 0 && score <= 1));
});

test("topK cuts the answer", async () => {
  const ranking = await local.rank("bake bread", documents, { firstStage: "hidden", topK: 1 });
  assert.deepEqual(indices(ranking), [1]);
});

test("trim marks what to keep", async () => {
  const ranking = await local.trim("bake bread", documents, { firstStage: "hidden", budget: { documents: 2 } });
  assert.deepEqual(ranking.items.map(({ kept }) => kept), [true, true, false]);
});

test("explanations sum to the score, matches lie on words", async () => {
  const { items } = await local.rank("bake bread", documents, { explain: true, matches: true });
  for (const item of items) {
    assert.equal(item.explanation.reduce((sum, part) => sum + part.contribution, 0), item.score);
  }
  const text = "How to bake bread at home.";
  const matched = items.find(({ index }) => index === 1)?.matches.map(({ start, end }) => text.slice(start, end));
  assert.deepEqual(matched, ["bake", "bread"]);
});

test("weights and lengths reach the scorer", async () => {
  const texts = ["bread", `bread ${"is baked at home every day ".repeat(6)}`];
  const weights = { ...defaultWeights, length: 1000 };
  assert.deepEqual(indices(await local.rank("bread", texts, { firstStage: "hidden", weights })), [1, 0]);
  const length = { short: 1, long: 1 };
  assert.deepEqual(indices(await local.rank("bread", texts, { firstStage: "hidden", weights, length })), [0, 1]);
});

test("typing finds what an unfinished word begins, per call or for all", async () => {
  const texts = ["Cats sleep.", "Press the button."];
  const order = { firstStage: "hidden", topK: 1 } as const;
  assert.deepEqual(indices(await local.rank("butt", texts, order)), [0]);
  assert.deepEqual(indices(await local.rank("butt", texts, { ...order, typing: true })), [1]);
  const typing = await createLocal({ wasm: module, typing: true });
  assert.deepEqual(indices(await typing.rank("butt", texts, order)), [1]);
  assert.deepEqual(indices(await typing.rank("butt", texts, { ...order, typing: undefined })), [1]);
  assert.deepEqual(indices(await typing.rank("butt", texts, { ...order, typing: false })), [0]);
  const { results } = await typing.rerank("butt", texts, order);
  assert.equal(results[0]?.index, 1);
  typing.close();
});

test("other keys of a document are the caller's own", async () => {
  const ranking = await local.rank("bread", [{ text: "bread", id: 7 } as Document]);
  assert.deepEqual(indices(ranking), [0]);
});

const refused: [string, () => Promise<unknown>, string, string][] = [
  ["unknown option", () => local.rank("q", [], { top_k: 1 } as RankOptions), "unknown_field", "top_k"],
  ["budget of a rank", () => local.rank("q", [], { budget: {} } as RankOptions), "unknown_field", "budget"],
  ["unknown budget", () => local.trim("q", [], { budget: { tokens: 1 } as object }), "unknown_field", "budget.tokens"],
  ["unknown weight", () => local.rank("q", [], { weights: { ...defaultWeights, x: 1 } as object as typeof defaultWeights }), "unknown_field", "weights.x"],
  ["missing weight", () => local.rank("q", [], { weights: { phrase: 1 } as typeof defaultWeights }), "wrong_type", "weights.overlap"],
  ["weight over 1000", () => local.rank("q", [], { weights: { ...defaultWeights, phrase: 1001 } }), "out_of_range", "weights"],
  ["length of another type", () => local.rank("q", [], { length: { short: "1" as never } }), "wrong_type", "length.short"],
  ["lengths the wrong way round", () => local.rank("q", [], { length: { short: 9, long: 8 } }), "out_of_range", "length"],
  ["threshold over 1", () => local.trim("q", [], { budget: { threshold: 1.5 } }), "out_of_range", "threshold"],
  ["options that are no object", () => local.rank("q", [], null as never), "wrong_type", "options"],
  ["query of another type", () => local.rank(1 as never, []), "wrong_type", "query"],
  ["documents of another type", () => local.rank("q", "text" as never), "wrong_type", "documents"],
  ["document of another type", () => local.rank("q", ["", null as never]), "wrong_type", "documents[1]"],
  ["document without text", () => local.rank("q", [{} as never]), "wrong_type", "documents[0].text"],
  ["title of another type", () => local.rank("q", [{ text: "", title: 1 as never }]), "wrong_type", "documents[0].title"],
  ["rank of another type", () => local.rank("q", [{ text: "", rank: "1" as never }]), "wrong_type", "documents[0].rank"],
  ["negative rank", () => local.rank("q", [{ text: "", rank: -1 }]), "out_of_range", "documents[0].rank"],
  ["language of another type", () => local.rank("q", [], { language: 1 as never }), "wrong_type", "language"],
  ["language not built in", () => local.rank("q", ["d"], { language: "fr" }), "unknown_language", "language"],
  ["unknown first stage", () => local.rank("q", [], { firstStage: "x" as never }), "out_of_range", "firstStage"],
  ["diversity out of range", () => local.rank("q", [], { diversity: 2 }), "out_of_range", "diversity"],
];
for (const [name, call, code, field] of refused) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(call(), { name: "SplitrankError", code, field });
  });
}

const sources: [string, () => Parameters<typeof createLocal>[0]][] = [
  ["the default, beside the module", () => ({})],
  ["a file address", () => ({ wasm: file.href })],
  ["bytes", () => ({ wasm: bytes })],
  ["a buffer", () => ({ wasm: new Uint8Array(bytes).buffer })],
  ["an answer of the right type", () => ({ wasm: answer("application/wasm") })],
  ["an answer of a wrong type", () => ({ wasm: answer("application/octet-stream") })],
  ["a promise of an answer", () => ({ wasm: Promise.resolve(answer("application/wasm; charset=x")) })],
];
for (const [name, options] of sources) {
  test(`wasm from ${name}`, async () => {
    assert.equal((await createLocal(options())).scorer, local.scorer);
  });
}

function answer(type: string): Response {
  return new Response(new Uint8Array(bytes), { headers: { "content-type": type } });
}

// (module (func)): valid, and another program
const another = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 4, 1, 2, 0, 11);
const unusable: [string, () => Parameters<typeof createLocal>[0], string][] = [
  ["a missing file", () => ({ wasm: new URL("missing.wasm", file) }), "wasm_unavailable"],
  ["an answer of 404", () => ({ wasm: new Response("", { status: 404 }) }), "wasm_unavailable"],
  ["bytes that are no Wasm", () => ({ wasm: Uint8Array.of(1, 2, 3) }), "wasm_unavailable"],
  ["a promise that fails", () => ({ wasm: Promise.reject(new Error("offline")) }), "wasm_unavailable"],
  ["another program", () => ({ wasm: another }), "wasm_mismatch"],
];
for (const [name, options, code] of unusable) {
  test(`unusable: ${name}`, async () => {
    await assert.rejects(createLocal(options()), { name: "SplitrankError", code });
  });
}

test("large and small batches take turns while memory grows", async () => {
  const fresh = await createLocal({ wasm: module });
  const filler = "word ".repeat(209_715); // 1 MiB
  const expected = indices(await fresh.rank("bake bread", documents, { firstStage: "hidden" }));
  for (const count of [1, 8, 2, 24, 1]) {
    const large = Array.from({ length: count }, (_, i) => (i === count - 1 ? `bake bread ${filler}` : filler));
    const { items } = await fresh.rank("bake bread", large, { firstStage: "hidden" });
    assert.equal(items.length, count);
    assert.equal(items[0]?.index, count - 1);
    assert.deepEqual(indices(await fresh.rank("bake bread", documents, { firstStage: "hidden" })), expected);
  }
});

test("many calls at once do not mix", async () => {
  const calls = Array.from({ length: 50 }, (_, i) => {
    const texts = Array.from({ length: 20 }, (_, j) => (j === i % 20 ? "the needle" : `hay ${j}`));
    return local.rank("needle", texts, { firstStage: "hidden" });
  });
  const best = (await Promise.all(calls)).map(({ items }) => items[0]?.index);
  assert.deepEqual(best, best.map((_, i) => i % 20));
});

test("the page's globals stay as they are, and a finished script ends", () => {
  const script = `
    const before = Object.getOwnPropertyNames(globalThis).join();
    const { createLocal } = await import(${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)});
    await (await createLocal()).rank("q", ["d".repeat(1 << 20)]);
    if (Object.getOwnPropertyNames(globalThis).join() !== before) throw new Error("globals changed");`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { timeout: 20_000 });
  assert.equal(status, 0, String(stderr));
});
