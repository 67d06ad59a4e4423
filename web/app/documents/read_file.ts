import { m } from "../messages/index.js";
import { SourceError } from "./parse.js";

/** readFile reads a file as UTF-8, or throws a SourceError. */
export async function readFile(file: File): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new SourceError(m().editor.errors.unreadable(file.name));
  }
}
