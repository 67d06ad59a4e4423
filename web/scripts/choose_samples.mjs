// Chooses the questions that the page shows, by measurement, and writes
// chosen_samples.json: run it again when the built-in model or the heuristics change.
//
//   make build && node web/scripts/choose_samples.mjs
//
// For each language first those in which each step helps, words over the retriever
// and the model over the words, by the smaller of both gains; where the model helps
// nowhere, those that the words help most. The one that rises most comes first. And the
// one in which the model does most harm: it happens, and the page shows it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEPTH, languageOf, queryTexts } from "./samples.mjs";
import { root } from "./wasm.mjs";

const SHOWN = 3;
/** Rounded nDCG may differ by this much between processors. */
const GAIN = 0.005;
const steps = ["first-stage", "heuristic", "cascade@auto"];

const report = measured();
const texts = queryTexts();
const questions = report.query_ids.map((id, i) => ({ id, language: languageOf(texts.get(id)), ndcg: steps.map((name) => valuesOf(name)[i]) }));
const shown = [...chosen("en"), worst(questions), ...chosen("he")];
const data = {
  made: `node web/scripts/choose_samples.mjs, model ${report.model}, scorer ${report.scorer}, nDCG@10 of ${steps.join(", ")} at depth ${DEPTH}`,
  shown: Object.fromEntries(shown.map(({ id, ndcg }) => [id, ndcg.map((n) => Number(n.toFixed(3)))])),
};
writeFileSync(new URL("chosen_samples.json", import.meta.url), `${JSON.stringify(data, null, 1)}\n`);
console.log(data);

function measured() {
  const folder = mkdtempSync(join(tmpdir(), "samples-"));
  try {
    const file = join(folder, "report.json");
    execFileSync(join(root, "bin", "splitrank"), ["eval", "--data", join(root, "shared", "eval", "sample"), "--depth", String(DEPTH), "--pipelines", steps.join(), "--latency-queries", "0", "--json", file], { stdio: ["ignore", "ignore", "inherit"] });
    return JSON.parse(readFileSync(file, "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function valuesOf(name) {
  return report.pipelines.find((pipeline) => pipeline.name === name).per_query["ndcg@10"];
}

function chosen(wanted) {
  const asked = questions.filter(({ language }) => language === wanted);
  const least = ({ ndcg: [before, words, model] }) => Math.min(words - before, model - words);
  const rise = ({ ndcg: [before, , model] }) => model - before;
  const byWords = ({ ndcg: [before, words] }) => words - before;
  const helped = asked.filter((q) => least(q) > GAIN).sort((a, b) => least(b) - least(a));
  const others = asked.filter((q) => !helped.includes(q) && q.ndcg[2] >= q.ndcg[1]).sort((a, b) => byWords(b) - byWords(a));
  return [...helped, ...others].slice(0, SHOWN).sort((a, b) => rise(b) - rise(a));
}

function worst(questions) {
  return [...questions].sort((a, b) => a.ndcg[2] - a.ndcg[1] - (b.ndcg[2] - b.ndcg[1]))[0];
}
