import { callback, object, outOfRange, text, whole, wrongType } from "./checks.js";
import type { SplitrankError } from "./error.js";
import type { RemoteOptions } from "./remote.js";
import { serverAddress } from "./server_address.js";
import { errorOf, reached } from "./wire.js";

// What every request to a server has in common. It is apart from remote.ts, whose types
// are public, for it needs those of a runtime.

export const TIMEOUT = 10_000;

export const checkRemote = object<RemoteOptions>({
  url: (value, field) => value instanceof URL || text(value, field),
  key: text,
  timeout: whole(1),
  retries: whole(0),
  fetch: callback,
});

type Send = (body: string, events: boolean, signal: AbortSignal) => Promise<Response>;

/** sender sends a body to where options say, and asks for events or for a plain answer. */
export function sender({ url, key, fetch: given }: RemoteOptions): Send {
  if (url === undefined) {
    throw wrongType("url", "given");
  }
  const address = serverAddress(url);
  const always = headersWith(key);
  return (body, events, signal) => {
    const headers = { ...always, accept: events ? "text/event-stream" : "application/json" };
    return reached((given ?? fetch)(address.href, { method: "POST", headers, body, signal }), address);
  };
}

function headersWith(key: string | undefined): Record<string, string> {
  const headers = { "content-type": "application/json", ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) };
  try {
    new Headers(headers);
    return headers;
  } catch {
    throw outOfRange("key", "has a character that no header can carry");
  }
}

/** responseError is what a response with this body says went wrong. */
export function responseError(response: Response, json: string): SplitrankError {
  return errorOf(json, response.status, retryAfter(response.headers));
}

/** retryAfter is the header of that name in seconds; it may be a date (RFC 9110, section 10.2.3). */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after") ?? "";
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
