import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startSplitrank } from "../test/server.js";
import { start, visit } from "./browser.js";
import { settled } from "./steps.js";

const [browser, server] = await Promise.all([start(), startSplitrank({ after })]);
after(() => browser.close());

test("the first view says what this is, and each step visibly helps", async () => {
  await using v = await visit(browser, server.url);
  await v.page.getByRole("heading", { level: 1, name: "Put the passages that answer first" }).waitFor();
  assert.match(await v.page.locator(".lead p").innerText(), /re-ranks what your retriever found/);
  await settled(v.page);
  const [retriever = 0, words = 0, model = 0] = (await v.page.locator(".quality b").allTextContents()).map(Number);
  assert.ok(retriever < words && words < model, `nDCG@10 ${retriever}, ${words}, ${model}: choose_samples.mjs chooses anew`);
  assert.match(await v.page.locator(".outcome").innerText(), /among the first 5: retriever \d, words \d, model \d/);
  assert.ok(await v.page.locator(".column-cascade .relevant").count() > await v.page.locator(".column-retriever .relevant").count());
  assert.deepEqual(v.errors, []);
});

test("the first view leads on, and its API is there", async () => {
  await using v = await visit(browser, server.url);
  await v.page.getByText("splitrank (devel)").waitFor();
  assert.equal((await v.page.request.get(new URL(await v.page.getByRole("link", { name: "API of this server" }).getAttribute("href") ?? "", server.url).href)).status(), 200);
  await v.page.getByRole("link", { name: "Try it on your documents" }).click();
  await v.page.getByRole("heading", { name: "Playground", level: 1 }).waitFor();
});

test("a Hebrew interface begins in Hebrew, everywhere", async () => {
  await using v = await visit(browser, server.url, { locale: "he-IL" });
  const hebrew = /\p{Script=Hebrew}/u;
  await v.page.locator(".asked").getByText(hebrew).waitFor();
  await v.page.locator(".column-heuristic li").first().waitFor();
  await v.page.locator('nav a[href="#search"]').click();
  assert.ok(await v.page.locator('input[name="set"][value="hebrew"]').isChecked());
  assert.match(await v.page.locator(".examples .chip").first().innerText(), hebrew);
  await v.page.locator('nav a[href="#playground"]').click();
  await v.page.waitForFunction(() => /\p{Script=Hebrew}/u.test((document.querySelector("#query") as HTMLInputElement).value));
  assert.match(await v.page.locator(".examples .chip").first().innerText(), hebrew);
});

test("a sample follows a change of language, one's own question stays", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  await settled(v.page);
  await v.page.locator(".language").click();
  await v.page.waitForFunction(() => /\p{Script=Hebrew}/u.test((document.querySelector("#query") as HTMLInputElement).value));
  await v.page.fill("#query", "my own");
  await v.page.locator(".language").click();
  await settled(v.page);
  assert.equal(await v.page.inputValue("#query"), "my own");
});

test("without its server the first view still says what this is", async () => {
  await using v = await visit(browser, server.url, { serviceWorkers: "block" });
  await v.page.route("**/rerank", (route) => route.abort());
  await v.page.reload();
  await v.page.locator('.column-cascade .degraded[data-reason="unreachable"]').waitFor();
  assert.ok(await v.page.locator(".column-heuristic li").count() > 0);
});
