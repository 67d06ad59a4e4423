import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createLocal, SplitrankError, type Local } from "../dist/index.js";

// A build whose stemmer breaks on certain words: wasm/browser/stemmers_crash.go.
const module = await WebAssembly.compile(readFileSync(new URL("crash.wasm", import.meta.url)));

function stem(local: Local, word: string): Promise<unknown> {
  return local.rank(word, [`${word} in a document`, "another"], { language: "en", firstStage: "hidden" });
}

async function answers(local: Local): Promise<boolean> {
  const { items } = await local.rank("needle", ["hay", "a needle"], { language: "en", firstStage: "hidden" });
  return items[0]?.index === 1;
}

test("a panic that is recovered costs one call", async () => {
  const local = await createLocal({ wasm: module });
  await assert.rejects(stem(local, "crashrecovered"), { name: "SplitrankError", code: "internal" });
  assert.ok(await answers(local));
});

const deaths: [string, string, RegExp][] = [
  ["a panic that nothing recovers", "crashexit", /panic: asked for/],
  ["memory that runs out", "crashmemory", /out of memory|cannot allocate/],
  ["a call that waits for ever", "crashblock", /./],
];
for (const [name, word, reason] of deaths) {
  test(`${name} ends the instance, and the next call has a new one`, async () => {
    const local = await createLocal({ wasm: module });
    assert.ok(await answers(local));
    for (let round = 0; round < 3; round++) {
      const error = await stem(local, word).then(() => assert.fail("no error"), (e: unknown) => e);
      assert.ok(error instanceof SplitrankError);
      assert.equal(error.code, "instance_died");
      assert.match(String(error.cause), reason);
      assert.ok(await answers(local));
    }
  });
}

test("calls that wait for a revival share one instance", async () => {
  const local = await createLocal({ wasm: module });
  await assert.rejects(stem(local, "crashexit"), { code: "instance_died" });
  const started = WebAssembly.instantiate;
  let starts = 0;
  WebAssembly.instantiate = ((...args: Parameters<typeof started>) => {
    starts++;
    return started(...args);
  }) as typeof started;
  try {
    const all = await Promise.all(Array.from({ length: 10 }, () => answers(local)));
    assert.deepEqual([all.every(Boolean), starts], [true, 1]);
  } finally {
    WebAssembly.instantiate = started;
  }
});
