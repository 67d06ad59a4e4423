import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { web } from "./wasm.mjs";

/** tsc compiles a project file of web/ and ends this process where it has errors. */
export function tsc(project) {
  const compiler = join(web, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-p", project], { cwd: web, stdio: "inherit" });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}
