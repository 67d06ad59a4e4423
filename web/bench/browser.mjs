// Time to re-order 100 and 1,000 passages of 600 bytes in Chromium: the whole
// call, in the page's thread and in a worker, beside MiniSearch and Orama
// indexing and querying the same passages; the time until the scorer is ready;
// and the tasks over 50 ms while somebody types. Every turn brings a new query.
//
//   npm run bench:browser
import { join } from "node:path";
import { bundle } from "../scripts/bundle.mjs";
import { chromiumPath, launch } from "../scripts/chromium.mjs";
import { serve } from "../scripts/serve.mjs";
import { web } from "../scripts/wasm.mjs";
import { machine, version } from "./machine.mjs";
import { loads, percentiles, Quietest, ROUNDS } from "./rounds.mjs";

/** Pages opened to see how soon the scorer is ready. */
const PAGES = 15;
const TYPED = "how does a cross encoder read the question and the passage together";
const contenders = {
  wasm: "splitrank, the whole call",
  worker: "splitrank in a worker",
  miniSearch: `MiniSearch ${version("minisearch")}, index and query`,
  orama: `Orama ${version("@orama/orama")}, index and query`,
};

const path = chromiumPath();
if (path === undefined) {
  process.exit(1);
}
const built = join(web, "build", "bench");
for (const entry of [join(web, "bench", "page.mjs"), join(web, "dist", "worker.js")]) {
  await bundle([entry], built);
}
const site = await serve({ "/dist/": join(web, "dist"), "/bench/": built }, "max-age=3600");
const browser = await launch(path);
const context = await browser.newContext();

const soon = await readiness();
const page = await opened();
const scorer = await ask(page, "prepare");
const quietest = await rounds();
const long = await typing();
report();
await browser.close();
await site.close();

async function opened() {
  const page = await context.newPage();
  await page.goto(site.url);
  return page;
}

/** ask calls a function of page.mjs. */
function ask(page, name, ...args) {
  return page.evaluate(async ([name, args]) => (await import("/bench/page.js"))[name](...args), [name, args]);
}

/** readiness is measured in new pages; the first one fills the HTTP cache. */
async function readiness() {
  const took = [];
  for (let i = 0; i <= PAGES; i++) {
    const page = await opened();
    took.push(await ask(page, "ready"));
    await page.close();
  }
  const [cold, ...warm] = took;
  return { cold, warm };
}

async function rounds() {
  const quietest = new Quietest();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { count, turns, searchTurns } of loads) {
      for (const contender of Object.keys(contenders)) {
        const ours = contender === "wasm" || contender === "worker";
        quietest.keep(contender, count, await ask(page, "time", contender, count, ours ? turns : searchTurns));
      }
    }
  }
  return quietest;
}

async function typing() {
  await ask(page, "listen");
  await page.keyboard.type(TYPED, { delay: 30 });
  return ask(page, "tasks");
}

function report() {
  quietest.print(contenders, "wasm");
  for (const { count } of loads) {
    console.log(`at ${count}: MiniSearch / splitrank ${quietest.ratio("miniSearch", count, "wasm")}, Orama / splitrank ${quietest.ratio("orama", count, "wasm")}`);
  }
  const { p50 } = percentiles(soon.warm);
  console.log(`ready with a warm HTTP cache: p50 ${p50.toFixed(0)} ms, worst of ${PAGES} ${Math.max(...soon.warm).toFixed(0)} ms; cold, from this machine: ${soon.cold.toFixed(0)} ms`);
  console.log(`${TYPED.length} letters typed over 1,000 passages: ${long.length} tasks over 50 ms${long.length > 0 ? `, the longest ${Math.max(...long)} ms` : ""}`);
  console.log(`${scorer}; ${machine()}; Chromium ${browser.version()}`);
}
