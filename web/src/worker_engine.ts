import { abortable } from "./abort.js";
import type { Engine } from "./engine.js";
import { SplitrankError } from "./error.js";
import type { FrameRequest } from "./frame_request.js";
import type { Ranking } from "./ranking.js";
import type { Message, Reply, Started } from "./worker.js";

/** newWorker is worker.js, named in the way in which bundlers find it. */
export function newWorker(): Worker {
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
}

/** startWorker starts the scorer in a worker, which make creates: now, and again where one died. */
export async function startWorker(module: WebAssembly.Module, make: () => Worker): Promise<Engine> {
  const engine = new WorkerEngine(module, make);
  await engine.start();
  return engine;
}

/**
 * WorkerEngine asks its worker one thing at a time. What is aborted while it
 * waits for its turn is never asked, so that a caller who aborts with every
 * letter builds no queue.
 */
class WorkerEngine implements Engine {
  scorer = "";
  readonly #module: WebAssembly.Module;
  readonly #make: () => Worker;
  readonly #closed = new AbortController();
  #worker: Worker | undefined;
  /** Settles once all that was asked so far is answered. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(module: WebAssembly.Module, make: () => Worker) {
    this.#module = module;
    this.#make = make;
  }

  async start(): Promise<void> {
    this.#closed.signal.throwIfAborted();
    try {
      this.#worker = this.#make();
      this.scorer = (await this.#ask<Started>(this.#module)).scorer;
    } catch (cause) {
      this.#end();
      throw died(cause) ? new SplitrankError("wasm_unavailable", "worker", "could not be started", { cause }) : cause;
    }
  }

  run(request: FrameRequest, signal: AbortSignal | undefined): Promise<Ranking> {
    const ranking = this.#turn.then(async () => {
      signal?.throwIfAborted();
      if (this.#worker === undefined) {
        await this.start();
      }
      return this.#ask<Ranking>(request);
    });
    this.#turn = ranking.catch(() => undefined);
    return abortable(ranking, signal);
  }

  close(): void {
    this.#closed.abort(new SplitrankError("closed", "", "this Local was closed"));
    this.#end();
  }

  async #ask<T extends Reply>(message: Message): Promise<T> {
    const worker = this.#worker as Worker;
    try {
      return await abortable(exchange(worker, message), this.#closed.signal) as T;
    } catch (error) {
      if (died(error)) {
        this.#end();
      }
      throw error;
    }
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}

function died(error: unknown): boolean {
  return !(error instanceof SplitrankError) || error.code === "instance_died";
}

/** exchange sends a message and waits for its reply, or for the worker to fail. */
async function exchange(worker: Worker, message: Message): Promise<Reply> {
  const over = new AbortController();
  const reply = new Promise<Reply>((resolve, reject) => {
    const once = { signal: over.signal };
    const fail = (event: Event) => reject(new SplitrankError("instance_died", "", `the worker failed: ${"message" in event ? event.message : event.type}`));
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => resolve(data), once);
    worker.addEventListener("error", fail, once);
    worker.addEventListener("messageerror", fail, once);
  });
  worker.postMessage(message);
  return reply.then(successful).finally(() => over.abort());
}

function successful(reply: Reply): Reply {
  if ("code" in reply) {
    throw new SplitrankError(reply.code, reply.field, reply.message, { cause: reply.cause });
  }
  return reply;
}
