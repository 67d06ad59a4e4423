import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { AnswerVector } from "./answer_vectors.js";
import type { Vector } from "./vectors.js";

const file = new URL("../../heuristics/testdata/vectors.jsonl.gz", import.meta.url);

export function readVectors(): Vector[] {
  const lines = gunzipSync(readFileSync(file)).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Vector);
}

/** readAnswerVectors reads the vectors of plan and merge: see answer_vectors.ts. */
export function readAnswerVectors(): AnswerVector[] {
  const file = new URL("../../shared/answer/testdata/vectors.jsonl", import.meta.url);
  return readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line) as AnswerVector);
}
