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
  await settled(page);
  await watchStages(page);
  await page.locator('.chip[lang="en"]').nth(1).click();
  await page.locator('.column-cascade[aria-busy="true"]').waitFor();
  await settled(page);
  const stages = await page.evaluate(() => (window as unknown as { stages: string[] }).stages);
  assert.match(stages[0] ?? "", /waiting for the server/);
  assert.match(stages.at(-1) ?? "", /\d+ documents scored by splitrank-(mini|small): \d+ (known|read now)/);
  assert.equal(await page.locator(".column .order li").count(), 30);
  assert.ok(await page.locator(".column-cascade .by-late-interaction").count() > 0);
  assert.equal(await page.locator(".column-heuristic .by-late-interaction").count(), 0);
  const quality = await page.locator(".quality b").allTextContents(); // a retriever's may be 0
  assert.deepEqual(quality.map((n) => /^[01]\.\d{3}$/.test(n)), [true, true, true]);
  assert.ok(Number(quality[2]) > 0);
  assert.deepEqual(v.errors, []);
});

test("all orders follow the typing, the cascade after a pause and by itself", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await settled(v.page);
  const before = await Promise.all([titles(v.page, ".column-heuristic"), titles(v.page, ".column-cascade")]);
  await v.page.clock.install(); // the pause does not end before it is told to
  await v.page.fill("#query", "oven temperature");
  await v.page.locator(".column-cascade.stale").waitFor();
  await v.page.getByText("The question has changed since").waitFor();
  await v.page.waitForFunction((first) => document.querySelector(".column-heuristic h3")?.textContent !== first, before[0][0]);
  await v.page.clock.runFor(1000);
  await v.page.waitForFunction((first) => document.querySelector(".column-cascade h3")?.textContent !== first, before[1][0]);
});

test("many documents are not sent without being asked", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await settled(v.page);
  await paste(v.page, JSON.stringify(Array.from({ length: 201 }, (_, i) => `flour ${i}`)));
  await v.page.getByText("Ask the server to fill this column").waitFor();
});

test("a budget bounds what the model reads", async (t) => {
  const fresh = await startSplitrank(t); // what others have had read is known, and known documents cost nothing
  await using v = await visit(browser, `${fresh.url}/#playground`);
  await settled(v.page); // all is known from here on
  await v.page.locator("#budget").fill("2"); // the third step: 5 documents
  assert.equal(await v.page.locator('output[for="budget"]').textContent(), "5 documents");
  await v.page.getByText(/^5 documents scored by .*: 5 read now$/).waitFor();
  assert.equal(await v.page.locator(".column-cascade .by-late-interaction").count(), 5);
});

test("a deadline bounds the answer, also of what is known", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await settled(v.page);
  await v.page.locator("#deadline").fill("0"); // 5 ms: too short to read anything new
  await v.page.locator('.column-cascade .degraded[data-reason="deadline"]').waitFor();
});

test("the button stops what runs", async () => {
  await using v = await visit(browser, `${server.url}/#playground`, { serviceWorkers: "block" });
  await settled(v.page);
  await v.page.route("**/rerank", () => undefined); // never answered
  await v.page.getByRole("button", { name: "Ask the server" }).click();
  await v.page.getByText("waiting for the server").waitFor();
  assert.equal(await v.page.locator(".column-cascade .time").textContent(), "", "no time of a server that has not answered");
  await v.page.getByRole("button", { name: "Stop", exact: true }).click();
  await v.page.locator(".stage").getByText("Stopped: the order of that moment").waitFor();
  await v.page.getByRole("button", { name: "Ask the server" }).waitFor();
  assert.ok(await v.page.locator(".column-cascade li").count() > 0);
});

test("a row opens to its whole text and to what makes the score that is shown", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await settled(v.page);
  for (const column of [".column-heuristic", ".column-cascade"]) {
    const row = v.page.locator(`${column} li`).first();
    const height = (await row.boundingBox())?.height ?? 0;
    await row.locator(".content > p").first().click();
    const tables = row.locator(".ledger");
    for (let i = 0; i < await tables.count(); i++) {
      const adds = (await tables.nth(i).locator("tbody td:last-child").allTextContents()).map(minus);
      const sum = minus(await tables.nth(i).locator("tfoot td").first().textContent() ?? "");
      assert.ok(Math.abs(adds.reduce((a, b) => a + b) - sum) < 0.005, `${column}: ${adds} make ${sum}`);
    }
    const shown = Number((await row.locator(".scored .number").textContent() ?? "").replace("score ", ""));
    assert.ok(Math.abs(minus(await row.locator("tfoot td").last().textContent() ?? "") - shown) < 0.006);
    assert.ok(((await row.boundingBox())?.height ?? 0) > height);
    await row.locator(".why").click();
    await row.locator(".ledger").first().waitFor({ state: "detached" });
  }
  assert.equal(await v.page.locator(".column-cascade li .blend").count(), 0);
});

