import { Instance } from "./instance.js";
import type { FrameRequest } from "./frame_request.js";
import type { Ranking } from "./ranking.js";

/** Engine runs the scorer somewhere. */
export interface Engine {
  /** Version of the formula and the stemmers built in. */
  readonly scorer: string;
  run(request: FrameRequest, signal: AbortSignal | undefined): Promise<Ranking>;
  close(): void;
}

/** startHere starts the scorer in this thread. */
export async function startHere(module: WebAssembly.Module): Promise<Engine> {
  const revived = new Revived(module);
  const { scorer } = await revived.living();
  return {
    scorer,
    run: async (request, signal) => {
      const instance = await revived.living();
      signal?.throwIfAborted();
      return instance.run(request);
    },
    close: () => undefined,
  };
}

/** Revived keeps one instance of a module alive. */
class Revived {
  readonly #module: WebAssembly.Module;
  #instance: Instance | undefined;
  #starting: Promise<Instance> | undefined;

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /** living is the instance, or a new one in the place of a dead one: one, however many calls wait for it. */
  async living(): Promise<Instance> {
    if (this.#instance?.dead === false) {
      return this.#instance;
    }
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<Instance> {
    try {
      return (this.#instance = await Instance.start(this.#module));
    } finally {
      this.#starting = undefined;
    }
  }
}
