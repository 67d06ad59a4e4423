import type { Answer } from "./answer.js";
import { callback, flag, object, type Check } from "./checks.js";
import { checkSense, type Document } from "./document.js";
import { startHere, type Engine } from "./engine.js";
import { SplitrankError } from "./error.js";
import type * as globals from "./globals.js";
import { localAnswer } from "./local_answer.js";
import type { RankOptions, TrimOptions } from "./options.js";
import type { Ranking } from "./ranking.js";
import { frameRequest } from "./request.js";
import { checkOptions, type Reranker, type RerankOptions } from "./reranker.js";
import { compile, type WasmSource } from "./source.js";
import type { Text } from "./text.js";

/** LocalOptions of createLocal. */
export interface LocalOptions {
  /** The compiled scorer. Default: splitrank.wasm beside this module. */
  readonly wasm?: WasmSource | Promise<WasmSource> | undefined;
  /**
   * Runs the scorer in a web worker: worker.js beside this module, or one that
   * a function creates. Default false: in this thread, which is quicker for
   * what fits in a frame.
   */
  readonly worker?: boolean | (() => globals.Worker) | undefined;
  /** Takes every query for one that is being typed, unless a call says otherwise: see RankOptions. Default false. */
  readonly typing?: boolean | undefined;
}

/** Local ranks by WebAssembly: no network once it is loaded, no model. */
export interface Local extends Reranker {
  /** Version of the formula and the stemmers built in. */
  readonly scorer: string;
  /** rank is the scorer itself, with all that can be set: it orders documents for a query, best first. */
  rank(query: Text, documents: readonly Document[], options?: RankOptions, signal?: globals.AbortSignal): Promise<Ranking>;
  /** trim orders them too and marks those that are worth an expensive score. */
  trim(query: Text, documents: readonly Document[], options?: TrimOptions, signal?: globals.AbortSignal): Promise<Ranking>;
  /** close ends the worker, if there is one. Calls after it reject with the code `closed`. */
  close(): void;
}

const anything: Check = () => undefined;
const checkLocal = object<LocalOptions>({
  wasm: anything,
  worker: (value, field) => typeof value === "boolean" || callback(value, field),
  typing: flag,
});

/**
 * createLocal loads the scorer and starts it. A call that ends the scorer
 * rejects with `instance_died`; the next one runs in a new instance of the
 * same module. See RATIONALE: why-a-dead-instance-is-replaced.
 */
export async function createLocal(options: LocalOptions = {}): Promise<Local> {
  checkLocal(options, "");
  const source = options.wasm ?? new URL("./splitrank.wasm", import.meta.url);
  const [start, module] = await Promise.all([starter(options.worker ?? false), compile(source)]);
  return reranker(await start(module), options.typing ?? false);
}

/** starter is what starts the scorer here or in a worker, which is downloaded only then: see RATIONALE: why-the-workers-part-is-fetched-on-demand. */
async function starter(worker: boolean | (() => Worker)): Promise<(module: WebAssembly.Module) => Promise<Engine>> {
  if (worker === false) {
    return startHere;
  }
  if (worker === true && typeof Worker === "undefined") {
    throw new SplitrankError("wasm_unavailable", "worker", "this runtime has no web workers");
  }
  const { newWorker, startWorker } = await import("./worker_engine.js").catch(unloaded);
  return (module) => startWorker(module, worker === true ? newWorker : worker);
}

function unloaded(cause: unknown): never {
  throw new SplitrankError("wasm_unavailable", "worker", "could not be loaded", { cause });
}

/** reranker is an engine with the package's interface. */
function reranker(engine: Engine, typing: boolean): Local {
  let closed = false;
  const run = async (operation: "rank" | "trim", query: Text, documents: readonly Document[], options: TrimOptions, signal?: AbortSignal): Promise<Ranking> => {
    signal?.throwIfAborted();
    if (closed) {
      throw new SplitrankError("closed", "", "this Local was closed");
    }
    return engine.run(frameRequest(operation, query, documents, options, typing), signal);
  };
  return {
    get scorer() {
      return engine.scorer;
    },
    rank: (query, documents, options = {}, signal) => run("rank", query, documents, options, signal),
    trim: (query, documents, options = {}, signal) => run("trim", query, documents, options, signal),
    async rerank<D extends Document>(query: Text, documents: readonly D[], options: RerankOptions<D> = {}): Promise<Answer<D>> {
      const came = performance.now();
      checkOptions(options);
      checkHeuristic(options);
      checkSense(query, documents);
      const { language, firstStage, diversity, typing: asked = typing, explain = false, topK, signal } = options;
      const ranking = await run("rank", query, documents, { language, firstStage, diversity, typing: asked, explain, matches: explain, topK }, signal);
      const answer = localAnswer(ranking, documents, explain, performance.now() - came);
      options.onUpdate?.(answer);
      return answer;
    },
    close() {
      closed = true;
      engine.close();
    },
  };
}

/** checkHeuristic refuses what needs a model, with the words of a server that has none. */
function checkHeuristic({ pipeline = "heuristic", model }: RerankOptions<never>): void {
  if (pipeline !== "heuristic" || model !== undefined) {
    const field = model === undefined ? "pipeline" : "model";
    throw new SplitrankError("no_model", field, "needs a model, and there is none here: ask a server");
  }
}
