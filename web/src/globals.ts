// Types of globals, for the package's own types. They are the runtime's own
// where a library or @types/node declares them, and else what is used of them,
// so that the package compiles with neither.
// See RATIONALE: why-the-types-need-no-dom.

/** AbortSignal ends a call. */
export type AbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer T } } ? T : {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: "abort", listen: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listen: () => void): void;
};

/** URL is an address. */
export type URL = typeof globalThis extends { URL: { prototype: infer T } } ? T : { readonly href: string };

/** Response of a server. */
export type Response = typeof globalThis extends { Response: { prototype: infer T } } ? T : {
  readonly ok: boolean;
  readonly status: number;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly body: object | null;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
};

/** Fetch sends a request. */
export type Fetch = typeof globalThis extends { fetch: infer T } ? T : (
  address: string,
  request: { method: string; headers: Record<string, string>; body: string; signal: AbortSignal },
) => Promise<Response>;

/** Worker is a web worker. */
export type Worker = typeof globalThis extends { Worker: { prototype: infer T } } ? T : {
  postMessage(message: unknown): void;
  terminate(): void;
  addEventListener(type: string, listen: (event: never) => void, options?: object): void;
};

/** WasmModule is a compiled WebAssembly.Module. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer T } } } ? T : object;
