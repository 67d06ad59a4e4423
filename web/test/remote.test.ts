import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, test } from "node:test";
import { createLocal, createRemote, SplitrankError, type Answer, type RemoteOptions, type RerankOptions } from "../dist/index.js";
import { startFake, startSplitrank, type Served } from "./server.js";

const documents = [
  { id: "a", text: "Cats sleep for most of the day." },
  { id: "b", title: "Bread", text: "How to bake bread at home.", meta: { deep: [1] } },
  { id: "c", text: "Bread for cats? Cats do not eat bread." },
];

const server = await startSplitrank({ after }, "--model", "none", "--api-keys", "secret");

function remote(options: Partial<RemoteOptions> = {}) {
  return createRemote({ url: server.url, key: "secret", ...options });
}

test("the server's answer is the local one", async () => {
  const local = await createLocal();
  const options: RerankOptions = { firstStage: "hidden", language: "en", explain: true };
  const there = await remote().rerank("bake bread", documents, options);
  const here = await local.rerank("bake bread", documents, options);
  assert.deepEqual(there.results, here.results);
  assert.deepEqual(there.results.map(({ document }) => document.id), ["b", "c", "a"]);
  for (const key of ["stage", "model", "language", "stemmed", "degraded"] as const) {
    assert.deepEqual(there[key], here[key], key);
  }
  assert.deepEqual({ ...there.usage, ...here.usage }, there.usage, "beside usage under the names of other services");
  assert.ok(there.timingsMs.total >= 0 && there.results[0]?.document === documents[1]);
});

test("every option arrives", async () => {
  const { results } = await remote({ url: `${server.url}/` }).rerank("bake bread", documents, {
    topK: 2, pipeline: "heuristic", firstStage: "hidden", budget: { documents: 1, tokens: 100, deadlineMs: 5000 }, diversity: 0.5,
    language: "en", cache: false, explain: true, strict: true,
    truncation: { strategy: "only_second", maxQueryTokens: 9, windows: { size: 20, stride: 5, count: 2, score: "mean2" } },
  });
  assert.equal(results.length, 2);
});

test("bytes and lone surrogates rank as they do locally", async () => {
  const texts = [{ text: new TextEncoder().encode("bread") }, { text: "cut in half \ud83d" }, { text: "\ude00 bread \ud83d\ude00", title: "\ud800" }];
  const options: RerankOptions = { firstStage: "hidden", language: "en", explain: true };
  const there = await remote().rerank("bread \ud83d", texts, options);
  const here = await (await createLocal()).rerank("bread \ud83d", texts, options);
  assert.deepEqual(there.results, here.results);
});

test("with onUpdate the answer comes as events", async () => {
  const stages: string[] = [];
  const answer = await remote().rerank("bread", documents, { onUpdate: ({ stage }) => stages.push(stage) });
  assert.equal(stages.at(-1), "final");
  assert.deepEqual(answer.results, (await remote().rerank("bread", documents)).results);
});

const addresses: [string, string, string][] = [
  ["http://h", "http://h/rerank", "the root"],
  ["HTTP://h:81/", "http://h:81/rerank", "a slash at the end"],
  ["https://h/rerank", "https://h/rerank", "the whole address"],
  ["https://h/rerank//", "https://h/rerank", "the whole address and slashes"],
  ["https://h/api/ranks", "https://h/api/ranks/rerank", "a prefix"],
  ["https://h/api/rerank/", "https://h/api/rerank", "a prefix and the path"],
  ["https://h/api/v1", "https://h/api/v1/rerank", "a gateway's own version"],
  ["https://h/rerank?code=a/rerank#top", "https://h/rerank?code=a/rerank", "a query string goes along, a fragment does not"],
  ["https://h/חיפוש/", "https://h/%D7%97%D7%99%D7%A4%D7%95%D7%A9/rerank", "a Hebrew prefix"],
];
for (const [url, want, name] of addresses) {
  test(`where requests go: ${name}`, async () => {
    for (const given of [url, new URL(url)]) {
      const seen: unknown[] = [];
      const stop: typeof fetch = async (address) => {
        seen.push(address);
        throw new TypeError("stop");
      };
      await assert.rejects(createRemote({ url: given, fetch: stop }).rerank("q", ["d"]), { code: "unreachable", message: "the server cannot be reached" });
      assert.deepEqual(seen, [want]);
    }
  });
}

