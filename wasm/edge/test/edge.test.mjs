import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { bread, judged, Origin, order, start } from "./worker.mjs";

const heuristic = { ...bread, pipeline: "heuristic" };
const two = { ...bread, budget: { documents: 2 } };
const json = { "Content-Type": "application/json" };

test("answers at once, in both shapes", async (t) => {
  const worker = await start(t);
  const { status, body } = await worker.rerank(heuristic);
  assert.equal(status, 200);
  assert.deepEqual(order(body), [2, 0, 1, 3]);
  assert.match(body.scorer, /^h\d+\+en,es,fr,hu,no,ru,sv$/);
  const chunks = await worker.rerank({ query: bread.query, chunks: bread.documents.map(({ id, text }) => ({ id, text })), top_k: 1 });
  assert.deepEqual(chunks.body.map(({ chunk_id }) => chunk_id), ["c"]);
  const health = await worker.send("/healthz");
  assert.equal(health.status, 200);
  assert.equal((await worker.send("/healthz", { method: "HEAD" })).status, 200);
});

test("merges what the origin says, and passes on ids and traces", async (t) => {
  const origin = await Origin.start(t);
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url + "/", SPLITRANK_ORIGIN_KEY: "secret" } });
  const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const { headers, body } = await worker.rerank(two, { "X-Request-Id": "id-1", traceparent: parent, tracestate: "a=1,b=2", Authorization: "Bearer callers", "X-Splitrank-Client-Id": "v" });
  assert.deepEqual(order(body), [2, 0, 1, 3]);
  assert.deepEqual(body.results.map(({ scored_by }) => scored_by), ["cross-encoder", "cross-encoder", "heuristic", "heuristic"]);
  assert.equal(headers.get("x-request-id"), "id-1");
  const [asked] = origin.seen;
  assert.equal(asked.path, "/rerank");
  assert.equal(asked.headers["x-request-id"], "id-1");
  assert.equal(asked.headers.traceparent, parent);
  assert.equal(asked.headers.tracestate, "a=1,b=2");
  assert.equal(asked.headers.authorization, "Bearer secret");
  assert.equal(asked.body.client_id, "v");
  assert.deepEqual(asked.body.documents.map(({ rank }) => rank), [1, 3]);
  assert.ok(asked.body.budget.deadline_ms <= 2000);
});

test("what the origin says stays within its header", async (t) => {
  const origin = await Origin.start(t, (response, asked) => response.end(JSON.stringify({ ...judged(asked), query_id: "q\r\nX-Other: 1\nX-Third: 2" })));
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url } });
  const { status, headers } = await worker.rerank(two);
  assert.deepEqual([status, headers.get("x-splitrank-query-id"), headers.get("x-other"), headers.get("x-third")], [200, "q  X-Other: 1 X-Third: 2", null, null]);
});

test("paths are decoded, and nothing else of an address counts", async (t) => {
  const worker = await start(t);
  for (const [path, status] of [["/healthz", 200], ["/%68ealthz", 200], ["/healthz?a=b", 200], ["//healthz", 404], ["/healthz%0A", 404], ["/healthz%2F", 404]]) {
    assert.equal((await fetch(`${String(worker.direct).replace(/\/$/, "")}${path}`)).status, status, path);
  }
});

test("asks through a service binding", async (t) => {
  const worker = await start(t, {
    serviceBindings: { ORIGIN: async (request) => Response.json(judged(await request.json())) },
  });
  const { body } = await worker.rerank(two);
  assert.equal(body.model, "m");
});

const failures = {
  "never answers": [() => undefined, "deadline"],
  "stalls within its answer": [(response) => void response.write('{"results":['), "deadline"],
  "closes the connection": [(response) => response.destroy(), "origin"],
  "is full": [(response) => response.writeHead(429).end('{"error":{"code":"overloaded","message":"full"}}'), "overload"],
  "fails": [(response) => response.writeHead(500).end("oops"), "origin"],
  "redirects": [(response) => response.writeHead(302, { Location: "http://127.0.0.1:1/" }).end(), "origin"],
  "answers at too great length": [(response) => response.end(JSON.stringify({ results: "x".repeat(5 << 20) })), "origin"],
  "answers nonsense": [(response) => response.end('{"results":[]}'), "origin"],
};

