// Builds what page/ loads: everything below page/built/, and page/sw.js.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { bundle } from "./bundle.mjs";
import { sampleData } from "./samples.mjs";
import { tsc } from "./tsc.mjs";
import { brotli, web } from "./wasm.mjs";

const dist = join(web, "dist");
const page = join(web, "page");
const built = join(page, "built");
const fonts = join(web, "node_modules", "@fontsource-variable", "assistant");

/** Kinds of files that are worth compressing. The server hands out NAME.br for NAME. */
const compressible = [".js", ".json", ".wasm"];

/** Each script is whole: there is no third file to wait for, and none for another Wasm than the one that is shipped. */
const whole = { splitting: false, external: ["*/wasm_exec_full.js"] };

/** buildPage needs the package in dist/. */
export async function buildPage() {
  rmSync(built, { recursive: true, force: true });
  mkdirSync(join(built, "fonts"), { recursive: true });
  tsc("tsconfig.page.json");
  tsc("tsconfig.sw.json");
  await bundle([{ in: join(web, "app", "main.ts"), out: "app" }], built, { ...whole, alias: { splitrank: join(dist, "index.js") }, charset: "utf8" });
  await bundle([join(dist, "worker.js")], built, whole);
  copyFileSync(join(dist, "splitrank.wasm"), join(built, "splitrank.wasm"));
  writeFileSync(join(built, "samples.json"), JSON.stringify(sampleData()));
  copyFonts();
  filesBelow(built).filter((file) => compressible.includes(extname(file))).forEach(compress);
  await buildServiceWorker();
}

/** copyFonts takes the scripts of the interface, and the licence that goes along. */
function copyFonts() {
  for (const script of ["latin", "hebrew"]) {
    const name = `assistant-${script}-wght-normal.woff2`;
    copyFileSync(join(fonts, "files", name), join(built, "fonts", name));
  }
  copyFileSync(join(fonts, "LICENSE"), join(built, "fonts", "LICENSE.txt"));
}

/** buildServiceWorker tells it what the page consists of, and a version that changes with any of it. */
async function buildServiceWorker() {
  const files = filesBelow(page).filter((file) => ![".br", ".txt"].includes(extname(file)) && file !== join(page, "sw.js")).sort();
  const hash = createHash("sha256");
  files.forEach((file) => hash.update(file.slice(page.length)).update(readFileSync(file)));
  const names = files.map((file) => relative(page, file).replaceAll("\\", "/"));
  await bundle([{ in: join(web, "app", "service_worker.ts"), out: "sw" }], page, {
    define: { VERSION: JSON.stringify(hash.digest("hex").slice(0, 16)), FILES: JSON.stringify(names.map(address)) },
  });
}

/** address is where the server hands a file out. */
function address(name) {
  return name === "index.html" ? "./" : name;
}

function compress(file) {
  writeFileSync(`${file}.br`, brotli(readFileSync(file)));
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, name)).filter((file) => statSync(file).isFile());
}
