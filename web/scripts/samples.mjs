// Makes the page's samples of the judged collection in shared/eval/sample.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./wasm.mjs";

const folder = join(root, "shared", "eval", "sample");
/** Questions shown: choose_samples.mjs chose them by measurement. */
const { shown } = JSON.parse(readFileSync(new URL("chosen_samples.json", import.meta.url), "utf8"));
/** How many of the retriever's passages each brings along. */
export const DEPTH = 30;

/** sampleData is what app/documents/samples.ts calls Samples. */
export function sampleData() {
  const texts = queryTexts();
  return { corpus: lines("corpus.jsonl").map(JSON.parse).map(passage), queries: Object.keys(shown).map((id) => query(id, texts.get(id))) };
}

/** queryTexts are the questions of the collection by id. */
export function queryTexts() {
  return new Map(lines("queries.jsonl").map(JSON.parse).map(({ _id, text }) => [_id, text]));
}

function passage({ _id, title, text }) {
  return { id: _id, language: languageOf(text), title, text };
}

function query(id, text) {
  const ranked = lines("run.bm25.trec").map((line) => line.split(" ")).filter(([query]) => query === id).slice(0, DEPTH).map(([, , passage]) => passage);
  const grades = lines(join("qrels", "test.tsv")).map((line) => line.split("\t")).filter(([query]) => query === id).map(([, passage, grade]) => [passage, Number(grade)]);
  return { text, language: languageOf(text), ranked, grades: Object.fromEntries(grades) };
}

/** languageOf a text: Hebrew or English. */
export function languageOf(text) {
  return /\p{Script=Hebrew}/u.test(text) ? "he" : "en";
}

function lines(name) {
  return readFileSync(join(folder, name), "utf8").split("\n").filter((line) => line !== "");
}
