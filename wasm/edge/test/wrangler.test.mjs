import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { edge } from "../modules.mjs";

const root = join(edge, "../..");
const wrangler = join(root, "web/node_modules/wrangler/bin/wrangler.js");

for (const name of ["staging", "production"]) {
  test(`wrangler.toml deploys ${name}`, (t) => {
    const out = mkdtempSync(join(tmpdir(), "splitrank-edge-"));
    t.after(() => rmSync(out, { recursive: true }));
    const args = ["deploy", "--dry-run", "--outdir", out, "--env", name];
    const { status, stdout, stderr } = spawnSync(process.execPath, [wrangler, ...args], {
      cwd: root, encoding: "utf8", env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true" },
    });
    assert.equal(status, 0, stdout + stderr);
    assert.doesNotMatch(stdout + stderr, /warning/i);
    assert.ok(readdirSync(out).some((file) => file.endsWith(".wasm")), "it uploads the Wasm");
  });
}
