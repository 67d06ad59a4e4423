import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { chromiumPath, launch } from "../scripts/chromium.mjs";
import { serve } from "../scripts/serve.mjs";
import { startSplitrank } from "./server.js";
import { wanted, type Vector, type Want } from "./vectors.js";
import { wantedOf } from "./answer_vectors.js";
import { readAnswerVectors, readVectors } from "./vectors_file.js";

type InPage = typeof import("./browser.js");

const path = chromiumPath({ install: false });
const skip = path === undefined ? "there is no Chromium" : false;

let browser: Browser;
let site: Awaited<ReturnType<typeof serve>>;
let page: Page;
before(async () => {
  if (path !== undefined) {
    const folder = (name: string) => fileURLToPath(new URL(`../${name}/`, import.meta.url));
    browser = await launch(path);
    site = await serve({ "/dist/": folder("dist"), "/build/": folder("build") });
    page = await browser.newPage();
    await page.goto(site.url);
  }
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** inPage calls a function of browser.ts in the page. */
function inPage<K extends keyof InPage>(name: K, ...args: Parameters<InPage[K]>): Promise<Awaited<ReturnType<InPage[K]>>> {
  return page.evaluate(async ([name, args]) => {
    const module = "/build/browser.js";
    return (await import(module))[name](...args);
  }, [name, args] as const);
}

const vectors = readVectors();
const builds: [string, string, boolean][] = [
  ["what is shipped", "/dist/splitrank.wasm", false],
  ["what is shipped, in a worker", "/dist/splitrank.wasm", true],
  ["a build with every stemmer", "/build/all.wasm", false],
];
for (const [name, wasm, worker] of builds) {
  test(`golden vectors in Chromium: ${name}`, { skip }, async (t) => {
    const answers: { vector: Vector; answer: Want }[] = await inPage("golden", wasm, worker, vectors);
    assert.ok(answers.length > 0);
    for (const { vector, answer } of answers) {
      assert.deepEqual(answer, wanted(vector), vector.name);
    }
    t.diagnostic(`${answers.length} vectors in Chromium ${browser.version()}`);
  });
}

test("plan and merge in Chromium are those of every other tier", { skip }, async () => {
  const list = readAnswerVectors();
  const answers = await inPage("answers", list);
  assert.equal(answers.length, list.length);
  for (const [i, vector] of list.entries()) {
    assert.deepEqual(answers[i], wantedOf(vector), vector.name);
  }
});

test("a worker whose program ends is replaced", { skip }, async () => {
  assert.deepEqual(await inPage("deaths", "/build/crash.wasm"), ["none", "instance_died", "none", "instance_died", "none", "internal", "none"]);
});

test("a call that is aborted leaves the others of a worker alone", { skip }, async () => {
  assert.deepEqual(await inPage("leaving"), ["none", "gone", "none"]);
});

test("closing a worker ends its calls", { skip }, async () => {
  assert.deepEqual(await inPage("closing"), ["closed", "closed", "closed"]);
});

test("a worker that cannot start", { skip }, async () => {
  assert.deepEqual(await inPage("unstartable"), ["wasm_unavailable", "wasm_unavailable", "wasm_unavailable"]);
});

test("without the part that talks to workers", { skip }, async () => {
  const other = await browser.newPage();
  await other.route("**/worker_engine.js", (route) => route.abort());
  await other.goto(site.url);
  const codes = await other.evaluate(async () => {
    const module = "/build/browser.js";
    return (await import(module)).unstartable();
  });
  assert.deepEqual(codes, ["wasm_unavailable", "wasm_unavailable", "wasm_unavailable"]);
});

test("a worker of another program is ended", { skip }, async () => {
  assert.deepEqual(await inPage("mismatched"), ["wasm_mismatch", true]);
});

test("a cascade with a server of another origin, and without it", { skip }, async (t) => {
  const server = await startSplitrank(t, "--model", "none", "--cors-origins", site.url);
  const best = "bread is baked";
  const seen = [{ stage: "heuristic", best, degraded: false }, { stage: "final", best, degraded: false }];
  assert.deepEqual(await inPage("watched", server.url), seen);
  await server.end();
  assert.deepEqual(await inPage("watched", server.url), [seen[0], { stage: "final", best, degraded: true }]);
});

const unreached = "the server cannot be reached";

test("a server that does not let the page's origin call", { skip }, async (t) => {
  const closed = await startSplitrank(t, "--model", "none");
  assert.deepEqual(await inPage("unreached", closed.url), ["unreachable", `${unreached}, or lacks --cors-origins ${site.url}`]);
  const open = await startSplitrank(t, "--model", "none", "--cors-origins", site.url);
  assert.deepEqual(await inPage("unreached", open.url), ["none", ""]);
});

test("the page's own server is away: that has nothing to do with CORS", { skip }, async () => {
  const other = await browser.newPage();
  await other.goto(site.url);
  await other.route("**/rerank", (route) => route.abort());
  const seen = await other.evaluate(async () => {
    const module = "/build/browser.js";
    return (await import(module)).unreached("/");
  });
  assert.deepEqual(seen, ["unreachable", unreached]);
});
