// The Worker: one Go instance per isolate, started by its first request.
// What Go is asked and may ask of the platform is in exchange.mjs.
import { Exchange } from "./exchange.mjs";
import { Died, Instance } from "./instance.mjs";
import { forGo, settings } from "./settings.mjs";

let live; // the isolate's instance

export default {
  /** fetch answers every request, also one whose instance dies of another. */
  async fetch(request, env, ctx) {
    const known = configured(env);
    if (known === undefined) {
      return refused(500, "internal", "this edge is not configured as it should be; its log says why");
    }
    const exchange = new Exchange(request, known, env, ctx);
    const answer = serve(exchange, env, known);
    // What a caller hung up on goes on to its end, or Go would wait for it for ever.
    ctx.waitUntil(answer.then(() => exchange.ended, () => undefined));
    return answer;
  },
};

/** configured is undefined where a setting is wrong. */
function configured(env) {
  try {
    return settings(env);
  } catch (cause) {
    console.error(JSON.stringify({ error: String(cause) }));
    return undefined;
  }
}

/** serve gives back what the body takes however it ends. */
async function serve(exchange, env, known) {
  try {
    return unreadable(exchange) ?? (await handled(exchange, env, known));
  } finally {
    exchange.release();
  }
}

/** unreadable is the refusal of a path that Go cannot parse, undefined where it can. */
function unreadable(exchange) {
  return exchange.decodable() ? undefined : refused(400, "malformed_url", "the path has a % that no two hexadecimal digits follow");
}

/** How often a request is asked of a new instance at most, because the old one died of another. */
const TRIES = 5;

/** handled tries again where the instance died of another request. */
async function handled(exchange, env, known) {
  for (let n = 0; n < TRIES; n++) {
    try {
      return await instance(env, known).handle(exchange);
    } catch (cause) {
      if (!(cause instanceof Died)) {
        console.error(JSON.stringify({ error: String(cause) }));
        break;
      }
      if (cause.culprit === exchange) {
        break;
      }
    }
  }
  return refused(500, "internal", "internal error; the log of the edge knows more");
}

function instance(env, known) {
  if (live === undefined || live.dead) {
    live = new Instance(forGo(env, known));
  }
  return live;
}

/** refused is an error where there is no Go to word it. */
function refused(status, code, message) {
  const headers = { "Content-Type": "application/json", "Cache-Control": "no-store" };
  return new Response(JSON.stringify({ error: { code, message } }) + "\n", { status, headers });
}
