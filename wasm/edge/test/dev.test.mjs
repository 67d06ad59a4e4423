// make edge: the real server behind the real Worker, through wrangler.toml.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { edge } from "../modules.mjs";
import { bread } from "./worker.mjs";

test("one command runs both, and one Ctrl-C ends both", async (t) => {
  const [originPort, edgePort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [join(edge, "dev.mjs"), "--model", "none"], {
    env: { ...process.env, ORIGIN_PORT: originPort, EDGE_PORT: edgePort, CI: "true" }, stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGTERM"));
  const said = collected(child);
  const exited = once(child, "exit");
  const server = await answering(originPort, exited, said);
  const worker = await answering(edgePort, exited, said);

  const heuristic = { ...bread, pipeline: "heuristic", explain: true };
  const [native, wasm] = [await rerank(server, heuristic), await rerank(worker, heuristic)];
  for (const answer of [native, wasm]) {
    delete answer.timings_ms;
    delete answer.id;
    delete answer.created;
  }
  assert.deepEqual(wasm, native);
  const cascade = await rerank(worker, { ...bread, pipeline: "cascade" });
  assert.deepEqual([cascade.degraded, cascade.reason], [true, "model"], "the server behind has no model");

  child.kill("SIGINT");
  assert.deepEqual(await exited, [0, null]);
  await assert.rejects(fetch(`${server}/healthz`));
  await assert.rejects(fetch(`${worker}/healthz`));
});

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return String(port);
}

function collected(child) {
  const said = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (said.text += text));
  }
  return said;
}

/** answering is the URL on a port once something answers there. */
async function answering(port, exited, said) {
  const url = `http://127.0.0.1:${port}`;
  let over = false;
  exited.then(() => (over = true));
  while (!over) {
    const ready = await fetch(`${url}/readyz`).then((response) => response.ok, () => false);
    if (ready) {
      return url;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(said.text);
}

async function rerank(url, request) {
  const response = await fetch(`${url}/rerank`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request) });
  assert.equal(response.status, 200);
  return response.json();
}
