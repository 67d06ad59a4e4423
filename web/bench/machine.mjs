import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { web } from "../scripts/wasm.mjs";

/** machine says what a figure was measured on. */
export function machine() {
  return `${cpus()[0].model}, ${cpus().length} CPUs; Node ${process.versions.node} (V8 ${process.versions.v8})`;
}

/** version of an npm package that is installed. */
export function version(name) {
  return JSON.parse(readFileSync(join(web, "node_modules", name, "package.json"), "utf8")).version;
}
