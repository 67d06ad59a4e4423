import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Vector } from "./vectors.js";

const file = new URL("../../heuristics/testdata/vectors.jsonl.gz", import.meta.url);

export function readVectors(): Vector[] {
  const lines = gunzipSync(readFileSync(file)).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Vector);
}