for (const url of [
  "", "localhost:8000", "//h", "/rerank", "not an address", "http://", "ftp://h", "file:///rerank", "javascript:alert(1)", "http://user:pass@h", "http://user@h/rerank",
  "http://h/v1", "http://h/v2/rerank/",
]) {
  test(`an address that is none: ${JSON.stringify(url)}`, () => {
    assert.throws(() => createRemote({ url }), { name: "SplitrankError", code: "out_of_range", field: "url", message: /^url: not like https:/ });
  });
}

const refused: [string, Partial<RemoteOptions>, RerankOptions, Partial<SplitrankError>][] = [
  ["no key", { key: undefined }, {}, { code: "unauthorized", status: 401 }],
  ["a wrong key", { key: "wrong" }, {}, { code: "unauthorized", status: 401 }],
  ["another path", { get url() { return `${server.url}/elsewhere`; } }, {}, { code: "not_found", status: 404 }],
  ["a model that is not there", {}, { model: "m" }, { code: "no_model", status: 503, field: "model" }],
  ["a language of a wrong form", {}, { language: "xxxx" }, { code: "unknown_language", status: 422, field: "language" }],
  ["stride of no window, spelled as here", {}, { truncation: { maxQueryTokens: 1, windows: { size: 1, stride: 1 } } }, { code: "out_of_range", status: 422, field: "truncation.windows.stride" }],
];
for (const [name, options, asked, error] of refused) {
  test(`the server refuses: ${name}`, async () => {
    await assert.rejects(remote(options).rerank("q", ["d"], asked), { name: "SplitrankError", ...error });
    await assert.rejects(remote(options).rerank("q", ["d"], { ...asked, onUpdate: () => assert.fail("an update") }), error);
  });
}

const wrong: [string, () => unknown, string, string][] = [
  ["unknown option", () => remote().rerank("q", ["d"], { top_k: 1 } as RerankOptions), "unknown_field", "top_k"],
  ["unknown budget", () => remote().rerank("q", ["d"], { budget: { deadline_ms: 1 } as object }), "unknown_field", "budget.deadline_ms"],
  ["unknown window", () => remote().rerank("q", ["d"], { truncation: { windows: { x: 1 } as object } }), "unknown_field", "truncation.windows.x"],
  ["an option of Object's own", () => remote().rerank("q", ["d"], { constructor: 1 } as object), "unknown_field", "constructor"],
  ["topK of 0", () => remote().rerank("q", ["d"], { topK: 0 }), "out_of_range", "topK"],
  ["diversity over 1", () => remote().rerank("q", ["d"], { diversity: 1.1 }), "out_of_range", "diversity"],
  ["a pipeline that there is not", () => remote().rerank("q", ["d"], { pipeline: "fast" as never }), "out_of_range", "pipeline"],
  ["a signal that is none", () => remote().rerank("q", ["d"], { signal: {} as never }), "wrong_type", "signal"],
  ["a callback that is none", () => remote().rerank("q", ["d"], { onUpdate: true as never }), "wrong_type", "onUpdate"],
  ["no query", () => remote().rerank(" ", ["d"]), "empty_query", "query"],
  ["no documents", () => remote().rerank("q", []), "no_documents", "documents"],
  ["a document without text", () => remote().rerank("q", ["d", {} as never]), "wrong_type", "documents[1].text"],
  ["an unknown option of createRemote", () => remote({ timeoutMs: 1 } as object), "unknown_field", "timeoutMs"],
  ["no url", () => createRemote({} as never), "wrong_type", "url"],
  ["a url that is none", () => createRemote({ url: 5 } as never), "wrong_type", "url"],
  ["a timeout of 0", () => remote({ timeout: 0 }), "out_of_range", "timeout"],
  ["a key that no header carries", () => remote({ key: "a\nb" }), "out_of_range", "key"],
];
for (const [name, call, code, field] of wrong) {
  test(`refused before it is sent: ${name}`, async () => {
    await assert.rejects(async () => call(), { name: "SplitrankError", code, field, status: undefined });
  });
}

