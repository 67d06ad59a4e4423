import type { Passage } from "./document.js";

/** Sentences in one chunk: about 600 and 400 bytes in the sample. */
const WIDTHS = [8, 5];

/**
 * chunks cuts passages, read one after the other, as a splitter of transcripts
 * does: into overlapping runs of sentences, until there are count of them.
 */
export function chunks(passages: readonly Passage[], count: number): Passage[] {
  const sentences = passages.flatMap(({ title, text }) => text.split(/(?<=[.!?…])\s+/).map((text) => ({ title, text })));
  const made = WIDTHS.flatMap((width) => sentences.slice(0, 1 - width).map((first, i) => ({
    id: `${width}-${i + 1}`,
    ...(first.title && { title: first.title }),
    text: sentences.slice(i, i + width).map(({ text }) => text).join(" "),
  })));
  return made.slice(0, count);
}
