import { SplitrankError } from "./error.js";

/** abortable is work, or the reason of the signal if that comes first. The work itself goes on. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = onAbort(signal, reject);
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    stop();
  }
}

/** within gives work a signal that aborts with the given one, or with a SplitrankError after so many milliseconds. */
export async function within<T>(ms: number, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(new SplitrankError("timeout", "", `no answer within ${ms} ms`)), ms);
  const stop = onAbort(signal, (reason) => control.abort(reason));
  try {
    control.signal.throwIfAborted();
    return await abortable(work(control.signal), control.signal);
  } finally {
    clearTimeout(timer);
    stop();
  }
}

/** pause waits so many milliseconds, less once the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    const stop = onAbort(signal, done);
    function done(): void {
      clearTimeout(timer);
      stop();
      resolve();
    }
  });
}

/** onAbort calls back with the reason once the signal aborts, at once if it has; what it returns ends that. */
export function onAbort(signal: AbortSignal | undefined, call: (reason: unknown) => void): () => void {
  const listen = () => call(signal?.reason);
  if (signal?.aborted) {
    listen();
  }
  signal?.addEventListener("abort", listen, { once: true });
  return () => signal?.removeEventListener("abort", listen);
}
