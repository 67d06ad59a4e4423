import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const web = fileURLToPath(new URL("..", import.meta.url));
const compiler = join(web, "node_modules", "typescript", "bin", "tsc");

const consumer = `
import { cascade, createLocal, createRemote, SplitrankError, watch, withFallback, type Answer, type Reranker } from "splitrank";

interface Passage { readonly id: number; readonly text: string }
const passages: Passage[] = [{ id: 1, text: "cats" }, { id: 2, text: "bread is baked" }];
const local = await createLocal();
const remote: Reranker = createRemote({ url: "http://127.0.0.1:1", timeout: 5000 });
const answer: Answer<Passage> = await withFallback(remote, local).rerank("bread", passages, { firstStage: "hidden" });
const best: number | undefined = answer.results[0]?.document.id;
let stages = "";
for await (const { stage } of watch(cascade(local, remote), "bread", passages)) stages += stage + " ";
// @ts-expect-error: no such option
const error: unknown = await local.rerank("bread", passages, { top_k: 1 }).catch((e: unknown) => e);
process.stdout.write([best, answer.reason, stages, error instanceof SplitrankError && error.field].join(","));
`;

/** bare is a consumer whose runtime declares nothing: no DOM, no @types/node. */
const bare = `
import { createLocal, createRemote, watch, withFallback, type LocalOptions, type RemoteOptions, type Reranker, type RerankOptions } from "splitrank";

type Fetch = NonNullable<RemoteOptions["fetch"]>;
const send: Fetch = async (address, { method, headers, body, signal }) => {
  const text: string = method + body + headers["accept"] + String(signal.aborted);
  return {
    ok: true, status: 200, url: address, body: null, headers: { get: () => null },
    text: async () => text, arrayBuffer: async () => new ArrayBuffer(0),
  };
};
const signal: NonNullable<RerankOptions["signal"]> = {
  aborted: false, reason: undefined, throwIfAborted() {}, addEventListener() {}, removeEventListener() {},
};
const local: LocalOptions = { wasm: new Uint8Array(8), worker: () => ({ postMessage() {}, terminate() {}, addEventListener() {} }) };
const both: Reranker = withFallback(createRemote({ url: { href: "http://h" }, fetch: send }), await createLocal(local));
for await (const { results } of watch(both, "q", [{ text: "d", id: 1 }], { signal })) {
  const id: number | undefined = results[0]?.document.id;
  void id;
}
// @ts-expect-error: no signal
await both.rerank("q", ["d"], { signal: 5 });
// @ts-expect-error: no address
createRemote({ url: 5 });
// @ts-expect-error: no response
createRemote({ url: "http://h", fetch: async () => "text" });
`;

function run(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  assert.equal(status, 0, `${command} ${args.join(" ")}: ${error?.message ?? ""}${stdout}${stderr}`);
  return stdout;
}

test("the package as npm packs it: its files, its types, and that it runs", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "splitrank-package-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [packed] = JSON.parse(run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], web)) as { filename: string; files: { path: string }[] }[];
  const files = packed?.files.map(({ path }) => path) ?? [];
  assert.deepEqual(files.filter((path) => !/^dist\/\w+\.(js|d\.ts)$/.test(path)).sort(), ["LICENSE", "README.md", "dist/THIRD_PARTY.txt", "dist/splitrank.wasm", "package.json"]);

  writeFileSync(join(folder, "package.json"), '{"private":true,"type":"module"}');
  run("npm", ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", join(folder, packed?.filename ?? "")], folder);
  const installed = join(folder, "node_modules", "splitrank");
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Record<string, unknown>;
  assert.deepEqual([manifest["dependencies"], manifest["imports"], manifest["type"]], [undefined, undefined, "module"]);
  for (const path of JSON.stringify(manifest["exports"]).match(/\.\/dist\/[\w.]+/g) ?? assert.fail("no exports")) {
    assert.ok(existsSync(join(installed, path)), path);
  }

  writeFileSync(join(folder, "consumer.ts"), consumer);
  const strict = ["consumer.ts", "--strict", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--types", "node", "--typeRoots", join(web, "node_modules", "@types")];
  const resolutions = [["--module", "es2022", "--moduleResolution", "bundler"], ["--module", "node16"], ["--module", "nodenext"]];
  for (const resolution of resolutions) {
    run(process.execPath, [compiler, ...strict, ...resolution], folder);
  }
  writeFileSync(join(folder, "bare.ts"), bare);
  for (const resolution of resolutions) {
    const options = ["--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "false", "--target", "es2022", "--lib", "es2022", "--noEmit"];
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { types: [] }, files: ["bare.ts"] }));
    run(process.execPath, [compiler, "-p", "tsconfig.json", ...options, ...resolution], folder);
  }
  assert.equal(run(process.execPath, ["consumer.js"], folder), "2,unreachable,heuristic final ,top_k");

  const worker = join(folder, "own_worker.js");
  writeFileSync(worker, 'import "splitrank/worker.js";');
  const { outputFiles } = await build({ entryPoints: [worker], bundle: true, format: "esm", write: false });
  assert.match(outputFiles[0]?.text ?? "", /addEventListener\("message"/, "a bundler keeps the worker that another one imports");
});
