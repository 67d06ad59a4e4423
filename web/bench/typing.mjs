// Types into the page itself, over 1,000 passages of 600 bytes, in Chromium: how
// long after a letter the list has its new order, and the tasks over 50 ms.
//
//   npm run bench:typing
import { join } from "node:path";
import { chromiumPath, launch } from "../scripts/chromium.mjs";
import { serve } from "../scripts/serve.mjs";
import { web } from "../scripts/wasm.mjs";
import { machine } from "./machine.mjs";
import { percentiles, SIZE } from "./rounds.mjs";
import { passages, questions, random } from "./words.mjs";

const DOCUMENTS = 1000;
/** Questions typed, and milliseconds between two letters: a quick typist. */
const QUESTIONS = 8;
const PAUSE = 80;

const path = chromiumPath();
if (path === undefined) {
  process.exit(1);
}
const next = random(7);
const texts = passages(DOCUMENTS, SIZE, next);
const typed = questions(QUESTIONS, next);
const site = await serve({ "/": join(web, "page") });
const browser = await launch(path);
const page = await browser.newPage();

await page.goto(`${site.url}/index.html#search`);
await page.locator('input[name="set"][value="own"]').check();
await page.fill("#documents", JSON.stringify(texts));
await type("warm up");
await page.evaluate(listen);
for (const question of typed) {
  await type(question);
}
report(await page.evaluate(() => ({ orders: globalThis.orders, long: globalThis.long })));
await browser.close();
await site.close();

async function type(text) {
  await page.fill("#query", "");
  await page.locator("#query").pressSequentially(text, { delay: PAUSE });
  await page.locator(".result .why").first().waitFor();
}

/** listen runs in the page: it notes the time from each letter to the change of the list, and long tasks. */
function listen() {
  Object.assign(globalThis, { orders: [], long: [] });
  let letter;
  addEventListener("input", (event) => { letter = event.timeStamp; }, true);
  new MutationObserver(() => {
    if (letter !== undefined) {
      orders.push(performance.now() - letter);
      letter = undefined;
    }
  }).observe(document.querySelector(".results"), { childList: true });
  new PerformanceObserver((entries) => long.push(...entries.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
}

function report({ orders, long }) {
  const { p50, p99 } = percentiles(orders);
  console.log(`${typed.join("").length} letters over ${DOCUMENTS} passages of ${SIZE} bytes: new order after p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  console.log(`${long.length} tasks over 50 ms${long.length > 0 ? `, the longest ${Math.max(...long)} ms` : ""}`);
  console.log(`${machine()}; Chromium ${browser.version()}`);
}
