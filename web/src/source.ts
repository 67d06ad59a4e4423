import { SplitrankError } from "./error.js";
import type * as globals from "./globals.js";

/** WasmSource is where the compiled scorer comes from: an address, an answer to a fetch, its bytes, or a module. */
export type WasmSource = string | globals.URL | globals.Response | ArrayBuffer | Uint8Array | globals.WasmModule;

/**
 * compile turns a source into a module: while it downloads where the server
 * sends it as application/wasm, after the download otherwise.
 */
export async function compile(source: WasmSource | Promise<WasmSource>): Promise<globals.WasmModule> {
  try {
    return await compileFrom(await source);
  } catch (cause) {
    if (cause instanceof SplitrankError) {
      throw cause;
    }
    throw unavailable(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function compileFrom(source: WasmSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) {
    return source;
  }
  if (source instanceof Response) {
    return compileResponse(source);
  }
  if (typeof source === "string" || source instanceof URL) {
    return compileAddress(source);
  }
  return WebAssembly.compile(source as BufferSource);
}

async function compileAddress(address: string | URL): Promise<WebAssembly.Module> {
  if (String(address).startsWith("file:")) {
    return WebAssembly.compile(readFile(new URL(address)) as BufferSource);
  }
  return compileResponse(await fetch(address));
}

async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) {
    throw unavailable(`${response.url} answered ${response.status}`);
  }
  const type = response.headers.get("content-type")?.trim().toLowerCase();
  if (type === "application/wasm" && typeof WebAssembly.compileStreaming === "function") {
    return WebAssembly.compileStreaming(response);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

/** readFile reads a file in Node, whose fetch does not. Asking the process for fs keeps it out of what bundlers see. */
function readFile(file: URL): Uint8Array {
  const host = globalThis as { process?: { getBuiltinModule?(id: "fs"): { readFileSync(file: URL): Uint8Array } } };
  const fs = host.process?.getBuiltinModule?.("fs");
  if (fs === undefined) {
    throw unavailable(`${file.href} cannot be read here: pass its bytes`);
  }
  return fs.readFileSync(file);
}

function unavailable(message: string, cause?: unknown): SplitrankError {
  return new SplitrankError("wasm_unavailable", "", `loading the scorer: ${message}`, { cause });
}
