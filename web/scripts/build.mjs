// Builds the package into dist/ and the page's parts into page/.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";
import { tsc } from "./tsc.mjs";
import { brotli, buildWasm, web } from "./wasm.mjs";
import { wasmExec } from "./wasm_exec.mjs";

const dist = join(web, "dist");
const page = join(web, "page");
const lib = join(page, "lib");

for (const built of [dist, lib]) {
  rmSync(built, { recursive: true, force: true });
  mkdirSync(built);
}
buildWasm("./wasm/browser", join(dist, "splitrank.wasm"));
const { slim, full } = wasmExec();
writeFileSync(join(dist, "wasm_exec.js"), slim);
writeFileSync(join(dist, "wasm_exec_full.js"), full);
tsc("tsconfig.json");
for (const types of ["wasm_exec.d.ts", "wasm_exec_full.d.ts"]) {
  copyFileSync(join(web, "src", types), join(dist, types));
}
tsc("tsconfig.page.json"); // before page/lib is filled: it takes the types from dist
await furnishPage();

/** furnishPage puts beside the page what it loads: the package, bundled, and the Wasm plain and compressed. */
async function furnishPage() {
  await bundle(["index.js", "worker.js"].map((file) => join(dist, file)), lib);
  const wasm = readFileSync(join(dist, "splitrank.wasm"));
  writeFileSync(join(page, "splitrank.wasm"), wasm);
  writeFileSync(join(page, "splitrank.wasm.br"), brotli(wasm));
}
