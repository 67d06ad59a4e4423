// Time to rank 100 and 1,000 passages of 600 bytes: the Wasm in Node with
// everything that crosses the border, the same code natively, and MiniSearch
// indexing and querying the same passages. Every turn brings a new query.
//
//   npm run bench
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocal } from "../dist/index.js";
import { go } from "../scripts/wasm.mjs";
import { miniSearch } from "./engines.mjs";
import { machine, version } from "./machine.mjs";
import { inTurn, loads, Quietest, ROUNDS, SIZE, timed } from "./rounds.mjs";
import { passages, questions, random } from "./words.mjs";

const next = random(7);
const texts = passages(1000, SIZE, next);
const questioned = questions(2000, next);
const queries = inTurn(questioned);
const local = await createLocal();
const contenders = {
  native: "native Go",
  wasm: `Wasm (${local.scorer}), frame and border included`,
  search: `MiniSearch ${version("minisearch")}, index and query`,
};
const quietest = new Quietest();

for (let round = 0; round < ROUNDS; round++) {
  for (const [count, times] of Object.entries(benchNatively())) {
    quietest.keep("native", Number(count), times);
  }
  for (const { count, turns, searchTurns } of loads) {
    const documents = texts.slice(0, count);
    quietest.keep("wasm", count, await timed(turns, queries, (query) => local.rank(query, documents, { firstStage: "hidden" })));
    quietest.keep("search", count, await timed(searchTurns, queries, (query) => miniSearch(documents, query)));
  }
}
report();

function report() {
  quietest.print(contenders, "native");
  console.log(`MiniSearch / Wasm: ${quietest.ratio("search", 100, "wasm")} at 100 passages, ${quietest.ratio("search", 1000, "wasm")} at 1000`);
  console.log(`1000 passages / 100: ${quietest.ratio("wasm", 1000, "wasm", 100)} in Wasm, ${quietest.ratio("native", 1000, "native", 100)} natively`);
  console.log(`native: ${(quietest.of("native", 100).p50 * 1e6 / (100 * SIZE)).toFixed(2)} ns a byte`);
  console.log(`${machine()}; ${go(["version"]).trim()}`);
}

/** benchNatively runs BenchmarkRank of wasm/browser on the same passages and queries: milliseconds by number of passages. */
function benchNatively() {
  const dir = mkdtempSync(join(tmpdir(), "splitrank-bench-"));
  const file = join(dir, "bench.json");
  try {
    writeFileSync(file, JSON.stringify({ documents: texts, queries: questioned }));
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
