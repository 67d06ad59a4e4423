// Holds what is downloaded against size-budget.json, in bytes: the Wasm, and
// the JavaScript that a bundler makes of a page's imports, minified and gzipped
// file by file, without what is fetched on demand only: the part for a worker.
// With --parts it also says what the bytes of the Wasm are, by building less and less.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundle } from "./bundle.mjs";
import { brotli, buildWasm, root, web } from "./wasm.mjs";

const work = join(root, ".cache", "wasm", "size");
/** useOfFrame calls what wasm/browser calls of the codec. */
const useOfFrame = `
//go:wasmexport answer
func answer(n uint32) uint32 {
	var request frame.Request
	if err := request.Decode(make([]byte, n)); err != nil {
		return 1
	}
	out, _ := frame.AppendResponse(nil, &frame.Response{Scorer: request.Query})
	return uint32(len(frame.AppendError(out, &frame.Error{Message: request.Query})))
}
`;

const shipped = measure(join(web, "dist", "splitrank.wasm"));
if (process.argv.includes("--parts")) {
  printParts();
}
const budget = JSON.parse(readFileSync(join(web, "size-budget.json"), "utf8"));
check("splitrank.wasm", shipped, budget["splitrank.wasm"]);
for (const [imported, most] of Object.entries(budget.imports)) {
  check(imported, { gzip: await gzipped(imported) }, { gzip: most });
}

function measure(file) {
  const bytes = readFileSync(file);
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli(bytes).length };
}

function check(name, size, budget) {
  for (const [way, most] of Object.entries(budget)) {
    const over = size[way] > most;
    console.log(`${name} ${way}: ${size[way]} of ${most} bytes${over ? ": OVER THE BUDGET" : ""}`);
    if (over) {
      process.exitCode = 1;
    }
  }
}

/** gzipped is the size of a page's script that imports this from the package, without what it loads only on demand. */
async function gzipped(imported) {
  const contents = `export ${imported} from "./dist/index.js"`;
  const { outputFiles } = await bundle(undefined, join(work, "js"), { stdin: { contents, resolveDir: web }, write: false });
  const script = outputFiles.find(({ path }) => path.endsWith("stdin.js"));
  return reached(script, outputFiles).reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
}

/** reached is a file and the files that it imports, and those that they import. */
function reached(file, files, found = []) {
  found.push(file);
  for (const [, name] of file.text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) {
    const next = files.find(({ path }) => path.endsWith(`/${name}`));
    if (!found.includes(next)) {
      reached(next, files, found);
    }
  }
  return found;
}

/** printParts prints a Markdown table in KiB; each row is a whole file, the figure in brackets what it has over the row above. */
function printParts() {
  const rows = [
    ["empty Go program", program("empty", [], "")],
    ["+ shared/frame", program("frame", ["shared/frame"], useOfFrame)],
    ["+ heuristics", build("none", "./wasm/browser", { tags: ["splitrank_none"] })],
    ["+ English stemmer = what is shipped", shipped],
    ["+ the six other languages", build("all", "./wasm/browser", { tags: ["splitrank_all"] })],
  ];
  const whole = build("untrimmed", "./wasm/browser", { slim: false });
  console.log("| | raw KiB | gzip KiB | brotli KiB |\n|---|---|---|---|");
  rows.forEach(([name, size], i) => console.log(row(name, size, rows[i - 1]?.[1])));
  console.log(row("what is shipped, with snowball as released", whole, shipped));
  console.log();
}

function row(name, size, above) {
  const cells = ["raw", "gzip", "brotli"].map((way) => kib(size[way]) + (above ? ` (${signed(size[way] - above[way])})` : ""));
  return `| ${name} | ${cells.join(" | ")} |`;
}

function kib(bytes) {
  return String(Math.round(bytes / 1024));
}

function signed(bytes) {
  return (bytes < 0 ? "−" : "+") + kib(Math.abs(bytes));
}

function build(name, pkg, options) {
  const out = join(work, `${name}.wasm`);
  buildWasm(pkg, out, options);
  return measure(out);
}

/** program builds a main package of a few lines. */
function program(name, imports, body) {
  const file = join(work, name, "main.go");
  mkdirSync(dirname(file), { recursive: true });
  const lines = imports.map((path) => `import "github.com/splitrank/splitrank/${path}"\n`).join("");
  writeFileSync(file, `package main\n\n${lines}\n${body}\nfunc main() { select {} }\n`);
  return build(name, `./.cache/wasm/size/${name}`, {});
}