test("degrades, whatever the origin does", async (t) => {
  const origin = await Origin.start(t);
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url } });
  for (const [name, [answer, reason]] of Object.entries(failures)) {
    await t.test(name, async () => {
      origin.answer = answer;
      const { status, headers, body } = await worker.rerank({ ...bread, budget: { documents: 2, deadline_ms: reason === "deadline" ? 100 : 20_000 } });
      assert.deepEqual([status, body.degraded, body.reason, headers.get("x-splitrank-reason")], [200, true, reason, reason]);
      assert.deepEqual(order(body), [2, 0, 1, 3]);
    });
  }
});

test("degrades while the origin is down, and recovers by itself", async (t) => {
  const origin = await Origin.start(t);
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url } });
  for (const up of [true, false, true]) {
    await (up ? origin.down().then(() => origin.up()) : origin.down());
    const answers = await Promise.all(Array.from({ length: 20 }, () => worker.rerank(two)));
    assert.deepEqual([...new Set(answers.map(({ body }) => body.reason ?? body.model))], [up ? "m" : "origin"]);
  }
});

test("asks a second time, and no more", async (t) => {
  const origin = await Origin.start(t);
  const drop = (response) => response.destroy();
  const dropFirst = (response, asked) => (origin.seen.length === 1 ? drop(response) : response.end(JSON.stringify(judged(asked))));
  const hang = (response, asked) => origin.seen.length > 1 && response.end(JSON.stringify(judged(asked)));
  const plain = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url } });
  const hedged = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url, SPLITRANK_ORIGIN_HEDGE_MS: 20, SPLITRANK_ORIGIN_TIMEOUT_MS: 20_000 } });
  for (const [name, worker, answer, reason] of [
    ["after a connection that failed", plain, dropFirst, undefined],
    ["not a third time", plain, drop, "origin"],
    ["when nothing came for a while", hedged, hang, undefined],
  ]) {
    origin.answer = answer;
    origin.seen = [];
    const { body } = await worker.rerank(two);
    assert.equal(body.reason, reason, name);
    assert.equal(origin.seen.length, 2, name);
  }
});

test("strict callers get an error instead", async (t) => {
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: "http://127.0.0.1:1" } });
  const { status, body } = await worker.rerank({ ...two, strict: true });
  assert.deepEqual([status, body.error.code], [502, "origin_failed"]);
});

test("a batch asks the origin once", async (t) => {
  const origin = await Origin.start(t, (response, { requests }) => response.end(JSON.stringify({ responses: requests.map(judged) })));
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url } });
  const response = await worker.send("/rerank/batch", { method: "POST", headers: json, body: JSON.stringify({ requests: [two, heuristic, {}, two] }) });
  const { responses } = await response.json();
  assert.deepEqual(responses.map((r) => r.model ?? r.error.code), ["m", "none", "empty_query", "m"]);
  assert.deepEqual(origin.seen.map(({ path, body }) => [path, body.requests.length]), [["/rerank/batch", 2]]);
});

/** events of a watched answer, as they come. */
async function* events(response) {
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end));
      yield { name, data: JSON.parse(data) };
    }
  }
}

test("events: the heuristics at once, then the origin's, merged", async (t) => {
  let go;
  const asked = new Promise((resolve) => (go = resolve));
  const origin = await Origin.start(t, (response, question) => {
    response.setHeader("Content-Type", "text/event-stream");
    response.flushHeaders();
    go(() => {
      response.write(`event: partial\ndata: ${JSON.stringify(judged(question))}\n\n`);
      response.end(`event: final\ndata: ${JSON.stringify(judged(question))}\n\n`);
    });
  });
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url, SPLITRANK_ORIGIN_TIMEOUT_MS: 20_000 } });
  const response = await worker.send("/rerank", { method: "POST", headers: { ...json, Accept: "text/event-stream" }, body: JSON.stringify(two) });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const seen = [];
  for await (const event of events(response)) {
    if (event.name === "heuristic") {
      (await asked)(); // the origin has said nothing yet
    }
    seen.push(event);
  }
  assert.deepEqual(seen.map(({ name }) => name), ["heuristic", "partial", "final"]);
  assert.equal(seen[0].data.model, "none");
  assert.deepEqual(order(seen[2].data), [2, 0, 1, 3]);
  assert.equal(origin.seen[0].headers.accept, "text/event-stream");
});