/** occupied is the one place of a server that has no other, until the socket is destroyed. */
async function occupied(full: Served): Promise<Socket> {
  const { hostname, port } = new URL(full.url);
  const socket = connect(Number(port), hostname);
  socket.write("POST /rerank HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n");
  const [answer] = (await once(socket, "data")) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 100 /); // it has the place, and waits for the body
  return socket;
}

test("a full server says when to come back, and retries come back then", async (t) => {
  const full = await startSplitrank(t, "--model", "none", "--max-in-flight", "1");
  const socket = await occupied(full);
  t.after(() => socket.destroy());
  await assert.rejects(createRemote({ url: full.url }).rerank("q", ["d"]), { code: "overloaded", status: 429, retryAfter: 1 });
  await assert.rejects(createRemote({ url: full.url, retries: 5, timeout: 900 }).rerank("q", ["d"]), { code: "overloaded" });
  const statuses: number[] = [];
  const counting: typeof fetch = async (...request) => {
    const response = await fetch(...request);
    statuses.push(response.status);
    socket.destroy();
    return response;
  };
  const { results } = await createRemote({ url: full.url, retries: 5, fetch: counting }).rerank("q", ["d"]);
  assert.equal(results.length, 1);
  assert.deepEqual([statuses[0], statuses.at(-1)], [429, 200]);
});

test("aborting ends a wait for another try", async (t) => {
  const full = await startFake(t, (_, response) => response.writeHead(429, { "retry-after": "5" }).end('{"error":{"code":"overloaded","message":"busy"}}'));
  const leaving = new AbortController();
  const seen: typeof fetch = async (...request) => {
    const response = await fetch(...request);
    setImmediate(() => leaving.abort(new Error("gone")));
    return response;
  };
  await assert.rejects(createRemote({ url: full.url, retries: 1, fetch: seen }).rerank("q", ["d"], { signal: leaving.signal }), { message: "gone" });
});

test("a server that says nothing", async (t) => {
  const silent = await startFake(t, () => undefined);
  await assert.rejects(createRemote({ url: silent.url, timeout: 20 }).rerank("q", ["d"]), { code: "timeout" });
  const leaving = new AbortController();
  const call = createRemote({ url: silent.url }).rerank("q", ["d"], { signal: leaving.signal });
  leaving.abort();
  await assert.rejects(call, { name: "AbortError" });
  await assert.rejects(createRemote({ url: silent.url }).rerank("q", ["d"], { signal: AbortSignal.abort("early") }), (reason) => reason === "early");
});

test("a server that hangs within its answer", async (t) => {
  const hanging = await startFake(t, (_, response) => response.writeHead(200, { "content-type": "application/json" }).write("{"));
  await assert.rejects(createRemote({ url: hanging.url, timeout: 50 }).rerank("q", ["d"]), { code: "timeout" });
});

test("no server", async (t) => {
  const gone = await startFake(t, () => undefined);
  await gone.end();
  await assert.rejects(createRemote({ url: gone.url }).rerank("q", ["d"]), (error) => error instanceof SplitrankError && error.code === "unreachable" && error.cause !== undefined);
});

