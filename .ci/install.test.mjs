// What server/internal/ort/install.mjs says while npm fetches.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";

const work = mkdtempSync(join(tmpdir(), "splitrank-install-"));
after(() => rmSync(work, { recursive: true, force: true }));
const seen = join(work, "seen");

// An npm that has fetched half, and goes on to fail once that was seen.
const npm = join(work, "npm");
writeFileSync(npm, `#!/bin/sh
while [ $# -gt 0 ]; do [ "$1" = --cache ] && cache=$2; shift; done
mkdir -p "$cache/tmp" && truncate -s 60000000 "$cache/tmp/part"
until [ -e '${seen}' ]; do sleep 0.05; done
echo 'npm error the registry is gone' >&2
exit 1
`);
chmodSync(npm, 0o755);

const env = { ...process.env, PATH: `${work}:${process.env.PATH}`, XDG_CACHE_HOME: join(work, "cache"), SPLITRANK_ORT_LIB: "" };

test("a log says how far it is, a quarter at a time, and why it failed", { timeout: 120_000 }, async () => {
  const child = spawn(process.execPath, ["server/internal/ort/install.mjs", "linux-arm64"], { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.on("close", resolve));
  const lines = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    if (line.includes("60 of 113 MB")) writeFileSync(seen, "");
  }
  assert.equal(await ended, 1);
  assert.match(lines[0], /^fetching libonnxruntime .*: 0 of 113 MB, once$/);
  assert.match(lines[1], /: 60 of 113 MB, once$/);
  assert.match(lines.at(-1), /^installing libonnxruntime .*: npm failed: the registry is gone$/);
  assert.equal(lines.length, 3);
});

test("an unknown platform is named, with those that there are", () => {
  const { status, stderr } = spawnSync(process.execPath, ["server/internal/ort/install.mjs", "plan9-mips"], { env, encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(stderr, /there is none for plan9-mips, only for linux-x64, linux-arm64, darwin-arm64/);
});