test("events end with a degraded answer where the origin breaks off", async (t) => {
  const origin = await Origin.start(t, (response, question) => {
    response.setHeader("Content-Type", "text/event-stream");
    response.write(`event: partial\ndata: ${JSON.stringify(judged(question))}\n\n`, () => response.destroy());
  });
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url } });
  const response = await worker.send("/rerank", { method: "POST", headers: { ...json, Accept: "text/event-stream" }, body: JSON.stringify(two) });
  let last;
  for await (const event of events(response)) {
    last = event;
  }
  assert.deepEqual([last.name, last.data.degraded, last.data.reason], ["final", true, "origin"]);
});

test("survives callers that hang up", async (t) => {
  let hungUp;
  const origin = await Origin.start(t, () => hungUp.abort());
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url, SPLITRANK_ORIGIN_TIMEOUT_MS: 100 } });
  for (const accept of ["application/json", "text/event-stream"]) {
    hungUp = new AbortController();
    const answer = worker.send("/rerank", { method: "POST", headers: { ...json, Accept: accept }, body: JSON.stringify(two), signal: hungUp.signal });
    await assert.rejects(answer.then((r) => r.text()), { name: "AbortError" });
  }
  assert.equal((await worker.rerank(heuristic)).status, 200);
});

test("remembers what the origin said", async (t) => {
  const origin = await Origin.start(t);
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url, SPLITRANK_CACHE_TTL_S: "60" } });
  const first = await worker.rerank(two);
  let again;
  do { // the cache is filled after the answer
    again = await worker.rerank({ ...two, top_k: 1 });
  } while (again.body.usage.cached === 0);
  const asked = origin.seen.length;
  assert.deepEqual(again.body.usage, { documents: 4, scored: 2, cached: 2, known: 0, read: 0, trimmed: 2, tokens: 0, prompt_tokens: 0, total_tokens: 0 });
  assert.deepEqual(again.body.results[0], first.body.results[0]);
  for (const [request, headers] of [[{ ...two, cache: false }, {}], [two, { "Cache-Control": "no-store" }]]) {
    assert.equal((await worker.rerank(request, headers)).body.usage.cached, 0);
  }
  assert.equal(origin.seen.length, asked + 2);
  const off = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url } });
  await off.rerank(two);
  assert.equal((await off.rerank(two)).body.usage.cached, 0);
});

test("explanations have what the model says, and sum to the score that is shown", async (t) => {
  const logistic = (x) => 1 / (1 + Math.exp(-x));
  const explained = (asked) => {
    const answer = judged(asked);
    answer.results.forEach((result, i) => {
      const terms = [{ term: "logit", raw: -i, weight: 2, contribution: -2 * i }, { term: "shift", raw: 0.5, weight: 1, contribution: 0.5 }];
      result.relevance_score = logistic(0.5 - 2 * i);
      result.explanation = asked.explain ? { parts: [], blend: { terms, sum: 0.5 - 2 * i } } : undefined;
    });
    return answer;
  };
  const origin = await Origin.start(t, (response, asked) => response.end(JSON.stringify(explained(asked))));
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url } });
  const { body } = await worker.rerank({ ...two, explain: true });
  for (const { logit, relevance_score, heuristic_score, explanation: { parts, blend } } of body.results) {
    const sum = (list) => list.reduce((total, { contribution }) => total + contribution, 0);
    assert.ok(Math.abs(sum(parts) - heuristic_score) < 1e-9);
    assert.equal(blend === undefined, logit === undefined);
    assert.ok(blend === undefined || Math.abs(logistic(sum(blend.terms)) - relevance_score) < 1e-9);
  }
  const plain = await worker.rerank(two);
  assert.equal(plain.body.results[0].explanation, undefined);
  assert.equal(origin.seen.at(-1).body.explain, undefined);
});

test("bounds what one client may ask", async (t) => {
  const worker = await start(t, { ratelimits: { RATE_LIMITER: { simple: { limit: 2, period: 60 } } } });
  const answers = [await worker.rerank(heuristic), await worker.rerank(heuristic), await worker.rerank(heuristic)];
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 429]);
  assert.equal(answers[2].body.error.code, "overloaded");
  assert.equal(answers[2].headers.get("retry-after"), "1");
});

