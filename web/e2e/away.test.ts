import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startSplitrank } from "../test/server.js";
import { start, visit } from "./browser.js";
import { rank, settled } from "./steps.js";

const browser = await start();
after(() => browser.close());

test("a server that dies while it is asked leaves the browser's order", async (t) => {
  const server = await startSplitrank(t, "--model", "none");
  await using v = await visit(browser, `${server.url}/#playground`, { serviceWorkers: "block" });
  await settled(v.page);
  await v.page.route("**/rerank", async (route) => {
    await server.end();
    await route.continue();
  });
  await v.page.getByRole("button", { name: "Ask the server" }).click();
  await v.page.locator('.degraded[data-reason="unreachable"]').waitFor();
  assert.ok(await v.page.locator(".column-cascade li").count() > 0);
});

test("a page that was loaded works without its server", async (t) => {
  const server = await startSplitrank(t, "--model", "none");
  await using v = await visit(browser, `${server.url}/#search`);
  await v.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await server.end();
  await v.page.reload();
  await rank(v.page, "salt");
  assert.match(await v.page.locator("#said").innerText(), /111 documents ordered in .* in this browser/);
  await v.page.locator('nav a[href="#playground"]').click();
  await v.page.locator(".column-heuristic li").first().waitFor();
  await settled(v.page); // asked by itself
  await v.page.locator('.degraded[data-reason="unreachable"]').waitFor();
  await v.page.locator('nav a[href="#reports"]').click();
  await v.page.getByRole("button", { name: "Open the sample report" }).click();
  await v.page.locator(".plot").first().waitFor();
});
