// Builds the package into dist/ and the page's parts into page/.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildPage } from "./page.mjs";
import { tsc } from "./tsc.mjs";
import { buildWasm, goRoot, root, snowball, web } from "./wasm.mjs";
import { wasmExec } from "./wasm_exec.mjs";

const dist = join(web, "dist");

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
buildWasm("./wasm/browser", join(dist, "splitrank.wasm"));
const { slim, full } = wasmExec();
writeFileSync(join(dist, "wasm_exec.js"), slim);
writeFileSync(join(dist, "wasm_exec_full.js"), full);
tsc("tsconfig.json");
for (const types of ["wasm_exec.d.ts", "wasm_exec_full.d.ts"]) {
  copyFileSync(join(web, "src", types), join(dist, types));
}
licences();
await buildPage();

/** licences puts beside the package its own, and those of what the Wasm is made of. */
function licences() {
  copyFileSync(join(root, "LICENSE"), join(web, "LICENSE"));
  const others = { "Go and wasm_exec.js": join(goRoot(), "LICENSE"), "github.com/kljensen/snowball": join(snowball(), "LICENSE") };
  const texts = Object.entries(others).map(([name, file]) => `${name}\n\n${readFileSync(file, "utf8")}`);
  writeFileSync(join(dist, "THIRD_PARTY.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
}
