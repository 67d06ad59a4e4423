// Quality on the collections of SPLITRANK_DATA, as splitrank eval measures it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Names of rows begin so; the first that fits counts. */
const COLLECTIONS = [
  ["TREC DL 2021, SPLADE", "dl21 splade"], ["TREC DL 2021", "dl21 bm25"], ["chunking_evaluation", "chunkeval bm25"], ["SQuAD dev", "squad-dev bm25"],
  ["SciFact", "scifact bm25"], ["Cranfield", "cranfield bm25"], ["CISI", "cisi bm25"], ["HeQ", "heq-val bm25"],
  ["Hebrew and English", "crosslingual unranked"], ["mean", "mean"],
];

/** What is measured together: flags of splitrank eval, and on what, where that is not all of SPLITRANK_DATA. */
const RUNS = {
  given: { flags: ["--model", "none", "--pipelines", "first-stage,heuristic"] },
  hidden: { flags: ["--model", "none", "--first-stage", "hidden", "--pipelines", "first-stage,heuristic"] },
  kept: { flags: ["--model", "none", "--pipelines", "retriever@30,trim@30"] },
  model: { of: ["dl21=bm25", "dl21=splade", "chunkeval=bm25", "squad-dev=bm25", "scifact=bm25", "cranfield=bm25", "cisi=bm25"],
    flags: ["--model", "splitrank-mini", "--pipelines", "first-stage,heuristic,cross-encoder,cross-encoder@30,cascade@10,cascade@30,cascade@auto"] },
  small: { of: ["heq-val=bm25", "dl21=bm25", "dl21=splade", "cisi=bm25"], flags: ["--model", "splitrank-small", "--pipelines", "first-stage,heuristic,cross-encoder,cascade@30"] },
  crosslingual: { own: ["--data", "shared/eval/crosslingual", "--corpus", "shared/eval/sample/corpus.jsonl"],
    flags: ["--first-stage", "hidden", "--model", "splitrank-small", "--pipelines", "first-stage,heuristic,cross-encoder,cascade@30"] },
};

/** Columns that every table may have: the judged queries of a collection. */
const COMMON = { queries: ["given", "first-stage", "queries"] };

const measured = new Map();

/** quality resolves with a function of a row and column of the table; columns says of what run, pipeline and quantity each is. */
export async function quality(columns, table) {
  const together = table.rows.map(([row]) => nameOf(row)).filter((name) => name !== "mean");
  return (row, column) => {
    const name = nameOf(row);
    const [run, pipeline, quantity = "ndcg"] = columns[column] ?? COMMON[column] ?? [];
    if (run === undefined || quantity === "queries" && name === "mean") return undefined;
    return mean(reports(runFor(run, name)), name === "mean" ? together : [name], quantities[quantity], pipeline);
  };
}

/** runFor a collection: "the model" of Hebrew is splitrank-small. */
function runFor(run, name) {
  return run === "model" && name === "heq-val bm25" ? "small" : run;
}

function nameOf(row) {
  return COLLECTIONS.find(([begin]) => row.replaceAll("*", "").startsWith(begin))?.[1];
}

const quantities = {
  ndcg: (p) => p.metrics["ndcg@10"],
  pairs: (p) => p.scored_per_query,
  kept: (p) => 100 * p.kept.recall,
  queries: (_, report) => report.queries,
};

/** mean of a pipeline's values on the named collections, of all where none is named; undefined where one is not there. */
function mean(all, names, value, pipeline) {
  const wanted = names.length === 0 ? all : all.filter((report) => names.includes(titleOf(report)));
  const values = wanted.map((report) => value(report.pipelines.find((p) => p.name === pipeline), report));
  return values.length < Math.max(names.length, 1) ? undefined : values.reduce((sum, v) => sum + v, 0) / values.length;
}

function titleOf({ dataset, run }) {
  return `${dataset} ${run}`;
}

/** collectionsOf a run, as flags: its own, or those of SPLITRANK_DATA. */
function collectionsOf({ own, of }) {
  if (own !== undefined) return own;
  const all = process.env.SPLITRANK_DATA;
  const folders = of?.map((name) => join(all, name)) ?? [all];
  return [...folders.flatMap((folder) => ["--data", folder]), "--min-grade", "dl21=2"];
}

function reports(run) {
  if (!measured.has(run)) measured.set(run, measure(RUNS[run]));
  return measured.get(run);
}

function measure({ flags, ...run }) {
  const folder = mkdtempSync(join(tmpdir(), "figures-"));
  try {
    const file = join(folder, "report.json");
    const args = ["eval", ...collectionsOf(run), "--latency-queries", "0", "--json", file, ...flags];
    execFileSync("bin/splitrank", args, { stdio: ["ignore", "ignore", "inherit"] });
    const summary = JSON.parse(readFileSync(file, "utf8"));
    return summary.collections ?? [summary];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
