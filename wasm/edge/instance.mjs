import module from "./build/edge.wasm";
import { goClass } from "./build/wasm_exec.js";

/** Died is what became of a request when its instance ended. See RATIONALE: why-one-request-is-to-blame. */
export class Died extends Error {
  /** culprit is the exchange during which it ended, the others are bystanders. */
  constructor(culprit) {
    super("the Go program ended");
    this.culprit = culprit;
  }
}

/** Instance is one running Go program, which answers until it ends. */
export class Instance {
  dead = false;
  #binding = {};
  #current; // the exchange that Go is at work for
  #culprit; // the one it was at work for when it ended
  #trace = "";

  /** The program runs up to the point where it waits for requests. */
  constructor(env) {
    const go = new (goClass(ownGlobals({ env, binding: this.#binding }), { writeSync: (_, bytes) => this.#print(bytes) }))();
    go.env = { GOMEMLIMIT: "64MiB" }; // Wasm memory never shrinks: from there on Go collects more often
    go.exit = () => this.#end();
    let ready = false;
    const imports = { ...go.importObject, workers: { ready: () => (ready = true) } };
    go.run(new WebAssembly.Instance(module, imports)).catch(() => this.#end());
    if (!ready || this.dead) {
      throw new Error(`the Go program did not start: ${this.#trace}`);
    }
  }

  /** handle lets Go answer. */
  handle(exchange) {
    return new Promise((resolve, reject) => {
      exchange.enter = (call) => this.#enter(exchange, call, reject);
      exchange.answered = resolve;
      exchange.enter(() => this.#binding.serve(exchange));
    });
  }

  /**
   * enter calls into Go on behalf of an exchange. One that finds the program
   * ended hears it here, in an event of its own: the platform cancels a request
   * that only another could wake.
   */
  #enter(exchange, call, reject) {
    const outer = this.#current;
    this.#current = exchange;
    try {
      if (!this.dead) {
        call();
      }
    } catch (cause) {
      this.#print(new TextEncoder().encode(String(cause)));
      this.#end();
    } finally {
      this.#current = outer;
    }
    if (this.dead) {
      exchange.abandon();
      reject(new Died(this.#culprit));
    }
  }

  #end() {
    if (this.dead) {
      return;
    }
    this.dead = true;
    this.#culprit = this.#current;
    console.error(JSON.stringify({ error: "the Go program ended", trace: this.#trace }));
  }

  /** print keeps the beginning of what Go says as it dies. */
  #print(bytes) {
    this.#trace = (this.#trace + new TextDecoder().decode(bytes)).slice(0, 4000);
    return bytes.length;
  }
}

/** ownGlobals are the isolate's, with what the glue expects there; what is written to them stays in them. */
function ownGlobals(context) {
  const own = Object.assign(Object.create(null), { context });
  return new Proxy(own, { get: (_, key) => Reflect.get(key in own ? own : globalThis, key) });
}
