/** settings reads what JavaScript needs of a Worker's variables; what Go needs is in settings.go. */
export function settings(env) {
  refuseUnread(env);
  return {
    originURL: env.SPLITRANK_ORIGIN_URL ?? "https://origin",
    originKey: env.SPLITRANK_ORIGIN_KEY,
    timeoutMS: number(env, "SPLITRANK_ORIGIN_TIMEOUT_MS", 2000),
    marginMS: number(env, "SPLITRANK_ORIGIN_MARGIN_MS", 20),
    hedgeMS: number(env, "SPLITRANK_ORIGIN_HEDGE_MS", 0),
    cacheTTL: number(env, "SPLITRANK_CACHE_TTL_S", 300),
    traceRatio: share(env, "SPLITRANK_TRACE_RATIO", 0),
    bodyBytes: number(env, "SPLITRANK_MAX_BODY_BYTES", 4 << 20),
    inFlight: number(env, "SPLITRANK_MAX_IN_FLIGHT", 256, 1),
    inFlightBytes: number(env, "SPLITRANK_MAX_IN_FLIGHT_BYTES", 16 << 20),
  };
}

/** forGo is the environment that Go reads, in which what both sides go by is settled. */
export function forGo(env, { bodyBytes }) {
  return { ...env, SPLITRANK_MAX_BODY_BYTES: String(bodyBytes) };
}

/** The variables with a key in their name that somebody reads: see wire.UnknownKeySettings, which the server asks. */
const KEYS = ["SPLITRANK_API_KEYS", "SPLITRANK_ORIGIN_KEY", "SPLITRANK_CACHE_BY_KEY"];

/** refuseUnread throws where a name is misspelt, such as SPLITRANK_API_KEY: nobody would read it, and the edge would be open. */
function refuseUnread(env) {
  const unread = Object.keys(env).filter((name) => name.startsWith("SPLITRANK_") && name.includes("KEY") && !KEYS.includes(name));
  if (unread.length > 0) {
    throw new Error(`setting ${unread.join(", ")} is read by nobody: known are ${KEYS.join(", ")}`);
  }
}

function share(env, name, otherwise) {
  const value = env[name] === undefined || env[name] === "" ? otherwise : Number(env[name]);
  if (!(value >= 0 && value <= 1)) {
    throw new Error(`setting ${name} is no number from 0 to 1`);
  }
  return value;
}

function number(env, name, otherwise, least = 0) {
  const value = env[name] === undefined || env[name] === "" ? otherwise : Number(env[name]);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new Error(`setting ${name} is no number of ${least} or more`);
  }
  return value;
}
