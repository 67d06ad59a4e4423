import { SplitrankError } from "./error.js";
import { requestRoom, writeRequest, type FrameRequest } from "./frame_request.js";
import { decodeAnswer } from "./frame_response.js";
import type { Ranking } from "./ranking.js";
import { goClass, type Go } from "./wasm_exec.js";

/** What wasm/browser exports. Addresses and sizes are in bytes. */
interface Exports {
  readonly mem: WebAssembly.Memory;
  alloc(bytes: number): number;
  run_frame(bytes: number): number;
  describe(): number;
  out_ptr(): number;
  out_len(): number;
}

/** Characters kept of what Go prints as it dies. */
const TRACE_LENGTH = 4000;

/**
 * Instance is one running Go program. It answers any number of calls, until a
 * fault ends it: then it is dead for good.
 */
export class Instance {
  readonly #go: Go;
  readonly #exports: Exports;
  readonly #trace: Trace;
  #faulted = false;
  #scorer = "";

  private constructor(go: Go, exports: Exports, trace: Trace) {
    this.#go = go;
    this.#exports = exports;
    this.#trace = trace;
  }

  /** start runs module up to the point where it waits for calls, and makes sure that it speaks this frame. */
  static async start(module: WebAssembly.Module): Promise<Instance> {
    const trace = new Trace();
    const GoClass = (await hostOf(module))(ownGlobals(), trace);
    const go = new GoClass();
    go.exit = () => undefined; // the state of go says it
    const wasm = await instantiate(module, go);
    const instance = new Instance(go, wasm.exports as unknown as Exports, trace);
    const fault = () => instance.#fault();
    go.run(wasm).then(fault, fault);
    instance.#describe();
    return instance;
  }

  /** Version of the formula and the stemmers built in. */
  get scorer(): string {
    return this.#scorer;
  }

  /** dead says whether the program has ended. */
  get dead(): boolean {
    return this.#faulted || this.#go.exited === true;
  }

  /** run answers one batch. */
  run(request: FrameRequest): Ranking {
    const room = requestRoom(request);
    return this.#guarded(() => {
      const at = this.#exports.alloc(room) >>> 0;
      if (at === 0 && !this.dead) {
        return new SplitrankError("too_large", "", `no memory for a request of ${room} bytes`);
      }
      this.#exports.run_frame(writeRequest(request, this.#memory(at, room)));
      return this.#answer();
    });
  }

  #describe(): void {
    try {
      this.#scorer = this.#guarded(() => {
        this.#exports.describe();
        return this.#answer();
      }).scorer;
    } catch (cause) {
      throw mismatch(cause);
    }
  }

  /** answer reads what the last call left: a ranking, or the error of an error frame. */
  #answer(): Ranking | SplitrankError {
    if (this.dead) {
      throw new Error("the program ended");
    }
    return decodeAnswer(this.#memory(this.#exports.out_ptr() >>> 0, this.#exports.out_len() >>> 0));
  }

  /** memory is a view that is good until the next call: growth replaces the buffer under it. */
  #memory(at: number, bytes: number): Uint8Array {
    return new Uint8Array(this.#exports.mem.buffer, at, bytes);
  }

  /**
   * guarded makes one error of all the ways in which an instance dies during a
   * call: Go exits, the machine traps, or a call that waited comes back early
   * and leaves no frame.
   */
  #guarded(call: () => Ranking | SplitrankError): Ranking {
    let answer: Ranking | SplitrankError;
    try {
      answer = call();
    } catch (cause) {
      this.#fault();
      throw new SplitrankError("instance_died", "", "the scorer ended during this call", {
        cause: this.#trace.text === "" ? cause : new Error(this.#trace.text, { cause }),
      });
    }
    if (answer instanceof SplitrankError) {
      throw answer;
    }
    return answer;
  }

  /** fault marks the program as ended and stops its timers, which would otherwise call into it. */
  #fault(): void {
    this.#faulted = true;
    for (const timer of this.#go._scheduledTimeouts.values()) {
      clearTimeout(timer as number);
    }
    this.#go._scheduledTimeouts.clear();
  }
}

/** hostOf is what the program asks of JavaScript: little where it is built as it is shipped. */
async function hostOf(module: WebAssembly.Module): Promise<typeof goClass> {
  const needsValues = WebAssembly.Module.imports(module).some(({ name }) => name.startsWith("syscall/js."));
  return needsValues ? (await import("./wasm_exec_full.js")).goClass : goClass;
}

/** ownGlobals reads the page's globals and keeps what is written to itself. */
function ownGlobals(): object {
  const own = Object.create(null) as object;
  return new Proxy(own, {
    get: (_, key): unknown => Reflect.get(key in own ? own : globalThis, key),
  });
}

async function instantiate(module: WebAssembly.Module, go: Go): Promise<WebAssembly.Instance> {
  try {
    return await WebAssembly.instantiate(module, go.importObject);
  } catch (cause) {
    if (cause instanceof WebAssembly.LinkError) {
      throw mismatch(cause);
    }
    throw new SplitrankError("wasm_unavailable", "", "starting the scorer", { cause });
  }
}

function mismatch(cause: unknown): SplitrankError {
  return new SplitrankError("wasm_mismatch", "", "the Wasm file is not this package's", { cause });
}

/** Trace keeps the beginning of what Go prints, which is the reason when it dies. */
class Trace {
  text = "";
  readonly #decoder = new TextDecoder();

  writeSync(_fd: number, bytes: Uint8Array): number {
    if (this.text.length < TRACE_LENGTH) {
      this.text += this.#decoder.decode(bytes, { stream: true }).slice(0, TRACE_LENGTH);
    }
    return bytes.length;
  }
}
