/** The part of Go's wasm_exec.js that is used here. */
export interface Go {
  readonly importObject: WebAssembly.Imports;
  /** Set once the program has ended. */
  readonly exited?: boolean;
  exit: (code: number) => void;
  /** Starts the program. Resolves when it ends, not when it is ready. */
  run(instance: WebAssembly.Instance): Promise<void>;
  /** Timers that the Go runtime has set, by its own id. */
  readonly _scheduledTimeouts: Map<number, unknown>;
}

/**
 * goClass is wasm_exec.js of the compiler that built the Wasm, cut down to what
 * the shipped program asks of it, run against globals of its own: it would
 * otherwise put Go into the page's.
 */
export function goClass(globals: object, fs: { writeSync(fd: number, bytes: Uint8Array): number }): new () => Go;
