// Compiles the page's tests into build/page/ and runs them in Chromium against a
// real server, after npm run build. Words on the command line choose files.
// SPLITRANK_PROGRAM=FILE runs them against another build, as one of before a change:
// what tests a new thing must fail there.
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { chromiumPath } from "./chromium.mjs";
import { tsc } from "./tsc.mjs";
import { go, web } from "./wasm.mjs";

const build = join(web, "build", "page");
const chromium = chromiumPath();
if (chromium === undefined) {
  console.log("not run: no Chromium could be found or installed");
  process.exit(0);
}
rmSync(build, { recursive: true, force: true });
tsc("tsconfig.e2e.json");
symlinkSync(join(web, "scripts"), join(build, "scripts"), "junction"); // where the compiled tests look for them
const program = join(build, "test", "splitrank");
const other = process.env.SPLITRANK_PROGRAM;
other ? cpSync(other, program) : go(["build", "-buildvcs=false", "-o", program, "./server"]);
const named = process.argv.slice(2);
const tests = readdirSync(join(build, "e2e")).filter((file) => file.endsWith(".test.js") && (named.length === 0 || named.some((name) => file.includes(name))));
// One file after the other: each has a browser and a server of its own.
const { status } = spawnSync(process.execPath, ["--test", "--test-concurrency=1", "--test-timeout=300000", ...tests.map((file) => join(build, "e2e", file))], {
  cwd: web, stdio: "inherit", env: { ...process.env, SPLITRANK_CHROMIUM: chromium },
});
process.exit(status ?? 1);