test("refuses what it must", async (t) => {
  const worker = await start(t, { bindings: {
    SPLITRANK_API_KEYS: "one, two,with,comma", SPLITRANK_CORS_ORIGINS: "https://app.example.com", SPLITRANK_MAX_BODY_BYTES: "2000", SPLITRANK_MAX_DOCUMENTS: "5",
  } });
  const key = { ...json, Authorization: "Bearer two" };
  const large = JSON.stringify({ ...heuristic, query: "q".repeat(2000) });
  const chunked = () => new Blob([large]).stream();
  const body = JSON.stringify(heuristic);
  for (const [name, path, init, status, code] of [
    ["no key", "/rerank", { body, headers: json }, 401, "unauthorized"],
    ["a wrong key", "/rerank", { body, headers: { ...json, Authorization: "Bearer three" } }, 401, "unauthorized"],
    ["too large", "/rerank", { body: large, headers: key }, 413, "body_too_large"],
    ["too large, length unknown", "/rerank", { body: chunked(), duplex: "half", headers: key }, 413, "body_too_large"],
    ["too many documents", "/rerank", { body: JSON.stringify({ query: "q", documents: ["a", "b", "c", "d", "e", "f"] }), headers: key }, 413, "too_many_documents"],
    ["media type", "/rerank", { body, headers: { Authorization: "Bearer two" } }, 415, "unsupported_media_type"],
    ["no JSON", "/rerank", { body: "{", headers: key }, 400, "malformed_json"],
    ["no body", "/rerank", { headers: key }, 400, "malformed_json"],
    ["path", "/", { body, headers: key }, 404, "not_found"],
    ["a path that is none", "/%zz", { body, headers: key }, 400, "malformed_url"],
    ["method", "/rerank", { method: "GET" }, 405, "method_not_allowed"],
  ]) {
    const response = await worker.send(path, { method: "POST", ...init });
    assert.deepEqual([response.status, (await response.json()).error.code], [status, code], name);
  }
  const small = new Blob([body]).stream();
  assert.equal((await worker.send("/rerank", { method: "POST", body: small, duplex: "half", headers: key })).status, 200, "length unknown");
  const preflight = await worker.send("/rerank", { method: "OPTIONS", headers: { Origin: "https://app.example.com", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type" } });
  assert.equal(preflight.headers.get("access-control-allow-origin"), "https://app.example.com");
  assert.match(preflight.headers.get("access-control-allow-headers"), /^authorization, ?content-type$/i);
});

test("says that it is not configured as it should be", async (t) => {
  for (const bindings of [
    { SPLITRANK_API_KEYS: "" }, { SPLITRANK_API_KEYS: "," }, { SPLITRANK_API_KEYS: "a," }, { SPLITRANK_API_KEYS: " " }, { SPLITRANK_API_KEY: "a" }, { SPLITRANK_ORIGIN_KEY: "" },
    { SPLITRANK_MAX_DOCUMENTS: "many" }, { SPLITRANK_MAX_IN_FLIGHT: "0" }, { SPLITRANK_CORS_ORIGINS: "example.com/path" }, { SPLITRANK_ORIGIN_TIMEOUT_MS: "soon" }]) {
    const worker = await start(t, { bindings });
    const { status, body } = await worker.rerank(heuristic);
    assert.deepEqual([status, body.error.code], [500, "internal"]);
  }
});

test("bounds the bodies in flight", async (t) => {
  const waiting = [];
  let both;
  const asked = new Promise((resolve) => (both = resolve));
  const origin = await Origin.start(t, (response, question) => waiting.push(() => response.end(JSON.stringify(judged(question)))) === 2 && both());
  const body = JSON.stringify(two);
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url, SPLITRANK_ORIGIN_TIMEOUT_MS: "20000", SPLITRANK_MAX_IN_FLIGHT_BYTES: String(2 * body.length) } });
  const send = async () => (await worker.send("/rerank", { method: "POST", headers: json, body })).status;
  const held = [send(), send()];
  await asked;
  assert.equal(await send(), 429);
  waiting.forEach((answer) => answer());
  assert.deepEqual(await Promise.all(held), [200, 200]);
  assert.equal((await worker.rerank(heuristic)).status, 200);
});

