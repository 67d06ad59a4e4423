// Quality on the collections of SPLITRANK_DATA, as splitrank eval measures it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Names of rows begin so; the first that fits counts. */
const COLLECTIONS = [
  ["TREC DL 2021, SPLADE", "dl21 splade"], ["TREC DL 2021", "dl21 bm25"], ["chunking_evaluation", "chunkeval bm25"], ["SQuAD dev", "squad-dev bm25"],
  ["SciFact", "scifact bm25"], ["Cranfield", "cranfield bm25"], ["CISI", "cisi bm25"], ["HeQ", "heq-val bm25"], ["mean", "mean"],
];

/** What is measured together: flags of splitrank eval. */
const RUNS = {
  given: ["--model", "none", "--pipelines", "first-stage,heuristic"],
  hidden: ["--model", "none", "--first-stage", "hidden", "--pipelines", "first-stage,heuristic"],
  kept: ["--model", "none", "--pipelines", "retriever@30,trim@30"],
  model: ["--model", "splitrank-mini", "--pipelines", "first-stage,heuristic,cross-encoder,cross-encoder@30,cascade@10,cascade@30,cascade@auto"],
};

const measured = new Map();

/** quality resolves with a function of a row and column of the table; columns says of what run, pipeline and quantity each is. */
export async function quality(columns, table) {
  const together = table.rows.map(([row]) => nameOf(row)).filter((name) => name !== "mean");
  return (row, column) => {
    const name = nameOf(row);
    if (column === "queries") return queries(name);
    const [run, pipeline, quantity = "ndcg"] = columns[column] ?? [];
    return run === undefined ? undefined : mean(reports(run), name === "mean" ? together : [name], (p) => quantities[quantity](p), pipeline);
  };
}

function nameOf(row) {
  return COLLECTIONS.find(([begin]) => row.replaceAll("*", "").startsWith(begin))?.[1];
}

const quantities = {
  ndcg: (p) => p.metrics["ndcg@10"],
  pairs: (p) => p.scored_per_query,
  kept: (p) => 100 * p.kept.recall,
};

/** mean of a pipeline's values on the named collections, of all where none is named; undefined where one is not there. */
function mean(all, names, value, pipeline) {
  const wanted = names.length === 0 ? all : all.filter((report) => names.includes(titleOf(report)));
  const values = wanted.map(({ pipelines }) => value(pipelines.find((p) => p.name === pipeline)));
  return values.length < Math.max(names.length, 1) ? undefined : values.reduce((sum, v) => sum + v, 0) / values.length;
}

function titleOf({ dataset, run }) {
  return `${dataset} ${run}`;
}

function queries(name) {
  return reports("given").find((report) => titleOf(report) === name)?.queries;
}

function reports(run) {
  if (!measured.has(run)) measured.set(run, measure(RUNS[run]));
  return measured.get(run);
}

function measure(flags) {
  const folder = mkdtempSync(join(tmpdir(), "figures-"));
  try {
    const file = join(folder, "report.json");
    const args = ["eval", "--data", process.env.SPLITRANK_DATA, "--min-grade", "dl21=2", "--latency-queries", "0", "--json", file, ...flags];
    execFileSync("bin/splitrank", args, { stdio: ["ignore", "ignore", "inherit"] });
    const summary = JSON.parse(readFileSync(file, "utf8"));
    return summary.collections ?? [summary];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
