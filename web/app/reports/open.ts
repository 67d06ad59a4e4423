import { readFile } from "../documents/read_file.js";
import { m } from "../messages/index.js";
import { collectionsOf } from "./report.js";
import type { Opened } from "./state.js";

const MAX_BYTES = 20 << 20;

/** openFile reads a report. It throws what is wrong, in the interface's language. */
export async function openFile(file: File): Promise<Opened> {
  if (file.size > MAX_BYTES) {
    throw new Error(m().reports.errors.large);
  }
  return openText(file.name, await readFile(file));
}

/** openText goes by the beginning. */
export function openText(name: string, text: string): Opened {
  const [first] = text.replace(/^\uFEFF/, "").trimStart();
  if (first === "<") {
    return { kind: "html", name, html: text };
  }
  if (first !== "{") {
    throw new Error(m().reports.errors.kind);
  }
  const collections = collectionsOf(parsed(text));
  if (collections === undefined) {
    throw new Error(m().reports.errors.shape);
  }
  return { kind: "json", name, collections };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(m().reports.errors.json);
  }
}
