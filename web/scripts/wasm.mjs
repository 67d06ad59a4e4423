// How Go becomes Wasm here, for all scripts.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

export const web = dirname(dirname(fileURLToPath(import.meta.url)));
export const root = dirname(web);
const cache = join(root, ".cache", "wasm");

/** go runs the go command in the repository and returns what it prints. Its failure, which it has explained by then, ends this process. */
export function go(args, env = {}) {
  const { status, stdout, error } = spawnSync("go", args, {
    cwd: root, env: { ...process.env, ...env }, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) {
    console.error(error?.message ?? stdout);
    process.exit(status ?? 1);
  }
  return stdout;
}

/**
 * buildWasm compiles a Go package of this module to the file out, stripped and
 * the same bytes in every checkout. slim takes the trimmed snowball below.
 */
export function buildWasm(pkg, out, { tags = [], slim = true } = {}) {
  const env = { GOOS: "js", GOARCH: "wasm", GOFLAGS: "", GOWORK: slim ? slimWorkspace() : "off" };
  const flags = ["-trimpath", "-buildvcs=false", "-ldflags=-s -w", `-tags=${tags.join(",")}`];
  mkdirSync(dirname(out), { recursive: true });
  go(["build", ...flags, "-o", out, pkg], env);
}

/**
 * slimWorkspace writes a Go workspace in which snowball is a copy without its
 * test helpers, and returns the path of its go.work. In the released module
 * romance/testing_helpers.go is no _test.go file, so all of `testing` and
 * `fmt` would be linked into the Wasm: a quarter of its compressed size.
 * See RATIONALE: why-snowball-is-trimmed.
 */
function slimWorkspace() {
  const source = snowball();
  const copy = join(cache, "snowball");
  rmSync(copy, { recursive: true, force: true });
  for (const path of readdirSync(source, { recursive: true }).filter(wanted)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), trimmed(path, readFileSync(join(source, path), "utf8")));
  }
  const work = join(cache, "go.work");
  const goVersion = /^go .*$/m.exec(readFileSync(join(root, "go.mod"), "utf8"))[0];
  writeFileSync(work, `${goVersion}\n\nuse ${JSON.stringify(root)}\n\nreplace ${stemmers} => ./snowball\n`);
  return work;
}

const stemmers = "github.com/kljensen/snowball";

/** snowball is the folder of the released module. */
export function snowball() {
  return JSON.parse(go(["mod", "download", "-json", stemmers], { GOWORK: "off" })).Dir;
}

/** goRoot is the folder of the Go that builds. */
export function goRoot() {
  return go(["env", "GOROOT"]).trim();
}

/** wanted: the licence and what the stemmers are made of. */
function wanted(path) {
  return path === "LICENSE" || path === "go.mod"
    || (path.endsWith(".go") && !path.endsWith("_test.go") && path !== join("romance", "testing_helpers.go"));
}

/** The only use of fmt beside the test helpers is in a method for debugging. */
const debugFile = join("snowballword", "snowballword.go");
const debugEdits = [
  ['\t"fmt"\n', ""],
  ['fmt.Sprintf("{\\"%s\\", %d, %d, %d}", w.String(), w.R1start, w.R2start, w.RVstart)', "w.String()"],
];

/** trimmed fails where a text is not there: a new release of the module needs another look. */
function trimmed(path, text) {
  if (path !== debugFile) {
    return text;
  }
  for (const [before, after] of debugEdits) {
    if (text.split(before).length !== 2) {
      throw new Error(`trimming snowball's ${path}: ${JSON.stringify(before)} is not there exactly once`);
    }
    text = text.replace(before, () => after);
  }
  return text;
}

/** brotli compresses as tightly as it can, which takes seconds: what it did before is kept in .cache. */
export function brotli(bytes) {
  const kept = join(cache, `${createHash("sha256").update(bytes).digest("hex")}.br`);
  if (!existsSync(kept)) {
    const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    mkdirSync(cache, { recursive: true });
    writeFileSync(kept, brotliCompressSync(bytes, { params }));
  }
  return readFileSync(kept);
}