const good = { results: [{ index: 0, rank: 1, relevance_score: 0.5, scored_by: "heuristic", heuristic_score: 0.5 }], usage: { scored: 0, cached: 0 }, timings_ms: { total: 1 } };
const answers: [string, number, string, string, string][] = [
  ["a page of a proxy", 502, "text/html", "<h1>Bad Gateway</h1>", "bad_answer"],
  ["a page where an answer belongs", 200, "text/html", "<h1>Welcome</h1>", "bad_answer"],
  ["another API's JSON", 200, "application/json", '{"data":[]}', "bad_answer"],
  ["null", 200, "application/json", "null", "bad_answer"],
  ["another API's error", 400, "application/json", '{"error":"no"}', "bad_answer"],
  ["Jina's answer", 200, "application/json", '{"model":"m","usage":{"total_tokens":5},"results":[{"index":0,"relevance_score":0.5}]}', "bad_answer"],
  ["no usage", 200, "application/json", JSON.stringify({ ...good, usage: undefined }), "bad_answer"],
  ["a document that was not sent", 200, "application/json", JSON.stringify({ ...good, results: [{ ...good.results[0], index: 1 }] }), "bad_answer"],
  ["no score", 200, "application/json", JSON.stringify({ ...good, results: [{ ...good.results[0], relevance_score: undefined }] }), "bad_answer"],
  ["a result that is none", 200, "application/json", JSON.stringify({ ...good, results: [null] }), "bad_answer"],
  ["matches that are none", 200, "application/json", JSON.stringify({ ...good, results: [{ ...good.results[0], matches: 5 }] }), "bad_answer"],
  ["events without an end", 200, "text/event-stream", `event: partial\ndata: ${JSON.stringify(good)}\n\n`, "bad_answer"],
  ["an event that is no JSON", 200, "text/event-stream", "event: final\ndata: {\n\n", "bad_answer"],
  ["an error as an event", 200, "text/event-stream", 'event: error\ndata: {"error":{"code":"overloaded","message":"full"}}\n\n', "overloaded"],
];
for (const [name, status, type, body, code] of answers) {
  test(`an answer that is none: ${name}`, async (t) => {
    const fake = await startFake(t, (_, response) => response.writeHead(status, { "content-type": type }).end(body));
    await assert.rejects(createRemote({ url: fake.url }).rerank("q", ["d"], { onUpdate: () => undefined }), { name: "SplitrankError", code });
  });
}

test("a partial event does not repeat explanations, and its answer has them", async (t) => {
  const explanation = { parts: [{ signal: "overlap", raw: 1, weight: 0.5, contribution: 0.5 }] };
  const whole = { ...good, results: [{ ...good.results[0], explanation, matches: [[0, 1]] }] };
  const events = [["heuristic", whole], ["partial", good], ["partial", good], ["final", whole]].map(([name, answer]) => `event: ${name}\ndata: ${JSON.stringify(answer)}\n\n`);
  const fake = await startFake(t, (_, response) => response.writeHead(200, { "content-type": "text/event-stream" }).end(events.join("")));
  const seen: Answer[] = [];
  await createRemote({ url: fake.url }).rerank("q", ["d"], { explain: true, onUpdate: (answer) => { seen.push(answer); } });
  assert.deepEqual(seen.map(({ stage, results: [first] }) => [stage, first?.explanation, first?.matches]),
    ["heuristic", "partial", "partial", "final"].map((stage) => [stage, explanation, [{ start: 0, end: 1 }]]));
});

test("a connection that breaks within the events", async (t) => {
  const breaking = await startFake(t, (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`event: heuristic\ndata: ${JSON.stringify(good)}\n\n`);
  });
  const seen: Answer[] = [];
  const call = createRemote({ url: breaking.url }).rerank("q", ["d"], { onUpdate: (answer) => { seen.push(answer); void breaking.end(); } });
  await assert.rejects(call, { code: "unreachable" });
  assert.deepEqual(seen.map(({ stage }) => stage), ["heuristic"]);
});

test("no update follows an abort, though more has come", async (t) => {
  const event = `event: partial\ndata: ${JSON.stringify(good)}\n\n`;
  const quick = await startFake(t, (_, response) => response.writeHead(200, { "content-type": "text/event-stream" }).end(event + event));
  const leaving = new AbortController();
  let updates = 0;
  const onUpdate = () => {
    updates++;
    leaving.abort("enough");
  };
  await assert.rejects(createRemote({ url: quick.url }).rerank("q", ["d"], { signal: leaving.signal, onUpdate }), (reason) => reason === "enough");
  await new Promise(setImmediate); // whatever was read runs to its end
  assert.equal(updates, 1);
});

test("what onUpdate throws ends the call", async () => {
  const oops = new Error("oops");
  const call = remote().rerank("q", ["d"], { onUpdate: () => { throw oops; } });
  await assert.rejects(call, (error) => error === oops);
});

test("Retry-After as a date", async (t) => {
  const later = await startFake(t, (_, response) =>
    response.writeHead(503, { "retry-after": new Date(Date.now() + 3_600_000).toUTCString() }).end('{"error":{"code":"shutting_down","message":"bye"}}'));
  await assert.rejects(createRemote({ url: later.url, retries: 1 }).rerank("q", ["d"]), ({ code, retryAfter }: SplitrankError) =>
    code === "shutting_down" && retryAfter !== undefined && retryAfter > 3000 && retryAfter <= 3600);
});
