// Holds the Wasm that is downloaded against size-budget.json, in bytes.
// With --parts it also says what the bytes are, by building less and less.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
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
check(shipped, JSON.parse(readFileSync(join(web, "size-budget.json"), "utf8")));

function measure(file) {
  const bytes = readFileSync(file);
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli(bytes).length };
}

function check(size, budget) {
  for (const way of ["raw", "gzip", "brotli"]) {
    const over = size[way] > budget[way];
    console.log(`splitrank.wasm ${way}: ${size[way]} of ${budget[way]} bytes${over ? ": OVER THE BUDGET" : ""}`);
    if (over) {
      process.exitCode = 1;
    }
  }
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
