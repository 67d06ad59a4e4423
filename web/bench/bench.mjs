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
/** Passages a turn, turns of the Wasm and of MiniSearch in a round. */
const loads = [
  { count: 100, turns: 300, searchTurns: 40 },
  { count: 1000, turns: 60, searchTurns: 8 },
];
/** Rounds, in which everybody takes turns. What counts is each one's quietest: other programs only ever add to a time. */
const ROUNDS = 4;

const next = random(7);
const texts = passages(1000, SIZE, next);
const queries = questions(2000, next);
const local = await createLocal();
const contenders = {
  native: "native Go",
  wasm: `Wasm (${local.scorer}), frame and border included`,
  search: `MiniSearch ${version("minisearch")}, index and query`,
};
const quietest = new Map();
let asked = 0;

for (let round = 0; round < ROUNDS; round++) {
  for (const [count, times] of Object.entries(benchNatively())) {
    keep("native", Number(count), times);
  }
  for (const { count, turns, searchTurns } of loads) {
    const documents = texts.slice(0, count);
    keep("wasm", count, await timed(turns, (query) => local.rank(query, documents, { firstStage: "hidden" })));
    keep("search", count, await timed(searchTurns, (query) => searched(documents, query)));
  }
}
report();

/** keep remembers the quietest round; the first ones, in which V8 still compiles, never are. */
function keep(contender, count, times) {
  const key = `${contender} ${count}`;
  if (times.p50 <= (quietest.get(key)?.p50 ?? Infinity)) {
    quietest.set(key, times);
  }
}

function of(contender, count) {
  return quietest.get(`${contender} ${count}`);
}

function report() {
  print(["", "passages", "p50", "p99", "p50 / native"]);
  print(["---", "---", "---", "---", "---"]);
  for (const { count } of loads) {
    for (const [contender, name] of Object.entries(contenders)) {
      const { p50, p99 } = of(contender, count);
      print([name, count, `${p50.toFixed(3)} ms`, `${p99.toFixed(3)} ms`, ratio(contender, count, "native", count)]);
    }
  }
  console.log();
  console.log(`MiniSearch / Wasm: ${ratio("search", 100, "wasm", 100)} at 100 passages, ${ratio("search", 1000, "wasm", 1000)} at 1000`);
  console.log(`1000 passages / 100: ${ratio("wasm", 1000, "wasm", 100)} in Wasm, ${ratio("native", 1000, "native", 100)} natively`);
  console.log(`native: ${(of("native", 100).p50 * 1e6 / (100 * SIZE)).toFixed(2)} ns a byte`);
  console.log(`${cpus()[0].model}, ${cpus().length} CPUs; Node ${process.versions.node} (V8 ${process.versions.v8}); ${go(["version"]).trim()}`);
}

function ratio(contender, count, base, baseCount) {
  return (of(contender, count).p50 / of(base, baseCount).p50).toFixed(2);
}

/** timed runs turn with a new query each time and returns milliseconds. */
async function timed(turns, turn) {
  const took = [];
  for (let i = 0; i < turns; i++) {
    const query = queries[asked++ % queries.length];
    const start = performance.now();
    await turn(query);
    took.push(performance.now() - start);
  }
  took.sort((a, b) => a - b);
  return { p50: took[Math.floor(turns * 0.5)], p99: took[Math.floor(turns * 0.99)] };
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
    const args = ["test", "-run=^$", "-bench=^BenchmarkRank$", "-benchtime=300ms", "-cpu=1", "./wasm/browser"];
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

function print(cells) {
  console.log(`| ${cells.join(" | ")} |`);
}
