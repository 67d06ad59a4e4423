import type { FrameRequest, Text } from "./frame_request.js";
import { Instance } from "./instance.js";
import type { RankOptions, TrimOptions } from "./options.js";
import type { Ranking } from "./ranking.js";
import { frameRequest, type Document } from "./request.js";
import { compile, type WasmSource } from "./source.js";

/** LocalOptions of createLocal. */
export interface LocalOptions {
  /** The compiled scorer. Default: splitrank.wasm beside this module. */
  readonly wasm?: WasmSource | Promise<WasmSource> | undefined;
}

/** Local ranks in this thread, by WebAssembly: no network once it is loaded. */
export interface Local {
  /** Version of the formula and the stemmers built in. */
  readonly scorer: string;
  /** rank orders documents for a query, best first. */
  rank(query: Text, documents: readonly Document[], options?: RankOptions): Promise<Ranking>;
  /** trim orders them too and marks those that are worth an expensive score. */
  trim(query: Text, documents: readonly Document[], options?: TrimOptions): Promise<Ranking>;
}

/**
 * createLocal loads the scorer and starts it. Every error, here and in the
 * calls, is a SplitrankError. A call that ends the scorer rejects with
 * `instance_died`; the next one runs in a new instance of the same module.
 */
export async function createLocal(options: LocalOptions = {}): Promise<Local> {
  const module = await compile(options.wasm ?? new URL("./splitrank.wasm", import.meta.url));
  const revived = new Revived(module);
  const { scorer } = await revived.living();
  const answer = async (request: () => FrameRequest): Promise<Ranking> => {
    const r = request();
    return (await revived.living()).run(r);
  };
  return {
    scorer,
    rank: (query, documents, o = {}) => answer(() => frameRequest("rank", query, documents, o)),
    trim: (query, documents, o = {}) => answer(() => frameRequest("trim", query, documents, o)),
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
  living(): Instance | Promise<Instance> {
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