test("bounds the requests in flight, and says so in the words of each service", async (t) => {
  const waiting = [];
  let both;
  const asked = new Promise((resolve) => (both = resolve));
  const origin = await Origin.start(t, (response, question) => waiting.push(() => response.end(JSON.stringify(judged(question)))) === 2 && both());
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url, SPLITRANK_ORIGIN_TIMEOUT_MS: "20000", SPLITRANK_MAX_IN_FLIGHT: "2" } });
  const post = (path) => worker.send(path, { method: "POST", headers: json, body: JSON.stringify(two) });
  const held = [post("/rerank"), post("/rerank")];
  await asked;
  for (const [path, words] of [
    ["/rerank", (body) => body.error.message], ["/v2/rerank", (body) => body.message], ["/voyage/v1/rerank", (body) => body.detail], ["/rerank/batch", (body) => body.error.message],
    ["/tei/rerank", (body) => body.error_type === "Overloaded" && body.error], ["/vllm/rerank", (body) => body.error.type === "RateLimitError" && body.error.message],
  ]) {
    const response = await post(path);
    assert.deepEqual([response.status, response.headers.get("retry-after")], [429, "1"], path);
    assert.match(words(await response.json()), /too many bodies/, path);
  }
  waiting.forEach((answer) => answer());
  assert.deepEqual((await Promise.all(held)).map(({ status }) => status), [200, 200]);
  assert.equal((await worker.rerank(heuristic)).status, 200);
});

test("a body that does not come gives its place to one that does", async (t) => {
  const worker = await start(t, { bindings: { SPLITRANK_MAX_IN_FLIGHT: "1" } });
  const idle = connect(worker.direct.port, worker.direct.hostname);
  t.after(() => idle.destroy());
  idle.on("error", () => undefined);
  await once(idle, "connect");
  await new Promise((resolve) => idle.write(head(4096) + "{", resolve));
  assert.equal(await until(200, async () => (await worker.rerank(heuristic)).status), 200);
});

test("gives back the room of bodies that were refused or broken off", async (t) => {
  const body = JSON.stringify(heuristic);
  const worker = await start(t, { bindings: { SPLITRANK_MAX_IN_FLIGHT_BYTES: String(body.length) } });
  for (let i = 0; i < 3; i++) {
    assert.equal((await worker.rerank({ ...heuristic, query: "q".repeat(2 * body.length) })).status, 429);
    await breakOff(worker.direct, body);
  }
  assert.equal(await until(200, async () => (await worker.rerank(heuristic)).status), 200);
});

test("an announced length holds nothing", async (t) => {
  const body = JSON.stringify(heuristic);
  const worker = await start(t, { bindings: { SPLITRANK_MAX_IN_FLIGHT_BYTES: String(2 * body.length) } });
  const slow = connect(worker.direct.port, worker.direct.hostname);
  t.after(() => slow.destroy());
  await once(slow.setEncoding("utf8"), "connect");
  slow.write(head(2 * body.length) + "{");
  assert.equal((await worker.rerank(heuristic)).status, 200);
});

test("bodies that do not come block nobody, with a key or without", async (t) => {
  const half = 1 << 20;
  const worker = await start(t, { bindings: { SPLITRANK_MAX_BODY_BYTES: String(half), SPLITRANK_MAX_IN_FLIGHT_BYTES: String(2 * half) } });
  const keyed = await start(t, { bindings: { SPLITRANK_API_KEYS: "one", SPLITRANK_MAX_BODY_BYTES: String(half), SPLITRANK_MAX_IN_FLIGHT_BYTES: String(2 * half) } });
  for (const [{ direct, rerank }, headers] of [[worker, {}], [keyed, { Authorization: "Bearer one" }]].map(([w, h]) => [{ direct: w.direct, rerank: (r, hh) => w.rerank(r, hh) }, h])) {
    for (let i = 0; i < 5; i++) {
      const idle = connect(direct.port, direct.hostname);
      t.after(() => idle.destroy());
      idle.on("error", () => undefined);
      await once(idle, "connect");
      await new Promise((resolve) => idle.write(head(half) + " ".repeat(i < 2 ? half - 1 : 9000), resolve));
    }
    const large = { ...heuristic, documents: ["a".repeat(half / 4)] };
    assert.equal(await until(200, async () => (await rerank(large, headers)).status), 200);
  }
});

