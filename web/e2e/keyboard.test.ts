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
  await using v = await visit(browser, server.url);
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
  await using v = await visit(browser, server.url);
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

test("the list of keys opens, keeps the focus and closes", async () => {
  await using v = await visit(browser, `${server.url}/#reports`);
  await v.page.locator("h1").waitFor();
  await v.page.keyboard.press("?");
  await v.page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  await v.page.keyboard.press("Escape");
  await v.page.getByRole("dialog").waitFor({ state: "detached" });
});
