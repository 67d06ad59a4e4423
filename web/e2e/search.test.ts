import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startSplitrank } from "../test/server.js";
import { choose, drop, paste, rank, titles } from "./steps.js";
import { start, visit } from "./browser.js";

const [browser, server] = await Promise.all([start(), startSplitrank({ after }, "--model", "none")]);
after(() => browser.close());

test("every letter puts the results in another order, without a request", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  await rank(v.page, "sal");
  v.requests.length = 0;
  await rank(v.page, "salt");
  const salt = await titles(v.page, ".results");
  await v.page.locator("#query").pressSequentially(" in the oven");
  await v.page.waitForFunction((before) => document.querySelector(".results h3")?.textContent !== before, salt[0]);
  assert.notDeepEqual(await titles(v.page, ".results"), salt);
  assert.deepEqual(v.requests, []);
  assert.deepEqual(v.errors, []);
});

test("the page asks no one but its own server", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  await rank(v.page, "crust");
  assert.ok(v.requests.length > 5);
  assert.deepEqual(v.requests.filter((url) => !url.startsWith(server.url)), []);
});

test("a result says where it was, what matched and why", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  await choose(v.page, "set", "own");
  await paste(v.page, "Nothing about it.\n\nA walk by the sea.\n\nSalted crackers, and salt.");
  await rank(v.page, "salt crackers");
  const first = v.page.locator(".result").first();
  assert.deepEqual(await first.locator("mark").allTextContents(), ["Salted", "crackers", "salt"]);
  assert.match(await first.locator(".change").innerText(), /2/);
  assert.equal(await first.locator(".change .visually-hidden").textContent(), "up 2");
  await first.locator(".why").click();
  assert.deepEqual(await first.locator("tbody th").evaluateAll((all) => all.map((th) => th.childNodes[1]?.textContent)), ["Words", "Exact words", "Phrase", "Nearness", "Early", "Similarity"]);
  const adds = (await first.locator("tbody td:last-child").allTextContents()).map(Number);
  const score = Number(await first.locator("tfoot td").textContent());
  assert.ok(Math.abs(adds.reduce((a, b) => a + b) - score) < 0.004, `${adds} make ${score}`);
});

test("a thousand documents are shown a page at a time", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  await choose(v.page, "set", "thousand");
  await rank(v.page, "how hot is the oven");
  assert.match(await v.page.locator("#said").innerText(), /^1,000 documents ordered in /);
  assert.equal(await v.page.locator(".result").count(), 20);
  await v.page.getByRole("button", { name: "Show 20 more" }).click();
  await v.page.locator(".result").nth(39).waitFor();
  assert.equal(await v.page.locator(".result").count(), 40);
});

test("nothing typed, nothing shared, nothing there: each is said", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  await v.page.getByText("111 documents in the cache").waitFor();
  await v.page.fill("#query", "xylophone");
  await v.page.getByRole("heading", { name: "No document shares a word" }).waitFor();
  await choose(v.page, "set", "own");
  await v.page.getByRole("heading", { name: "No documents yet" }).waitFor();
  await paste(v.page, '[{"text": 1}]');
  await v.page.getByText("Document 1 is neither a text nor an object").waitFor();
  assert.deepEqual(v.errors, []);
});

test("what shares no word stands behind a line", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  await choose(v.page, "set", "own");
  await paste(v.page, "Salt floats.\nA stone sinks.\nSalted crackers.\nA walk by the sea.");
  await rank(v.page, "salt");
  assert.equal(await v.page.locator(".result").count(), 2);
  await v.page.getByRole("button", { name: "2 documents share no word with the query" }).click();
  await v.page.locator(".result").nth(3).waitFor();
  await v.page.fill("#query", "xylophone");
  await v.page.getByRole("heading", { name: "No document shares a word" }).waitFor();
  assert.equal(await v.page.locator(".result").count(), 0);
  await v.page.getByRole("button", { name: "4 documents share no word" }).waitFor();
});

test("the words of an explanation are explained, on a phone too", async () => {
  await using v = await visit(browser, `${server.url}/#search`, { viewport: { width: 390, height: 844 } });
  await rank(v.page, "salt");
  await v.page.locator(".why").first().click();
  assert.ok(await v.page.locator(".ledger small").first().isVisible());
  await v.page.locator(".legend summary").click();
  await v.page.getByText("like the best documents").last().waitFor();
  await v.page.getByText("counts with its weight").waitFor();
});

test("a switch parts near-duplicates", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  await choose(v.page, "set", "own");
  await paste(v.page, JSON.stringify([{ title: "a", text: "Salt the dough before it rests." }, { title: "b", text: "Salt the dough before it rests!" }, { title: "c", text: "When you salt the dough, take fine salt." }]));
  await rank(v.page, "salt the dough");
  assert.deepEqual((await titles(v.page, ".results")).slice(0, 2).sort(), ["a", "b"]);
  await v.page.locator("#parted").check();
  await v.page.waitForFunction(() => document.querySelectorAll(".results h3")[1]?.textContent === "c");
});

test("the retriever's order counts when it is said to", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  await choose(v.page, "set", "own");
  await paste(v.page, '{"title": "third", "text": "bread", "rank": 3}\n{"title": "first", "text": "bread", "rank": 1}\n{"title": "second", "text": "bread", "rank": 2}');
  assert.deepEqual(await titles(v.page, ".results"), ["first", "second", "third"]);
  await v.page.locator("#ordered").check();
  await rank(v.page, "bread");
  assert.deepEqual(await titles(v.page, ".results"), ["first", "second", "third"]);
});

test("without the scorer the server ranks", async () => {
  const context = await browser.newContext({ locale: "en-US", serviceWorkers: "block" });
  const page = await context.newPage();
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto(`${server.url}/#search`);
  await rank(page, "salt");
  await page.getByText("the server ranks instead").waitFor();
  await context.close();
});

test("a file that is dropped on a sample becomes one's own set", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  await rank(v.page, "salt");
  await drop(v.page, "A stone sinks.\n\nSalt floats.");
  await v.page.locator(".results").getByText("floats").waitFor();
  assert.ok(await v.page.locator('input[name="set"][value="own"]').isChecked());
  assert.equal(await v.page.inputValue("#documents"), "A stone sinks.\n\nSalt floats.");
  await choose(v.page, "set", "english");
  await drop(v.page, "Another stone of salt.");
  await v.page.locator(".results").getByText("Another").waitFor();
  assert.deepEqual(v.errors, []);
});
