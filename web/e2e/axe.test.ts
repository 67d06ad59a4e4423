import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { startSplitrank } from "../test/server.js";
import { start, visit } from "./browser.js";
import { choose, rank, settled } from "./steps.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const [browser, server] = await Promise.all([start(), startSplitrank({ after })]);
after(() => browser.close());

/** What axe-core reports of a rule that is broken. */
interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary: string }[];
}

async function violations(page: Page): Promise<string[]> {
  if (await page.evaluate(() => !("axe" in window))) {
    await page.evaluate(axe);
  }
  const found = await page.evaluate(async () => (await (window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe.run()).violations);
  return found.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`));
}

/** states are the views as one meets them: with results, empty, and with what opens. */
const states: Record<string, (page: Page) => Promise<unknown>> = {
  async "start"(page) {
    await settled(page);
    await page.locator(".column-cascade .why").first().click();
  },
  async "search with an explanation"(page) {
    await page.goto("#search");
    await choose(page, "set", "english");
    await rank(page, "salt");
    await page.locator(".why").first().click();
    await page.locator(".legend summary").click();
  },
  async "documents as they were understood"(page) {
    await choose(page, "set", "own");
    await page.fill("#documents", "one\ntwo");
    await page.locator(".understood li").first().waitFor();
  },
  async "search in documents of one's own"(page) {
    await choose(page, "set", "own");
    await page.fill("#documents", "[oops");
    await page.locator(".said.wrong").waitFor();
  },
  async "playground with three orders"(page) {
    await page.goto("#playground");
    await page.locator(".examples .chip").first().click();
    await settled(page);
    await page.locator(".column-cascade .why").first().click();
    await page.locator(".export > summary").click();
    await page.locator(".documents > summary").click();
  },
  async "playground degraded"(page) {
    await page.goto("#playground");
    await page.locator(".column-cascade li").first().waitFor();
    await page.fill("#query", "температура духовки");
    await page.locator(".degraded").waitFor();
  },
  async "reports, nothing open"(page) {
    await page.goto("#reports");
    await page.locator(".empty").waitFor();
  },
  async "reports with plots"(page) {
    await page.goto("#reports");
    await page.locator(".empty .quiet").click();
    await page.locator(".plot").first().waitFor();
  },
  async "list of keys"(page) {
    await page.goto("#reports");
    await page.locator(".keyboard").click();
    await page.locator("dialog").waitFor();
  },
};

for (const [locale, colorScheme] of [["en-US", "light"], ["en-US", "dark"], ["he-IL", "light"], ["he-IL", "dark"]] as const) {
  test(`axe-core finds nothing: ${locale}, ${colorScheme}`, async (t) => {
    await using v = await visit(browser, server.url, { locale, colorScheme, baseURL: server.url });
    for (const [state, reach] of Object.entries(states)) {
      await t.test(state, async () => {
        await reach(v.page);
        assert.deepEqual(await violations(v.page), []);
      });
    }
    assert.deepEqual(v.errors, []);
  });
}

test("three orders on a phone", async () => {
  await using v = await visit(browser, server.url, { baseURL: server.url, viewport: { width: 390, height: 844 } });
  await states["start"]?.(v.page);
  assert.deepEqual(await violations(v.page), []);
  await states["playground with three orders"]?.(v.page);
  assert.deepEqual(await violations(v.page), []);
  assert.ok(await v.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page does not scroll sideways");
});
