// What browser.mjs runs in a page, bundled.
import { createLocal } from "../dist/index.js";
import { miniSearch, orama } from "./engines.mjs";
import { inTurn, SIZE, timed } from "./rounds.mjs";
import { passages, questions, random } from "./words.mjs";

const wasm = "/dist/splitrank.wasm";
const next = random(7);
const texts = passages(1000, SIZE, next);
const queries = inTurn(questions(2000, next));
let here;
let there;

/** ready is the time in milliseconds until the scorer can be asked: fetch, compilation and start. */
export async function ready() {
  const start = performance.now();
  here = await createLocal({ wasm });
  return performance.now() - start;
}

export async function prepare() {
  await ready();
  there = await createLocal({ wasm, worker: () => new Worker("/bench/worker.js", { type: "module" }) });
  return here.scorer;
}

const turns = {
  wasm: (documents, query) => here.rerank(query, documents, { firstStage: "hidden" }),
  worker: (documents, query) => there.rerank(query, documents, { firstStage: "hidden" }),
  miniSearch,
  orama,
};

/** time of one contender's turns on so many passages. */
export function time(contender, count, howMany) {
  const documents = texts.slice(0, count);
  return timed(howMany, queries, (query) => turns[contender](documents, query));
}

/** listen makes a field that re-orders 1,000 passages with every letter and draws the ten best, as a page would. */
export function listen() {
  const field = document.body.appendChild(document.createElement("input"));
  const list = document.body.appendChild(document.createElement("ol"));
  globalThis.longTasks = [];
  new PerformanceObserver((entries) => longTasks.push(...entries.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
  field.addEventListener("input", async () => {
    const { results } = await here.rerank(field.value, texts, { firstStage: "hidden", topK: 10, explain: true });
    list.replaceChildren(...results.map(({ document: text }) => Object.assign(document.createElement("li"), { textContent: text })));
  });
  field.focus();
}

export function tasks() {
  return globalThis.longTasks;
}
