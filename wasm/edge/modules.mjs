// What a deployment consists of, for tests, benchmarks and the budget of its
// size; wrangler finds the same by itself.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const edge = fileURLToPath(new URL(".", import.meta.url));

/** built is what build.mjs writes; --faults writes build-faults/ in place of build/. */
export const built = { wasm: "build/edge.wasm", loader: "build/wasm_exec.js" };

/** modules are the scripts by the names under which they import each other, the entry first. */
export const modules = ["worker.mjs", "instance.mjs", "exchange.mjs", "receive.mjs", "body.mjs", "ask.mjs", "settings.mjs", built.loader];

const toml = readFileSync(join(edge, "../../wrangler.toml"), "utf8");

/** compatibilityDate of a deployment. */
export const [, compatibilityDate] = /^compatibility_date = "(.+)"$/m.exec(toml);
