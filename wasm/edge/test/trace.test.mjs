// One trace from the Worker to the server and to the backend of a remote model: the server, the backend and
// the collector are those of a Go test, which this Worker stands before.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { edge } from "../modules.mjs";
import { bread, Origin, start } from "./worker.mjs";

test("a request is one trace, through to a backend", async (t) => {
  const origin = `127.0.0.1:${await freePort()}`;
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: `http://${origin}`, SPLITRANK_ORIGIN_TIMEOUT_MS: "60000", SPLITRANK_TRACE_RATIO: "1" } });
  const go = spawn("go", ["test", "-count=1", "-v", "-run", "^TestTraceThroughTheEdge$", "./server/internal/cli"], {
    cwd: join(edge, "../.."), env: { ...process.env, SPLITRANK_TEST_EDGE: String(worker.url).replace(/\/$/, ""), SPLITRANK_TEST_ORIGIN: origin },
  });
  let said = "";
  for (const stream of [go.stdout, go.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (said += text));
  }
  const [code] = await once(go, "exit");
  assert.equal(code, 0, said);
  assert.match(said, /^--- PASS: TestTraceThroughTheEdge/m);
});

const wellFormed = /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/;

test("begins traces for a share of the requests", async (t) => {
  for (const [ratio, share] of [["", 0], ["0", 0], ["1", 1]]) {
    const origin = await Origin.start(t);
    const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url, SPLITRANK_TRACE_RATIO: ratio } });
    for (let i = 0; i < 3; i++) {
      await worker.rerank(bread);
    }
    const parents = origin.seen.map(({ headers }) => headers.traceparent).filter(Boolean);
    assert.equal(parents.length, 3 * share, `of a share of ${ratio}`);
    assert.equal(new Set(parents).size, parents.length, "each has a trace of its own");
    parents.forEach((parent) => assert.match(parent, wellFormed));
  }
});

test("refuses a share that is none", async (t) => {
  for (const ratio of ["2", "-1", "all"]) {
    const worker = await start(t, { bindings: { SPLITRANK_TRACE_RATIO: ratio } });
    assert.equal((await worker.send("/healthz")).status, 500);
    await worker.prints(/SPLITRANK_TRACE_RATIO is no number from 0 to 1/);
  }
});

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
