import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { startSplitrank } from "../test/server.js";
import { start, visit } from "./browser.js";
import { rank, settled } from "./steps.js";

const [browser, server] = await Promise.all([start(), startSplitrank({ after }, "--model", "none")]);
after(() => browser.close());

/** focused says what has the focus: its id, class or name. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { id, className, tagName } = document.activeElement as Element;
    return id || className || tagName;
  });
}

test("a search from the query to an explanation and back", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  const { page } = v;
  await page.keyboard.press("Tab");
  await page.locator("h1").waitFor();
  await page.locator("body").press("/");
  assert.equal(await focused(page), "query");
  await rank(page, "salt");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(page), "result");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => [...(document.activeElement?.parentElement?.children ?? [])].indexOf(document.activeElement as Element)), 1);
  await page.keyboard.press("Enter");
  await page.locator(".result").nth(1).locator(".ledger").waitFor();
  assert.equal(await focused(page), "why");
  await page.keyboard.press("Enter");
  await page.locator(".ledger").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  assert.equal(await focused(page), "query");
});

test("from view to view, and a question to the server", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  const { page } = v;
  await page.locator(".choices input").first().focus();
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await page.getByRole("heading", { name: "Playground", level: 1 }).waitFor();
  await page.locator(".column-heuristic li").first().waitFor();
  await page.keyboard.press("/");
  assert.equal(await focused(page), "query");
  await page.keyboard.type(" quickly");
  await page.keyboard.press("Control+Enter");
  await settled(page);
  await page.locator(".column-cascade li").first().waitFor();
  await page.locator("#budget").focus();
  await page.keyboard.press("ArrowLeft");
  assert.equal(await page.locator('output[for="budget"]').textContent(), "100 documents");
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.getByRole("heading", { name: "Reports", level: 1 }).waitFor();
});

test("arrows walk through the playground's orders, Enter opens, Escape goes back", async () => {
  await using v = await visit(browser, `${server.url}/#playground`);
  const { page } = v;
  await settled(page);
  const at = () => page.evaluate(() => [document.activeElement?.closest(".column")?.className.split(" ")[1] ?? "", (document.activeElement as HTMLElement).dataset["index"]]);
  await page.locator("#query").press("ArrowDown");
  const [column, index] = await at();
  assert.equal(column, "column-retriever");
  await page.keyboard.press("ArrowDown");
  assert.notEqual((await at())[1], index);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.locator(".column-retriever li.open").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await focused(page), "query");
  const shared = await page.locator(".column-heuristic li").first().getAttribute("data-index");
  await page.locator(".column-heuristic li").first().focus();
  await page.keyboard.press("ArrowRight");
  assert.deepEqual(await at(), ["column-cascade", shared]);
});

test("every key of the list does something in the view that lists it", async () => {
  await using v = await visit(browser, `${server.url}/#reports`);
  await v.page.locator("h1").waitFor();
  await v.page.locator(".keyboard").click();
  assert.deepEqual((await v.page.locator("dialog dt").allTextContents()).filter((key) => /[↓←]|Enter/.test(key)), []);
  await v.page.keyboard.press("Escape");
  await v.page.locator("body").press("/");
  await v.page.waitForFunction(() => document.activeElement?.id === "query");
  assert.match(v.page.url(), /#search$/);
  await v.page.locator("h1").focus();
  await v.page.keyboard.press("g");
  await v.page.keyboard.press("h");
  await v.page.locator(".column-retriever li").first().waitFor();
  await v.page.locator("body").press("ArrowDown");
  await v.page.waitForFunction(() => document.activeElement?.matches("li[data-index]"));
});

test("the list of keys opens, keeps the focus and closes", async () => {
  await using v = await visit(browser, `${server.url}/#reports`);
  await v.page.locator("h1").waitFor();
  await v.page.keyboard.press("?");
  await v.page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  await v.page.keyboard.press("Escape");
  await v.page.getByRole("dialog").waitFor({ state: "detached" });
});