test("refuses without the body what can be refused without it", async (t) => {
  const worker = await start(t, { bindings: { SPLITRANK_API_KEYS: "one" }, ratelimits: { RATE_LIMITER: { simple: { limit: 3, period: 60 } } } });
  const { port, hostname } = worker.direct;
  for (const [name, line, headers, status] of [
    ["no key", "POST /rerank", "", 401],
    ["a wrong key", "POST /rerank", "Authorization: Bearer two\r\n", 401],
    ["a wrong type", "POST /rerank", "Authorization: Bearer one\r\nContent-Type: text/plain\r\n", 415],
    ["too often", "POST /rerank", "Authorization: Bearer one\r\n", 429],
    ["no such path", "POST /nowhere", "", 404],
    ["a wrong method", "PUT /rerank", "", 405],
  ]) {
    const socket = connect(port, hostname);
    t.after(() => socket.destroy());
    await once(socket.setEncoding("utf8"), "connect");
    const type = headers.includes("Content-Type") ? "" : "Content-Type: application/json\r\n";
    socket.write(`${line} HTTP/1.1\r\nHost: x\r\n${type}${headers}Content-Length: 1000\r\n\r\n{`); // and no more
    const [answer] = await once(socket, "data");
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), name);
  }
});

const head = (length) => `POST /rerank HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

/** breakOff sends a body but for its last byte, and hangs up when it has gone out. */
async function breakOff(url, body) {
  const socket = connect(url.port, url.hostname);
  await once(socket, "connect");
  await new Promise((resolve) => socket.write(head(body.length) + body.slice(0, -1), resolve));
  socket.destroy();
  await once(socket, "close");
}

/** until asks again until it is told what it wants: the other end hears later that somebody hung up. The last word is that of the hundredth time. */
async function until(wanted, ask) {
  const end = Date.now() + 30_000;
  let told;
  do {
    told = await ask();
  } while (told !== wanted && Date.now() < end);
  return told;
}

test("a path that is none is not logged", async (t) => {
  const worker = await start(t);
  await worker.send("/%zz-secret", { method: "POST" });
  await worker.rerank(heuristic);
  assert.doesNotMatch(worker.log(), /secret/);
});

test("an origin is not left at work for watchers that hung up", async (t) => {
  let hungUp;
  const ended = new Promise((resolve) => (hungUp = resolve));
  const origin = await Origin.start(t, (response, question) => {
    response.setHeader("Content-Type", "text/event-stream");
    response.on("close", hungUp);
    const go = () => response.destroyed || response.write(`event: partial\ndata: ${JSON.stringify(judged(question))}\n\n`, () => setTimeout(go, 1));
    go();
  });
  const large = { ...two, documents: two.documents.map(({ text }) => text.padEnd(50_000, " .")), return_documents: true }; // so are the events
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url, SPLITRANK_ORIGIN_TIMEOUT_MS: "1000000" } });
  const caller = new AbortController();
  const response = await worker.send("/rerank", { method: "POST", headers: { ...json, Accept: "text/event-stream" }, body: JSON.stringify(large), signal: caller.signal }, worker.direct);
  await response.body.getReader().read();
  caller.abort();
  await ended;
  assert.equal((await worker.rerank(heuristic)).status, 200);
  assert.doesNotMatch(worker.log(), /"error"/);
});

test("a stream that panics breaks off", async (t) => {
  const origin = await Origin.start(t);
  const worker = await start(t, { entry: "ends.mjs", build: "build-faults", bindings: { SPLITRANK_ORIGIN_URL: origin.url } });
  for (const [fault, end] of [["none", /event: final\ndata: .*\n\n$/], ["break", /^event: heuristic\ndata: .*\n\nbroken off$/]]) {
    const response = await worker.send("/rerank", { method: "POST", headers: { ...json, Accept: "text/event-stream", "X-Request-Id": fault }, body: JSON.stringify(two) });
    assert.match(await response.text(), end, fault);
  }
});
