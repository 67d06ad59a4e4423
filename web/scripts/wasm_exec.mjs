// The compiler's own wasm_exec.js as modules: see src/wasm_exec*.d.ts, and
// see RATIONALE: why-gos-loader-is-wrapped-and-cut.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { goRoot } from "./wasm.mjs";

/** What is cut out: from one text up to another, which stays; a third stands in for it. */
const cuts = [
  ["\tconst enosys = () => {", '\tconst encoder = new TextEncoder("utf-8");'], // fs, process and path for syscall, which is not linked
  ["\t\t\tconst loadValue = (addr) => {", "\t\t\tconst loadSlice = (addr) => {"], // values of JavaScript, for syscall/js, which is not linked either
  ["\t\t\tconst loadSliceOfValues = (addr) => {", "\t\t\tconst timeOrigin ="],
  ["\t\t\t\t_gotest: {", "\t\t\t\tgojs: {"],
  ["\t\t\t\t\t// func finalizeRef(v ref)", '\t\t\t\t}\n\t\t\t};\n\t\t}\n\n\t\tasync run('],
  ["\t\t\tthis._values = [", "\t\t\tthis.exited = false;"],
  ["\t\t\tthis.argv = [", "\t\t\tthis.exit = (code)"],
  ["\t\t\t\t\t\tdelete this._inst;", "\t\t\t\t\t\tthis.exit(code);"],
  // No command line and no environment: a list of none, in memory that the linker leaves free for it and that is zero.
  ["\t\t\tlet offset = 4096;", "\t\t\tthis._inst.exports.run(argc, argv);", "\t\t\tconst argc = 0, argv = 4096;\n"],
  ["\t\t_makeFuncWrapper(id) {", "\t}\n})();"],
];

/** wasmExec is all of it, and what the program as it is shipped calls. */
export function wasmExec() {
  const full = readFileSync(join(goRoot(), "lib", "wasm", "wasm_exec.js"), "utf8");
  return { full: asModule(full), slim: asModule(cuts.reduce(cut, full)) };
}

function asModule(script) {
  return `export function goClass(globalThis, fs) {\n${script}\nreturn globalThis.Go;\n}\n`;
}

/** cut fails where a text is not there exactly once: another version of Go needs another look. */
function cut(text, [from, to, instead = ""]) {
  const [before, rest, ...more] = text.split(from);
  const end = rest?.indexOf(to) ?? -1;
  if (end < 0 || more.length > 0) {
    throw new Error(`cutting wasm_exec.js: ${JSON.stringify(from)} is not there exactly once, or ${JSON.stringify(to)} not after it`);
  }
  return before + instead + rest.slice(end);
}
