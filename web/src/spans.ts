import type { Span } from "./ranking.js";

/**
 * stringSpans turns spans of UTF-8 bytes into positions of JavaScript's
 * string, for `text.slice(start, end)`. Spans ascend and do not overlap, as in
 * `Item.matches`. See RATIONALE: why-matches-are-utf-8-bytes.
 */
export function stringSpans(text: string, spans: readonly Span[]): Span[] {
  const at = positions(text);
  return spans.map(({ start, end }) => ({ start: at(start), end: at(end) }));
}

/** positions walks text once: asked for ascending byte offsets, it answers with indices. */
function positions(text: string): (byte: number) => number {
  let index = 0;
  let bytes = 0;
  return (byte) => {
    while (bytes < byte && index < text.length) {
      const code = text.codePointAt(index) ?? 0;
      bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      index += code < 0x10000 ? 1 : 2;
    }
    return index;
  };
}
