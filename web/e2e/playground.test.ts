import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { startSplitrank } from "../test/server.js";
import { start, visit } from "./browser.js";
import { drop, paste, settled, titles } from "./steps.js";

const [browser, server] = await Promise.all([start(), startSplitrank({ after })]);
after(() => browser.close());

/** watchStages keeps what the cascade's column says on its way. */
async function watchStages(page: Page): Promise<void> {
  await page.evaluate(() => {
    const stages: string[] = [];
    Object.assign(window, { stages });
    const note = () => stages.push(document.querySelector(".column-cascade .notes")?.textContent ?? "");
    new MutationObserver(note).observe(document.querySelector(".column-cascade .notes") as Node, { childList: true, subtree: true });
  });
}

test("a sample fills three columns, and the cascade's as it comes", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  const { page } = v;
  await page.locator(".column-heuristic li").first().waitFor();
  await watchStages(page);
  await page.getByRole("button", { name: "pink streaks" }).click();
  await settled(page);
  const stages = await page.evaluate(() => (window as unknown as { stages: string[] }).stages);
  assert.match(stages[0] ?? "", /heuristic order/);
  assert.match(stages.at(-1) ?? "", /\d+ documents scored by splitrank-small: \d+ (known|read now)/);
  assert.equal(await page.locator(".column .order li").count(), 30);
  assert.ok(await page.locator(".column-cascade .by-late-interaction").count() > 0);
  assert.equal(await page.locator(".column-heuristic .by-late-interaction").count(), 0);
  assert.deepEqual(await page.locator(".quality b").allTextContents().then((all) => all.map((n) => Number(n) > 0)), [true, true, true]);
  assert.deepEqual(v.errors, []);
});

test("the heuristics follow the typing, and the cascade says that it did not", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await v.page.getByRole("button", { name: "pink streaks" }).click();
  await settled(v.page);
  const before = await titles(v.page, ".column-heuristic");
  await v.page.fill("#query", "oven temperature");
  await v.page.locator(".column-cascade.stale").waitFor();
  await v.page.waitForFunction((first) => document.querySelector(".column-heuristic h3")?.textContent !== first, before[0]);
  await v.page.getByText("The question has changed since").waitFor();
});

test("a budget bounds what the model reads", async (t) => {
  const fresh = await startSplitrank(t); // what others have had read is known, and known documents cost nothing
  await using v = await visit(browser, `${fresh.url}/#playground`);
  await v.page.locator(".column-heuristic li").first().waitFor();
  await v.page.locator("#budget").fill("2"); // the third step: 5 documents
  assert.equal(await v.page.locator('output[for="budget"]').textContent(), "5 documents");
  await v.page.getByRole("button", { name: "Ask the server" }).click();
  await settled(v.page);
  assert.equal(await v.page.locator(".column-cascade .by-late-interaction").count(), 5);
});

test("a Hebrew question is read by the model", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await v.page.locator('.chip[lang="he"]').first().click();
  await v.page.locator(".column-cascade .by-late-interaction").first().waitFor();
  assert.equal(await v.page.locator(".degraded").count(), 0);
});

test("a question in a language that the model does not read degrades, and the column says why", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await v.page.locator(".column-heuristic li").first().waitFor();
  await v.page.fill("#query", "температура духовки");
  await v.page.getByRole("button", { name: "Ask the server" }).click();
  await v.page.locator('.degraded[data-reason="language"]').waitFor();
  await v.page.getByText("not trained on this language").waitFor();
});

test("errors of the documents name the place, those of the server the limit", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await v.page.locator(".column-heuristic li").first().waitFor();
  await paste(v.page, '{"text": "one"}\n{"text": oops}');
  await v.page.getByText("Line 2 is not valid JSON").waitFor();
  await paste(v.page, JSON.stringify(Array.from({ length: 1001 }, (_, i) => `bread ${i}`)));
  await v.page.getByRole("button", { name: "Ask the server" }).click();
  await v.page.locator(".column-cascade .problem").waitFor();
  assert.match(await v.page.locator(".column-cascade .problem").innerText(), /More documents than the server takes/);
});

test("a whole request can be dropped on the page", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await v.page.locator(".column-heuristic li").first().waitFor();
  await drop(v.page, '{"query": "what floats", "documents": [{"title": "stone", "text": "A stone sinks."}, {"title": "cork", "text": "Cork floats."}]}');
  await v.page.locator(".column-heuristic h3").first().getByText("cork").waitFor();
  assert.equal(await v.page.inputValue("#query"), "what floats");
});

test("what is wrong with a dropped file is said, though a sample is shown", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await v.page.locator(".column-heuristic li").first().waitFor();
  await drop(v.page, "[");
  await v.page.getByText("is not valid JSON").waitFor();
});

test("a view that is left before the samples came leaves them to the next", async () => {
  await using v = await visit(browser, server.url, { serviceWorkers: "block" });
  let release = () => {};
  const held = new Promise<void>((resolve) => { release = resolve; });
  await v.page.route("**/samples.json", async (route) => {
    await held;
    await route.continue();
  });
  await v.page.reload();
  await v.page.locator('nav a[href="#playground"]').click();
  await v.page.locator(".language").click();
  release();
  await v.page.locator(".column-heuristic li").first().waitFor();
  assert.notEqual(await v.page.inputValue("#query"), "");
});

/** runners run the code of a language: in this package, so that JavaScript finds "splitrank". */
const runners: Record<string, readonly [program: string, file: string]> = { curl: ["sh", "snippet.sh"], typescript: [process.execPath, "snippet.mjs"], python: ["python3", "snippet.py"] };

test("the request of the moment is there as code that runs", async (t) => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await v.page.locator(".column-heuristic li").first().waitFor();
  await paste(v.page, JSON.stringify([{ title: "it's", text: 'two "quotes", \\ and $HOME\nREQUEST\n`salt`' }, { text: "לחם 🍞 null", rank: 1 }]));
  await v.page.fill("#query", "it's salt");
  await v.page.locator("#budget").fill("2");
  await v.page.locator(".export > summary").click();
  for (const [language, [program, file]] of Object.entries(runners)) {
    await t.test(language, async (t) => {
      if (spawnSync(program, ["--version"]).error || (language === "curl" && spawnSync("curl", ["--version"]).error)) {
        t.skip(`there is no ${language === "curl" ? "curl" : program} here`);
        return;
      }
      await v.page.locator(`input[name="snippet"][value="${language}"]`).check();
      writeFileSync(new URL(file, import.meta.url), await v.page.locator(".export code").innerText());
      const { status, stdout, stderr } = spawnSync(program, [fileURLToPath(new URL(file, import.meta.url))], { encoding: "utf8" });
      assert.equal(status, 0, stderr);
      assert.match(stdout, /late-interaction/);
    });
  }
});

test("where a key is wanted, one can be given", async (t) => {
  const closed = await startSplitrank(t, "--model", "none", "--api-keys", "open-sesame");
  await using v = await visit(browser, `${closed.url}/#playground`);
  await v.page.locator(".column-heuristic li").first().waitFor();
  await v.page.getByRole("button", { name: "Ask the server" }).click();
  await v.page.locator('.degraded[data-reason="unauthorized"]').waitFor();
  await v.page.fill("#key", "open-sesame");
  await v.page.getByRole("button", { name: "Ask the server" }).click();
  await v.page.getByText("This server has no model loaded").waitFor();
});
