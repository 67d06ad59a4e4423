import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startSplitrank } from "../test/server.js";
import { start, visit } from "./browser.js";

const [browser, server] = await Promise.all([start(), startSplitrank({ after }, "--model", "none")]);
after(() => browser.close());

/** goldens are the reports that the tests of splitrank eval compare with. */
const goldens = fileURLToPath(new URL("../../../../server/internal/evaluation/testdata/", import.meta.url));

test("a JSON report becomes plots and a table of the same figures", async () => {
  await using v = await visit(browser, `${server.url}/#reports`);
  await v.page.setInputFiles("input[type=file]", `${goldens}two.json`);
  await v.page.locator(".collection").nth(2).waitFor();
  const { collections, mean } = JSON.parse(await readFile(`${goldens}two.json`, "utf8"));
  assert.deepEqual(await v.page.locator(".collection h2").allTextContents(), ["Mean over the collections", ...collections.map((c: { dataset: string; run: string }) => [c.dataset, c.run].filter(Boolean).join(" · "))]);
  const shown = await v.page.locator(".plot").first().locator(".value").allTextContents();
  assert.deepEqual(shown, mean.map((p: { metrics: Record<string, number> }) => p.metrics["ndcg@10"]?.toFixed(4)));
  await v.page.locator('input[name="metric"][value="map"]').check();
  await v.page.getByText("MAP of each pipeline").first().waitFor();
  assert.deepEqual(v.errors, []);
});

test("the metric that decides is first, and figures say what they are", async () => {
  await using v = await visit(browser, `${server.url}/#reports`);
  await v.page.setInputFiles("input[type=file]", `${goldens}one.json`);
  const metrics = ["nDCG@10", "nDCG@5", "MRR@10", "MAP", "P@5", "recall@5", "recall@10"];
  assert.deepEqual(await v.page.locator("fieldset:has(input[name=metric]) label").allTextContents(), metrics);
  await v.page.getByText("relevant documents count, the more so the higher they stand").waitFor();
  const heads = await v.page.locator(".figures thead th").allTextContents();
  assert.deepEqual(heads.slice(1, 1 + metrics.length), metrics);
  assert.deepEqual(heads.slice(-2), ["p50 (ms)", "p95 (ms)"]);
});

test("in Hebrew the facts of a collection stand from right to left, each in its own direction", async () => {
  await using v = await visit(browser, `${server.url}/#reports`, { locale: "he-IL" });
  const { dataset, queries, pipelines } = JSON.parse(await readFile(`${goldens}one.json`, "utf8"));
  const report = JSON.stringify({ dataset, queries, model: "some-model", scorer: "h1+en,es", pipelines });
  await v.page.setInputFiles("input[type=file]", { name: "r.json", mimeType: "application/json", buffer: Buffer.from(report) });
  const facts = v.page.locator(".collection .soft bdi");
  await facts.first().waitFor();
  const [, model, scorer] = await facts.evaluateAll((all) => all.map((fact) => fact.getBoundingClientRect().right));
  assert.deepEqual((await facts.allTextContents()).slice(1), ["some-model", "h1+en,es"]);
  assert.ok((scorer ?? 0) < (model ?? 0), "the scorer comes after the model, to its left");
});

test("an HTML report keeps its looks", async () => {
  await using v = await visit(browser, `${server.url}/#reports`);
  await v.page.setInputFiles("input[type=file]", `${goldens}one.html`);
  const frame = v.page.frameLocator("iframe");
  await frame.locator("h1").waitFor();
  await v.page.waitForFunction(() => (document.querySelector("iframe")?.contentDocument?.adoptedStyleSheets.length ?? 0) > 0);
  assert.equal(await frame.locator(".track").first().evaluate((track) => getComputedStyle(track).borderRadius), "3px");
  assert.ok(await frame.locator(".track > div").first().evaluate((bar) => bar.getBoundingClientRect().width) > 20);
  assert.deepEqual(v.errors, []);
});

test("an HTML report can do nothing", async () => {
  await using v = await visit(browser, `${server.url}/#reports`, { serviceWorkers: "block" });
  const own = `${server.url}/evil`;
  const answered: string[] = [];
  v.page.on("response", (response) => answered.push(response.url()));
  const html = `<title>x</title><script>parent.document.title = "broken out"</script><img src="${own}" onerror="parent.document.title = 'broken out'">
    <style>@import "${own}"; h1 { background: url("${own}") }</style><link rel="stylesheet" href="${own}"><iframe src="${own}"></iframe>
    <meta http-equiv="refresh" content="0;url=${own}"><h1 onclick="parent.document.title = 'broken out'">hello</h1>`;
  await v.page.setInputFiles("input[type=file]", { name: "evil.html", mimeType: "text/html", buffer: Buffer.from(html) });
  await v.page.frameLocator("iframe").locator("h1").click();
  assert.match(await v.page.title(), /^Reports/);
  assert.equal(await v.page.locator("iframe").evaluate((frame: HTMLIFrameElement) => frame.contentDocument?.URL), "about:srcdoc");
  assert.deepEqual(answered.filter((url) => url.includes("evil")), [], "whatever is asked for is blocked before it leaves");
});

test("a report without nDCG shows what it has", async () => {
  await using v = await visit(browser, `${server.url}/#reports`);
  const report = { dataset: "d", pipelines: [{ name: "p", metrics: { "p@1": 0.25 } }] };
  await v.page.setInputFiles("input[type=file]", { name: "r.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(report)) });
  await v.page.locator(".plot .value").getByText("0.2500").waitFor();
  assert.ok(await v.page.locator('input[name="metric"][value="p@1"]').isChecked());
});

test("what is no report is refused with a reason", async () => {
  await using v = await visit(browser, `${server.url}/#reports`);
  const broken = '{"dataset": "d", "pipelines": [{"name": "p", "metrics": {"map": 1}, "delta": {"map": null}}]}';
  for (const [content, said] of [["plain text", "neither JSON nor HTML"], ["{", "not valid JSON"], ['{"pipelines": []}', "no report of splitrank eval"], [broken, "no report of splitrank eval"], ["\uFFFD", "neither"]] as const) {
    await v.page.setInputFiles("input[type=file]", { name: "r.json", mimeType: "application/json", buffer: Buffer.from(content) });
    await v.page.locator(".problem").getByText(said).waitFor();
  }
});
