import { whole } from "./body.mjs";

/**
 * ask posts, and once more where that helps: RETRY_MS after a connection that
 * failed, or when nothing has come for hedgeMS (0 = never). The first answer
 * counts; the other attempt is aborted. An answer is at most so many bytes long.
 * Two signals end it all: late, when its time is over, and gone, when nobody
 * wants to know any more.
 * It resolves to {status, headers, body}, with a reader in place of body where
 * events come, or to {error, late, gone}.
 */
export async function ask(post, ends, hedgeMS, most) {
  try {
    return await received(await first(post, hedgeMS, ends), ends, most);
  } catch (cause) {
    return failure(cause, ends);
  }
}

async function first(post, hedgeMS, ends) {
  const attempts = [];
  const attempt = () => {
    const own = new AbortController();
    attempts.push(own);
    return post(own.signal).then((response) => ({ response, own }));
  };
  const { response, own } = await raced(attempt, hedgeMS, ends);
  for (const other of attempts) {
    if (other !== own) {
      other.abort();
    }
  }
  return response;
}

/**
 * How long a second question waits after a connection that failed. One asked at
 * once meets the same closed port; and while everything fails at once workerd
 * goes from one new request to the next, and neither its timers nor the answers
 * to older questions get a turn: deadlines of 1 s were met after 5.
 * See RATIONALE: why-a-second-question-waits.
 */
const RETRY_MS = 10;

/** raced is the first of at most two attempts to be answered. */
async function raced(attempt, hedgeMS, ends) {
  let again;
  const second = () => (again ??= attempt());
  const one = attempt();
  const two = hedgeMS > 0 ? elapsed(hedgeMS, one).then(second) : new Promise(() => undefined);
  two.catch(() => undefined);
  try {
    return await Promise.race([one, two]);
  } catch (cause) {
    if (ends.late.aborted || ends.gone.aborted) {
      throw cause;
    }
    const waited = again ?? elapsed(RETRY_MS).then(second);
    return await Promise.any([one, waited]).catch(({ errors }) => Promise.reject(errors[errors.length - 1]));
  }
}

/** elapsed resolves after a time, unless an attempt is answered before. */
function elapsed(ms, attempt) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => clearTimeout(timer);
    attempt?.then(stop, stop);
  });
}

async function received(response, ends, most) {
  const { status, headers } = response;
  if (status === 200 && headers.get("content-type")?.startsWith("text/event-stream")) {
    return { status, headers, reader: new Reader(response.body.getReader(), ends) };
  }
  return { status, headers, body: await whole(response.body, most) };
}

function failure(cause, { late, gone }) {
  return { error: String(cause), late: late.aborted, gone: gone.aborted };
}

/** Reader reads a stream that the signals of its request end. */
class Reader {
  #reader;
  #ends;

  constructor(reader, ends) {
    this.#reader = reader;
    this.#ends = ends;
  }

  async next() {
    try {
      return await this.#reader.read();
    } catch (cause) {
      return failure(cause, this.#ends);
    }
  }

  cancel() {
    this.#reader.cancel().catch(() => undefined);
  }
}
