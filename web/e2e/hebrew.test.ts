import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startSplitrank } from "../test/server.js";
import { start, visit } from "./browser.js";
import { choose, paste, rank } from "./steps.js";

const [browser, server] = await Promise.all([start(), startSplitrank({ after }, "--model", "none")]);
after(() => browser.close());

test("a Hebrew browser gets a Hebrew page from right to left", async () => {
  await using v = await visit(browser, `${server.url}/#search`, { locale: "he-IL" });
  await v.page.getByRole("heading", { name: "חיפוש תוך כדי הקלדה" }).waitFor();
  assert.deepEqual(await v.page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ["he", "rtl"]);
  await rank(v.page, "קרום פריך");
  const [place, content] = await Promise.all([".place", ".content"].map((part) => v.page.locator(`.result ${part}`).first().boundingBox()));
  assert.ok((place?.x ?? 0) > (content?.x ?? 0), "the rank stands on the right");
});

test("the language can be changed, and is remembered with the query", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  await rank(v.page, "salt");
  await v.page.getByRole("button", { name: "עברית" }).click();
  await v.page.getByRole("heading", { name: "חיפוש תוך כדי הקלדה" }).waitFor();
  assert.equal(await v.page.inputValue("#query"), "salt");
  await v.page.reload();
  await v.page.getByRole("heading", { name: "חיפוש תוך כדי הקלדה" }).waitFor();
});

test("matches are whole words with their niqqud, each passage in its own direction", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  await choose(v.page, "set", "own");
  await paste(v.page, "לָמָּה הַפִּיתָה מִתְנַפַּחַת בַּתַּנּוּר?\n\nBread, not pita: 🍞 פיתה");
  await rank(v.page, "פיתה");
  const marks = await v.page.locator("mark").evaluateAll((all) => all.map((mark) => [mark.textContent, mark.nextSibling?.textContent?.slice(0, 1) ?? ""]));
  assert.deepEqual(new Set(marks.map(([text]) => text)), new Set(["הַפִּיתָה", "פיתה"]));
  assert.deepEqual(marks.filter(([, next]) => /\p{M}/u.test(next as string)), []);
  assert.deepEqual(await v.page.locator(".result .content p").evaluateAll((all) => all.map((p) => getComputedStyle(p).direction).sort()), ["ltr", "rtl"]);
});
