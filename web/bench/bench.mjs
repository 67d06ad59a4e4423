// Time to rank 100 and 1,000 passages of 600 bytes: the Wasm in Node with
// everything that crosses the border, the same code natively, and MiniSearch
// indexing and querying the same passages. Every turn brings a new query.
//
//   npm run bench
import MiniSearch from "minisearch";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createLocal } from "../dist/index.js";
import { go, web } from "../scripts/wasm.mjs";
import { passages, questions, random } from "./words.mjs";

const SIZE = 600;
/** Passages a turn, turns that are measured, turns before those; MiniSearch warms up for as many as are measured. */
const loads = [
  { count: 100, turns: 600, warm: 300, searchTurns: 60 },
  { count: 1000, turns: 120, warm: 40, searchTurns: 12 },
];

const next = random(7);
const texts = passages(1000, SIZE, next);
const queries = questions(2000, next);
const local = await createLocal();

print(["", "passages", "p50", "p99", "p50 / native"]);
print(["---", "---", "---", "---", "---"]);
const native = benchNatively();
const best = [];
for (const load of loads) {
  const documents = texts.slice(0, load.count);
  const wasm = await timed(load.turns, load.warm, (query) => local.rank(query, documents, { firstStage: "hidden" }));
  const search = await timed(load.searchTurns, load.searchTurns, (query) => searched(documents, query));
  const base = native[load.count];
  show("native Go", load.count, base, base);
  show(`Wasm (${local.scorer}), frame and border included`, load.count, wasm, base);
  show(`MiniSearch ${version("minisearch")}, index and query`, load.count, search, base);
  best.push({ load, wasm, search });
}
report();

function report() {
  const [hundred, thousand] = best;
  console.log();
  console.log(`Wasm against MiniSearch, 100 passages: ${(hundred.search.p50 / hundred.wasm.p50).toFixed(1)} times as fast`);
  console.log(`Wasm against MiniSearch, 1000 passages: ${(thousand.search.p50 / thousand.wasm.p50).toFixed(1)} times as fast`);
  console.log(`Wasm, 1000 passages against 100: ${(thousand.wasm.p50 / hundred.wasm.p50).toFixed(1)} times the time`);
  console.log(`native, 100 passages: ${(native[100].p50 * 1e6 / (100 * SIZE)).toFixed(2)} ns a byte`);
  console.log(`${cpus()[0].model}, ${cpus().length} CPUs; Node ${process.versions.node} (V8 ${process.versions.v8}); ${go(["version"]).trim()}`);
}

/** timed runs turn with a new query each time and returns milliseconds. */
async function timed(turns, warm, turn) {
  const took = [];
  for (let i = 0; i < warm + turns; i++) {
    const start = performance.now();
    await turn(queries[i % queries.length]);
    took.push(performance.now() - start);
  }
  const sorted = took.slice(warm).sort((a, b) => a - b);
  return { p50: sorted[Math.floor(turns * 0.5)], p99: sorted[Math.floor(turns * 0.99)] };
}

function searched(documents, query) {
  const index = new MiniSearch({ fields: ["text"] });
  index.addAll(documents.map((text, id) => ({ id, text })));
  return index.search(query);
}

/** benchNatively runs BenchmarkRank of wasm/browser on the same passages and queries: milliseconds by number of passages. */
function benchNatively() {
  const dir = mkdtempSync(join(tmpdir(), "splitrank-bench-"));
  const file = join(dir, "bench.json");
  try {
    writeFileSync(file, JSON.stringify({ documents: texts, queries }));
    const args = ["test", "-run=^$", "-bench=^BenchmarkRank$", "-benchtime=1s", "-cpu=1", "./wasm/browser"];
    return parsed(go(args, { SPLITRANK_BENCH: file }));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function parsed(output) {
  const found = {};
  for (const line of output.split("\n")) {
    const count = /^BenchmarkRank\/(\d+)/.exec(line)?.[1];
    if (count !== undefined) {
      found[count] = { p50: metric(line, "p50-ns") / 1e6, p99: metric(line, "p99-ns") / 1e6 };
    }
  }
  return found;
}

function metric(line, unit) {
  const value = new RegExp(`([\\d.e+]+) ${unit}`).exec(line)?.[1];
  if (value === undefined) {
    throw new Error(`no ${unit} in ${JSON.stringify(line)}`);
  }
  return Number(value);
}

function version(name) {
  return JSON.parse(readFileSync(join(web, "node_modules", name, "package.json"), "utf8")).version;
}

function show(name, count, { p50, p99 }, base) {
  print([name, count, `${p50.toFixed(3)} ms`, `${p99.toFixed(3)} ms`, (p50 / base.p50).toFixed(2)]);
}

function print(cells) {
  console.log(`| ${cells.join(" | ")} |`);
}
