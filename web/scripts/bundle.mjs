import { build } from "esbuild";
import { web } from "./wasm.mjs";

/** bundle makes of each entry one small file in the folder out, as a site that uses the package would. */
export function bundle(entryPoints, out, options = {}) {
  return build({
    entryPoints, outdir: out, absWorkingDir: web, bundle: true, minify: true, splitting: true, format: "esm", target: "es2022", logLevel: "warning", ...options,
  });
}
