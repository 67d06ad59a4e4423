/**
 * ask posts, and once more where that helps: at once after a connection that
 * failed, or when nothing has come for hedgeMS (0 = never). The first answer
 * counts; the other attempt is aborted. signal bounds it all.
 * It resolves to {status, headers, body}, with a reader in place of body where
 * events come, or to {error, late}.
 */
export async function ask(post, signal, hedgeMS) {
  try {
    return await received(await first(post, hedgeMS, signal), signal);
  } catch (cause) {
    return failure(cause, signal);
  }
}

async function first(post, hedgeMS, signal) {
  const attempts = [];
  const attempt = () => {
    const own = new AbortController();
    attempts.push(own);
    return post(own.signal).then((response) => ({ response, own }));
  };
  const { response, own } = await raced(attempt, hedgeMS, signal);
  for (const other of attempts) {
    if (other !== own) {
      other.abort();
    }
  }
  return response;
}

/** raced is the first of at most two attempts to be answered. */
async function raced(attempt, hedgeMS, signal) {
  let again;
  const second = () => (again ??= attempt());
  const one = attempt();
  const two = hedgeMS > 0 ? elapsed(hedgeMS, one).then(second) : new Promise(() => undefined);
  two.catch(() => undefined);
  try {
    return await Promise.race([one, two]);
  } catch (cause) {
    if (signal.aborted) {
      throw cause;
    }
    return await Promise.any([one, second()]).catch(({ errors }) => Promise.reject(errors[errors.length - 1]));
  }
}

/** elapsed resolves after a time, unless the attempt is answered before. */
function elapsed(ms, attempt) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => clearTimeout(timer);
    attempt.then(stop, stop);
  });
}

async function received(response, signal) {
  const { status, headers } = response;
  if (status === 200 && headers.get("content-type")?.startsWith("text/event-stream")) {
    return { status, headers, reader: new Reader(response.body.getReader(), signal) };
  }
  return { status, headers, body: new Uint8Array(await response.arrayBuffer()) };
}

function failure(cause, signal) {
  return { error: String(cause), late: signal.aborted };
}

/** Reader reads a stream that the signal of its request ends. */
class Reader {
  #reader;
  #signal;

  constructor(reader, signal) {
    this.#reader = reader;
    this.#signal = signal;
  }

  async next() {
    try {
      return await this.#reader.read();
    } catch (cause) {
      return failure(cause, this.#signal);
    }
  }

  cancel() {
    this.#reader.cancel().catch(() => undefined);
  }
}
