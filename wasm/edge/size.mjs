// Holds what a deployment uploads against size-budget.json, in bytes:
//   node wasm/edge/size.mjs
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { built, modules } from "./modules.mjs";

const budget = JSON.parse(readFileSync(new URL("size-budget.json", import.meta.url), "utf8"));
const contents = [built.wasm, ...modules].map((name) => readFileSync(new URL(name, import.meta.url)));
const sum = (of) => contents.map(of).reduce((a, b) => a + b, 0);
const size = { raw: sum((bytes) => bytes.length), gzip: sum((bytes) => gzipSync(bytes, { level: 9 }).length) };

for (const way of ["raw", "gzip"]) {
  const over = size[way] > budget[way];
  console.log(`Worker ${way}: ${size[way]} of ${budget[way]} bytes${over ? ": OVER THE BUDGET" : ""}`);
  if (over) {
    process.exitCode = 1;
  }
}
