import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { createRemote, sendEvents, type AnswerEvent } from "../dist/index.js";
import { startFake, startSplitrank } from "./server.js";

const log = mkdtempSync(join(tmpdir(), "splitrank-"));
after(() => rmSync(log, { recursive: true, force: true }));

/** written is the first line of a log, which the server writes soon after its answer. */
async function written(path: string): Promise<string> {
  for (;;) {
    const line = existsSync(path) ? readFileSync(path, "utf8").split("\n", 2) : [];
    if (line.length === 2) return line[0]!;
    await setTimeout(20);
  }
}

test("events reach the log of the server that answered", async (t) => {
  const { url } = await startSplitrank(t, "--model", "none", "--query-log", log);
  const answer = await createRemote({ url }).rerank("bread", ["bread", "cheese"], { clientId: "v" });
  assert.ok(answer.queryId);
  const click: AnswerEvent = { queryId: answer.queryId, action: "click", index: answer.results[0]!.index, rank: 1, clientId: "v" };
  assert.deepEqual(await sendEvents({ url }, [click, { queryId: "made up", action: "click" }]), { accepted: 1, unknown: 1, late: 0 });
  const query = JSON.parse(await written(join(log, "ubi_queries.jsonl")));
  assert.deepEqual([query.query_id, query.client_id, query.query_response_hit_ids], [answer.queryId, "v", ["0", "1"]]);
});

test("a request for events goes beside the others and outlives its page", async () => {
  const seen: [string, boolean | undefined][] = [];
  const fetch: typeof globalThis.fetch = async (address, init) => {
    seen.push([String(address), init?.keepalive]);
    return new Response('{"accepted":1,"unknown":0,"late":0}', { status: 202 });
  };
  await sendEvents({ url: "http://h/api/rerank?code=1", fetch }, [{ queryId: "q", action: "click" }]);
  assert.deepEqual(seen, [["http://h/api/events?code=1", true]]);
});

const wrong: [unknown, string, string][] = [
  [{ action: "click" }, "wrong_type", "events[0].queryId"],
  [{ queryId: "q" }, "wrong_type", "events[0].action"],
  [{ queryId: "q", action: "click", rank: 0 }, "out_of_range", "events[0].rank"],
  [{ queryId: "q", action: "click", place: 1 }, "unknown_field", "events[0].place"],
];
for (const [event, code, field] of wrong) {
  test(`refused: ${JSON.stringify(event)}`, async () => {
    await assert.rejects(sendEvents({ url: "http://127.0.0.1:1" }, [event as AnswerEvent]), { code, field });
  });
}

test("a server without a log says so", async (t) => {
  const { url } = await startSplitrank(t, "--model", "none");
  await assert.rejects(sendEvents({ url }, [{ queryId: "q", action: "click" }]), { code: "not_found", status: 404 });
});

test("what is no answer to events is none", async (t) => {
  const { url } = await startFake(t, (_, response) => response.end("{}"));
  await assert.rejects(sendEvents({ url }, [{ queryId: "q", action: "click" }]), { code: "bad_answer" });
});
