// Builds the package into dist/ and the page's parts into page/.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tsc } from "./tsc.mjs";
import { brotli, buildWasm, go, web } from "./wasm.mjs";

const dist = join(web, "dist");
const page = join(web, "page");
const lib = join(page, "lib");

for (const built of [dist, lib]) {
  rmSync(built, { recursive: true, force: true });
  mkdirSync(built);
}
buildWasm("./wasm/browser", join(dist, "splitrank.wasm"));
writeFileSync(join(dist, "wasm_exec.js"), wasmExec());
tsc("tsconfig.json");
copyFileSync(join(web, "src", "wasm_exec.d.ts"), join(dist, "wasm_exec.d.ts"));
tsc("tsconfig.page.json"); // before page/lib is filled: it takes the types from dist
furnishPage();

/** wasmExec is the compiler's own wasm_exec.js as a module: see src/wasm_exec.d.ts. */
function wasmExec() {
  const original = readFileSync(join(go(["env", "GOROOT"]).trim(), "lib", "wasm", "wasm_exec.js"), "utf8");
  return `export function goClass(globalThis, fs) {\n${original}\nreturn globalThis.Go;\n}\n`;
}

/** furnishPage puts beside the page what it loads: the modules, and the Wasm plain and compressed. */
function furnishPage() {
  for (const file of readdirSync(dist).filter((name) => name.endsWith(".js"))) {
    copyFileSync(join(dist, file), join(lib, file));
  }
  const wasm = readFileSync(join(dist, "splitrank.wasm"));
  writeFileSync(join(page, "splitrank.wasm"), wasm);
  writeFileSync(join(page, "splitrank.wasm.br"), brotli(wasm));
}
