import { samples } from "./samples.js";

/** @typedef {import("./lib/index.js")} Package */
/** @typedef {{ index: number, score: number, spans: { start: number, end: number }[] }} Place */

const query = input("query");
const hidden = input("hidden");
const documents = /** @type {HTMLTextAreaElement} */ (element("documents"));
const status = element("status");
const results = element("results");

/** Milliseconds without typing after which the server is asked, where there is no scorer here. */
const PAUSE = 400;

/** @type {{ ranker: import("./lib/index.js").Local, stringSpans: Package["stringSpans"] } | undefined} */
let local;
/** @type {AbortController | undefined} */
let asking;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pause;

element("form").addEventListener("input", refresh);
element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  void askServer();
});
for (const button of document.querySelectorAll("button[data-sample]")) {
  button.addEventListener("click", () => show(/** @type {HTMLButtonElement} */ (button).dataset["sample"] ?? ""));
}

await load();
show("english");

/** load starts the scorer of this browser, or says that there is none. */
async function load() {
  try {
    const { createLocal, stringSpans } = await import("./lib/index.js");
    local = { ranker: await createLocal({ wasm: "splitrank.wasm" }), stringSpans };
  } catch {
    local = undefined;
  }
}

/** @param {string} name */
function show(name) {
  const sample = samples[/** @type {keyof typeof samples} */ (name)];
  query.value = sample.query;
  documents.value = sample.documents;
  refresh();
}

/** refresh orders the passages here, or asks the server once the typing pauses. */
function refresh() {
  asking?.abort();
  clearTimeout(pause);
  if (texts().length === 0 || query.value.trim() === "") {
    render([], "Nothing to order yet: write a question and passages.");
  } else if (local === undefined) {
    pause = setTimeout(() => void askServer(), PAUSE);
  } else {
    void rankHere(local);
  }
}

/** @param {NonNullable<typeof local>} scorer */
async function rankHere({ ranker, stringSpans }) {
  const passages = texts();
  const start = performance.now();
  try {
    const ranking = await ranker.rank(query.value, passages, { firstStage: firstStage(), matches: true });
    const took = performance.now() - start;
    const places = ranking.items.map((item) => ({
      index: item.index,
      score: item.score,
      spans: stringSpans(passages[item.index] ?? "", item.matches),
    }));
    render(places, `${count(places)} ordered in this browser in ${took.toFixed(1)} ms (${ranking.scorer}); nothing has left it.`);
  } catch (error) {
    render([], `The scorer could not order them: ${message(error)}`);
  }
}

async function askServer() {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const start = performance.now();
  try {
    const answer = await post({ query: query.value, documents: texts(), first_stage: firstStage() }, signal);
    const places = answer.results.map((r) => ({ index: r.index, score: r.relevance_score, spans: [] }));
    const took = Math.round(performance.now() - start);
    render(places, `${missing()}${count(places)} ordered by the server in ${took} ms (${answer.scorer}).`);
  } catch (error) {
    if (!signal.aborted) {
      render([], `${missing()}The server could not order them: ${message(error)}`);
    }
  }
}

/** @param {Place[]} places */
function count(places) {
  return places.length === 1 ? "1 passage" : `${places.length} passages`;
}

function missing() {
  return local === undefined ? "The Wasm file is not here, so the server is asked. " : "";
}

/**
 * @param {object} body
 * @param {AbortSignal} signal
 * @returns {Promise<{ results: { index: number, relevance_score: number }[], scorer: string }>}
 */
async function post(body, signal) {
  const response = await fetch("rerank", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Error(answer.error?.message ?? `status ${response.status}`);
  }
  return answer;
}

/**
 * @param {Place[]} places
 * @param {string} said
 */
function render(places, said) {
  const passages = texts();
  status.textContent = said;
  results.replaceChildren(...places.map((place, i) => card(place, i + 1, passages[place.index] ?? "")));
}

/**
 * @param {Place} place
 * @param {number} rank
 * @param {string} passage
 */
function card(place, rank, passage) {
  const meter = document.createElement("meter");
  meter.value = place.score;
  meter.setAttribute("aria-label", "score");
  const figures = document.createElement("div");
  figures.className = "figures";
  figures.append(`${rank}.`, meter, `${place.score.toFixed(3)} \u00b7 passage ${place.index + 1}`);
  const text = document.createElement("p");
  text.dir = "auto";
  text.append(...marked(passage, place.spans));
  const li = document.createElement("li");
  li.append(figures, text);
  return li;
}

/**
 * marked is text with its spans in mark elements.
 * @param {string} text
 * @param {Place["spans"]} spans
 */
function marked(text, spans) {
  /** @type {(string | Node)[]} */
  const parts = [];
  let at = 0;
  for (const { start, end } of spans) {
    const mark = document.createElement("mark");
    mark.textContent = text.slice(start, end);
    parts.push(text.slice(at, start), mark);
    at = end;
  }
  return [...parts, text.slice(at)];
}

function texts() {
  return documents.value.split(/\n\s*\n/).map((text) => text.trim()).filter((text) => text !== "");
}

function firstStage() {
  return hidden.checked ? "hidden" : "given";
}

/** @param {unknown} error */
function message(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`no element #${id}`);
  }
  return found;
}

/** @param {string} id */
function input(id) {
  return /** @type {HTMLInputElement} */ (element(id));
}
