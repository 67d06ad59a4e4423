import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Miniflare } from "miniflare";
import { startSplitrank } from "./server.js";

const read = (name: string) => readFileSync(new URL(name, import.meta.url));

test("in workerd: the local order, and a server's with fallback", async (t) => {
  const server = await startSplitrank(t, "--model", "none");
  const worker = new Miniflare({
    compatibilityDate: "2026-04-01",
    modules: [
      { type: "ESModule", path: "worker.js", contents: read("workerd/workerd.js").toString() },
      { type: "CompiledWasm", path: "splitrank.wasm", contents: read("../dist/splitrank.wasm") },
    ],
    bindings: { SERVER: server.url },
  });
  t.after(() => worker.dispose());
  const answer = async () => (await worker.dispatchFetch("http://localhost/")).json();
  const best = "bread is baked";
  assert.deepEqual(await answer(), { local: best, both: best, degraded: false });
  await server.end();
  assert.deepEqual(await answer(), { local: best, both: best, degraded: true, reason: "unreachable" });
});