/** minus reads a number as the page writes it. */
function minus(text: string): number {
  return Number(text.replace("\u2212", "-").replace(/[^-0-9.]/g, ""));
}

test("a switch parts near-duplicates", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await settled(v.page);
  await paste(v.page, JSON.stringify([{ title: "a", text: "Salt the dough before it rests." }, { title: "b", text: "Salt the dough before it rests!" }, { title: "c", text: "When you salt the dough, take fine salt." }]));
  await v.page.fill("#query", "salt the dough");
  await v.page.waitForFunction(() => document.querySelectorAll(".column-heuristic li").length === 3);
  assert.deepEqual((await titles(v.page, ".column-heuristic")).slice(0, 2).sort(), ["a", "b"]);
  await v.page.locator("#parted").check();
  await v.page.waitForFunction(() => document.querySelectorAll(".column-heuristic h3")[1]?.textContent === "c");
});

test("what does not change is not sent again", async (t) => {
  const fresh = await startSplitrank(t);
  await using v = await visit(browser, `${fresh.url}/#reports`, { serviceWorkers: "block" });
  let body = "";
  await v.page.route("**/rerank", async (route) => {
    const response = await route.fetch();
    body = await response.text();
    await route.fulfill({ response, body });
  });
  await v.page.locator('nav a[href="#playground"]').click();
  await settled(v.page);
  const events = body.split("\n\n").filter((event) => event.startsWith("event:"));
  const partial = events.filter((event) => event.startsWith("event: partial"));
  assert.ok(partial.length > 0 && events.at(-1)?.startsWith("event: final"));
  assert.ok(partial.every((event) => !event.includes('"explanation"') && !event.includes('"matches"')));
  assert.ok(events.at(-1)?.includes('"blend"'));
});

test("what the words do not find stands behind a line", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await settled(v.page);
  await v.page.locator("#ordered").uncheck();
  await paste(v.page, "Salt in dough.\nOvens run hot.\nCold rooms.");
  await v.page.fill("#query", "salt");
  await v.page.waitForFunction(() => document.querySelectorAll(".column-heuristic li").length === 1);
  await v.page.locator(".column-heuristic").getByRole("button", { name: "Show all 3" }).click();
  assert.equal(await v.page.locator(".column-heuristic li").count(), 3);
});

test("on a phone one order at a time, with the quality of all and each row's place in every one", async () => {
  await using v = await visit(browser, `${server.url}/#playground`, { viewport: { width: 390, height: 844 } });
  await settled(v.page);
  assert.deepEqual(await v.page.locator(".column").evaluateAll((all) => all.map((column) => (column as HTMLElement).offsetParent !== null)), [false, false, true]);
  const labels = await v.page.locator(".orders label").allTextContents();
  assert.ok(labels.length === 3 && labels.every((label) => /0\.\d{3}$/.test(label)), String(labels));
  assert.match(await v.page.locator(".column-cascade li .places").first().innerText(), /^Retriever \d+\s+Heuristics \d+\s+Cascade 1$/);
  await v.page.locator('input[name="order"][value="retriever"]').check();
  assert.ok(await v.page.locator(".column-retriever li").first().isVisible());
  assert.ok(await v.page.evaluate(() => [...document.querySelectorAll(".columns, .columns *")].every((e) => e.scrollWidth <= e.clientWidth + 1 || getComputedStyle(e).overflowX !== "auto")), "nothing scrolls sideways");
});

test("a Hebrew question is read by the model", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await settled(v.page);
  await v.page.locator('.chip[lang="he"]').first().click();
  await v.page.locator(".column-cascade .by-late-interaction").first().waitFor();
  assert.equal(await v.page.locator(".degraded").count(), 0);
});

test("a question in a language that the model does not read degrades, and the column says why", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await settled(v.page);
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
  await v.page.locator('.degraded[data-reason="unauthorized"]').waitFor();
  await v.page.fill("#key", "open-sesame");
  await v.page.getByRole("button", { name: "Ask the server" }).click();
  await v.page.getByText("This server has no model loaded").waitFor();
});
