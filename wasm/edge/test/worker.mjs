// A Worker in workerd, by Miniflare, and an origin in front of which it stands.
import { createRequire } from "node:module";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { built, compatibilityDate, edge, modules } from "../modules.mjs";

const { Miniflare } = createRequire(join(edge, "../../web/package.json"))("miniflare");

/** start runs the Worker until the test ends; build is the folder of what it imports, entry a module of this folder that stands before it. */
export async function start(t, { bindings = {}, build = "build", entry, ...options } = {}) {
  let log = "";
  const printed = new EventEmitter();
  const print = (text) => {
    log += text;
    printed.emit("more");
    process.env.EDGE_LOG && process.stderr.write(text);
  };
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    modules: [...(entry ? [module(join("test", entry))] : []), ...modulesOf(build)],
    modulesRoot: edge,
    compatibilityDate,
    bindings: { SPLITRANK_CACHE_TTL_S: "0", ...bindings }, // tests ask the same again and again
    handleRuntimeStdio: (...streams) => streams.forEach((stream) => stream.setEncoding("utf8").on("data", print)),
    ...options,
  });
  t.after(() => miniflare.dispose());
  return new Worker(await miniflare.ready, await miniflare.unsafeGetDirectURL(), () => log, printed);
}

/** modulesOf the Worker, with the Go program of a build. */
function modulesOf(build) {
  return [
    ...modules.map(module),
    { type: "CompiledWasm", path: join(edge, built.wasm), contents: readFileSync(join(edge, build, "edge.wasm")) },
  ];
}

function module(name) {
  return { type: "ESModule", path: join(edge, name) };
}

class Worker {
  #printed;

  constructor(url, direct, log, printed) {
    this.url = url;
    this.direct = direct; // past Miniflare, which does not pass on that a caller hung up
    this.log = log; // what it has printed so far
    this.#printed = printed;
  }

  /** prints resolves when it has printed what fits: that may come after the answer. */
  async prints(pattern) {
    const signal = AbortSignal.timeout(60_000);
    while (!pattern.test(this.log())) {
      await once(this.#printed, "more", { signal }).catch(() => {
        throw new Error(`it has not printed ${pattern}, but: ${this.log()}`);
      });
    }
  }

  /** send on a connection of its own: one that was kept may be closed by the other end just now. */
  async send(path, init = {}, url = this.url) {
    return fetch(new URL(path, url), { ...init, headers: { ...init.headers, Connection: "close" } });
  }

  /** rerank posts a request and returns {status, headers, body}. */
  async rerank(request, headers = {}) {
    const response = await this.send("/rerank", { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(request) });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }
}

/** Origin is a server whose behaviour a test sets, and may stop and start again on its port. */
export class Origin {
  seen = [];
  answer = scored;
  #server;
  #port = 0;

  static async start(t, answer = scored) {
    const origin = new Origin();
    origin.answer = answer;
    await origin.up();
    t.after(() => origin.down());
    return origin;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  async up() {
    this.#server = createServer((request, response) => this.#receive(request, response));
    this.#server.keepAliveTimeout = 0; // none
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = this.#server.address().port;
  }

  async down() {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #receive(request, response) {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) {
      body += chunk;
    }
    const asked = JSON.parse(body);
    this.seen.push({ path: request.url, headers: request.headers, body: asked });
    await this.answer(response, asked, request);
  }
}

/** scored answers that the last document is the best. */
export function scored(response, asked) {
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(judged(asked)));
}

export function judged({ documents }) {
  const n = documents.length;
  const results = documents.map((_, i) => ({
    index: n - 1 - i, rank: i + 1, relevance_score: 1 / (i + 2), scored_by: "cross-encoder", heuristic_score: 0.125, logit: -i,
  }));
  return { results, model: "m", scorer: "h1+other", language: "en", stemmed: true, degraded: false, usage: { documents: n, scored: n, cached: 0, known: 0, read: n, trimmed: 0, tokens: n }, timings_ms: { total: 2, heuristic: 0, queue: 0, inference: 2 } };
}

export const bread = {
  query: "shaped dough in the fridge",
  documents: [
    { id: "a", text: "The fridge keeps your starter asleep." },
    { id: "b", text: "Turn the oven on an hour before." },
    { id: "c", title: "Rest", text: "Shaped dough goes into the fridge and rests." },
    { id: "d", text: "Flour, water, salt." },
  ],
};

export const order = (body) => body.results.map(({ index }) => index);
