// Builds what worker.mjs imports into build/:  node wasm/edge/build.mjs [--faults]
// --faults takes the build with injected faults, into build-faults/, for tests.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildWasm } from "../../web/scripts/wasm.mjs";
import { wasmExec } from "../../web/scripts/wasm_exec.mjs";

const edge = dirname(fileURLToPath(import.meta.url));
const faults = process.argv.includes("--faults");
const out = join(edge, faults ? "build-faults" : "build");

mkdirSync(out, { recursive: true });
buildWasm("./wasm/edge", join(out, "edge.wasm"), { tags: faults ? ["splitrank_faults"] : [] });
writeFileSync(join(out, "wasm_exec.js"), wasmExec().full);
