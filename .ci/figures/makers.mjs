// Who makes which table. A maker has the command in words, make, which resolves
// with a function of row and column, and within: how far off the page may be, in
// the table's unit; without it any difference is only shown, as of times.
import { quality } from "./quality.mjs";
import { printed } from "./printed.mjs";

/** A hundredth of what counts: the last digit. What a model gives differs between processors. */
const EXACT = 0.00005;
const MODEL = 0.004;

const words = { needs: "SPLITRANK_DATA", within: EXACT, command: "splitrank eval --model none --pipelines first-stage,heuristic, given and hidden; retriever@30,trim@30" };
const model = { needs: "SPLITRANK_DATA", within: MODEL, command: "splitrank eval --model splitrank-mini --pipelines first-stage,heuristic,cross-encoder,cascade@…" };
const small = { within: MODEL, command: "splitrank eval --model splitrank-small --pipelines first-stage,heuristic,cross-encoder,cascade@30" };

/** A table of one run with splitrank-small. */
const ofSmall = (run) => ({ ...small, make: (table) => quality({
  queries: [run, "first-stage", "queries"], "first stage": [run, "first-stage"], heuristics: [run, "heuristic"],
  "splitrank-small": [run, "cross-encoder"], "cascade@30": [run, "cascade@30"] }, table) });

export const makers = {
  "words": { ...words, make: (table) => quality({ "first stage": ["given", "first-stage"], given: ["given", "heuristic"], hidden: ["hidden", "heuristic"] }, table) },
  "kept": { ...words, within: 0.05, make: (table) => quality({ "trim to 30": ["kept", "trim@30", "kept"], "the retriever's 30": ["kept", "retriever@30", "kept"] }, table) },
  "model": { ...model, make: (table) => quality({
    "first stage": ["model", "first-stage"], BM25: ["model", "first-stage"], heuristics: ["model", "heuristic"], words: ["model", "heuristic"],
    "with the model": ["model", "cross-encoder"], "as it ships": ["model", "cross-encoder"] }, table) },
  "budget": { ...model, make: (table) => quality({
    heuristics: ["model", "heuristic"], "model on all 100": ["model", "cross-encoder"], "on the retriever's 30": ["model", "cross-encoder@30"],
    "cascade@10": ["model", "cascade@10"], "cascade@30": ["model", "cascade@30"], "cascade@auto": ["model", "cascade@auto"], pairs: ["model", "cascade@auto", "pairs"] }, table) },
  "small": { ...ofSmall("small"), needs: "SPLITRANK_DATA" },
  "crosslingual": ofSmall("crosslingual"),
  "size": { within: 10, command: "cd web && npm run size -- --parts", make: () => printed(["npm", "run", "size", "--", "--parts"]) },
  "bench": { command: "cd web && npm run bench", make: () => printed(["npm", "run", "bench"], 2) },
  "bench-browser": { command: "cd web && npm run bench:browser", make: () => printed(["npm", "run", "bench:browser"], 2) },
};

/** skip says why a table cannot be made here; "" = it can. */
export function skip({ needs }) {
  return needs !== undefined && !process.env[needs] ? `${needs} is not set` : "";
}
