// Builds the package into dist/ and the page's parts into page/.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";
import { tsc } from "./tsc.mjs";
import { brotli, buildWasm, goRoot, root, snowball, web } from "./wasm.mjs";
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
licences();
tsc("tsconfig.page.json"); // before page/lib is filled: it takes the types from dist
await furnishPage();

/** licences puts beside the package its own, and those of what the Wasm is made of. */
function licences() {
  copyFileSync(join(root, "LICENSE"), join(web, "LICENSE"));
  const others = { "Go and wasm_exec.js": join(goRoot(), "LICENSE"), "github.com/kljensen/snowball": join(snowball(), "LICENSE") };
  const texts = Object.entries(others).map(([name, file]) => `${name}\n\n${readFileSync(file, "utf8")}`);
  writeFileSync(join(dist, "THIRD_PARTY.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
}

/** furnishPage puts beside the page what it loads: the package, bundled, and the Wasm plain and compressed. */
async function furnishPage() {
  for (const file of ["index.js", "worker.js"]) {
    await bundle([join(dist, file)], lib); // one by one: each is whole, and there is no third file to wait for
  }
  const wasm = readFileSync(join(dist, "splitrank.wasm"));
  writeFileSync(join(page, "splitrank.wasm"), wasm);
  writeFileSync(join(page, "splitrank.wasm.br"), brotli(wasm));
}
