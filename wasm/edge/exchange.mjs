import { ask } from "./ask.mjs";
import { TooLong } from "./body.mjs";
import { Full, Room, Slow } from "./receive.mjs";

/** What Go reads of a request's headers. */
const wanted = [
  "accept", "access-control-request-headers", "access-control-request-method", "authorization", "cache-control",
  "cf-connecting-ip", "content-encoding", "content-type", "origin", "traceparent", "tracestate", "x-request-id", "x-splitrank-client-id",
];

/** newTrace is the header of a trace that begins here and is sampled (W3C Trace Context): the servers behind note it. */
function newTrace() {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(24)), (b) => b.toString(16).padStart(2, "0")).join("");
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
}

/** A Response of these may have no body, not even an empty one. */
const WITHOUT_BODY = [204, 304];

/** How many bytes the reader of a stream may be behind, beside the last chunk, before it counts as gone. */
const MOST_BEHIND = 1 << 20;

/**
 * Exchange is one request and what Go may ask of the platform on its behalf.
 * Nothing here belongs to two requests. Whatever takes time calls settle once,
 * within the request's own events.
 */
export class Exchange {
  length; // of the body as announced, -1 = not known
  body; // Uint8Array, once it is received
  ended = Promise.resolve(); // with the last chunk of a stream
  enter; // calls into Go: see instance.mjs
  answered; // is called with the Response
  #request;
  #settings;
  #env;
  #ctx;
  #came = Date.now();
  #room;
  #received; // a promise of the body
  #writer;
  #behind = 0; // bytes that were written to the stream and not read
  #gone = new AbortController(); // nobody reads the stream any more

  constructor(request, settings, env, ctx) {
    this.#request = request;
    this.#settings = settings;
    this.#env = env;
    this.#ctx = ctx;
    this.#room = new Room(settings.inFlight, settings.inFlightBytes);
    this.length = Number(request.headers.get("content-length") ?? (request.body === null ? 0 : -1));
  }

  /** decodable: Go can parse the path. */
  decodable() {
    return !/%(?![0-9a-f]{2})/i.test(this.#path());
  }

  #path() {
    return new URL(this.#request.url).pathname;
  }

  /** release gives back the place and the memory that the body takes. */
  release() {
    this.#room.release();
    this.#received = this.body = undefined;
  }

  /** head of the request for Go, in lines: method, path, and of each header its name and its value. */
  get head() {
    const { method, headers } = this.#request;
    const lines = [method, this.#path()];
    for (const name of wanted) {
      const value = headers.get(name);
      if (value !== null) {
        lines.push(name, value);
      }
    }
    if (!headers.get("traceparent") && Math.random() < this.#settings.traceRatio) {
      lines.push("traceparent", newTrace());
    }
    return lines.join("\n");
  }

  // What Go calls.

  /** answer begins the answer. head has of each header its name and its value, a line each; body is whole, or what stream returned. */
  answer(status, head, body) {
    const headers = new Headers();
    const lines = head.split("\n");
    for (let i = 0; i + 1 < lines.length; i += 2) {
      headers.append(lines[i], lines[i + 1]);
    }
    this.answered(new Response(WITHOUT_BODY.includes(status) ? null : body, { status, headers }));
  }

  /**
   * receive reads the body, once Go has found nothing to refuse without it, and says how long it is, or why it
   * is not there. Asked again, by another instance, it says the same.
   */
  receive(settle) {
    this.#received ??= this.#receive();
    this.#settled(this.#received, settle);
  }

  async #receive() {
    const { body } = this.#request;
    try {
      this.body = body === null ? new Uint8Array() : await this.#room.receive(body, this.#settings.bodyBytes);
      return this.body.length;
    } catch (cause) {
      const known = [[Full, "full"], [Slow, "slow"], [TooLong, "long"]].find(([kind]) => cause instanceof kind);
      return known?.[1] ?? "cut";
    }
  }

  /** left is how long the origin has of a deadline, in ms; 0 = the caller named none. */
  left(deadlineMS) {
    const { timeoutMS, marginMS } = this.#settings;
    const left = deadlineMS === 0 ? timeoutMS : deadlineMS - (Date.now() - this.#came) - marginMS;
    return Math.max(0, Math.min(timeoutMS, Math.floor(left)));
  }

  /** ask posts to the origin: {status, headers, body}, with reader in place of body for events, or {error, late, gone}. */
  ask(path, headers, body, leftMS, settle) {
    const { originURL, originKey, marginMS, hedgeMS, bodyBytes } = this.#settings;
    if (originKey) {
      headers.Authorization = `Bearer ${originKey}`;
    }
    const late = AbortSignal.timeout(leftMS + marginMS);
    const post = (own) => this.#fetcher().fetch(originURL.replace(/\/$/, "") + path, {
      method: "POST", headers, body, redirect: "manual", signal: AbortSignal.any([late, this.#gone.signal, own]),
    });
    this.#settled(ask(post, { late, gone: this.#gone.signal }, hedgeMS, bodyBytes), settle);
  }

  /** read a chunk of an answer's reader: {done, value} or {error, late, gone}. */
  read(reader, settle) {
    this.#settled(reader.next(), settle);
  }

  cancel(reader) {
    reader.cancel();
  }

  /** recall what was remembered for a key, null = nothing. */
  recall(key, settle) {
    const found = this.#cacheKey(key).then((name) => caches.default.match(name)).then((response) => response?.arrayBuffer());
    this.#settled(found.then((buffer) => (buffer ? new Uint8Array(buffer) : null), () => null), settle);
  }

  /** remember a value for a key, after the answer. */
  remember(key, value) {
    const headers = { "Cache-Control": `max-age=${this.#settings.cacheTTL}` };
    this.#ctx.waitUntil(this.#cacheKey(key).then((name) => caches.default.put(name, new Response(value, { headers }))).catch(() => undefined));
  }

  /** allow says whether a client may ask once more. A limiter that fails allows. */
  allow(client, settle) {
    this.#settled(this.#env.RATE_LIMITER.limit({ key: client }).then(({ success }) => success, () => true), settle);
  }

  /** stream begins an answer in chunks and returns its body. */
  stream() {
    const { readable, writable } = new TransformStream();
    this.#writer = writable.getWriter();
    this.ended = this.#writer.closed.catch(() => this.#hungUp());
    return readable;
  }

  /** hungUp ends what the origin does for a stream that nobody reads. The platform tells of that when it is written to, if at all. */
  #hungUp() {
    this.#writer = undefined;
    this.#gone.abort();
  }

  /** write a chunk; false = nobody reads. */
  write(chunk) {
    if (this.#behind > MOST_BEHIND) {
      this.abandon();
      this.#hungUp();
    }
    const read = () => (this.#behind -= chunk.length);
    this.#behind += chunk.length;
    this.#writer?.write(chunk).then(read, read);
    return this.#writer !== undefined;
  }

  /** end the stream. */
  end() {
    this.#writer?.close().catch(() => undefined);
  }

  /** abandon breaks a stream off: nobody is left to go on with it. */
  abandon() {
    this.#writer?.abort().catch(() => undefined);
  }

  #fetcher() {
    return this.#env.ORIGIN ?? globalThis;
  }

  async #cacheKey(key) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", key));
    return `https://splitrank.invalid/${Array.from(digest, (b) => b.toString(16).padStart(2, "0")).join("")}`;
  }

  /** settled calls into the instance that asked: there may be another by then. */
  #settled(promise, settle) {
    const enter = this.enter;
    promise.then((out) => enter(() => settle(out)), (cause) => enter(() => settle({ error: String(cause) })));
  }
}
