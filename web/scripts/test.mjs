// Compiles the tests into build/ and runs them, after npm run build.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";
import { chromiumPath } from "./chromium.mjs";
import { buildWasm, go, web } from "./wasm.mjs";
import { tsc } from "./tsc.mjs";

const build = join(web, "build");
rmSync(build, { recursive: true, force: true });
tsc("tsconfig.test.json");
tsc("tsconfig.examples.json");
await bundle([join(web, "examples", "nextjs", "src", "app", "api", "chat", "route.ts")], join(build, "example"), {
  tsconfig: join(web, "tsconfig.examples.json"), external: ["splitrank"],
});
await bundle([join(web, "test", "fixtures", "workerd.js")], join(build, "workerd"), {
  splitting: false, external: ["./splitrank.wasm"], // one file, as wrangler makes it
});
for (const tag of ["crash", "all"]) {
  buildWasm("./wasm/browser", join(build, `${tag}.wasm`), { tags: [`splitrank_${tag}`] });
}
go(["build", "-buildvcs=false", "-o", join(build, "splitrank"), "./server"]);

const tests = readdirSync(build).filter((name) => name.endsWith(".test.js")).map((name) => join(build, name));
const env = { ...process.env, SPLITRANK_CHROMIUM: chromiumPath() ?? "" }; // looked for, and fetched, once
const { status } = spawnSync(process.execPath, ["--test", "--test-timeout=300000", ...tests], { cwd: web, env, stdio: "inherit" });
process.exit(status ?? 1);
