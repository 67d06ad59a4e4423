import { stringSpans, type Span } from "splitrank";
import { h } from "../shell/dom.js";

/** highlight is text with its matches, which count bytes of UTF-8, in mark elements. */
export function highlight(text: string, matches: readonly Span[] = []): (string | HTMLElement)[] {
  const parts: (string | HTMLElement)[] = [];
  let at = 0;
  for (const { start, end } of stringSpans(text, matches)) {
    const whole = graphemeEnd(text, end);
    parts.push(text.slice(at, start), h("mark", {}, text.slice(start, whole)));
    at = whole;
  }
  parts.push(text.slice(at));
  return parts;
}

/** graphemeEnd takes in the marks that follow, so that niqqud and accents stay on their letter. */
function graphemeEnd(text: string, end: number): number {
  const marks = /\p{M}*/uy;
  marks.lastIndex = end;
  return end + (marks.exec(text)?.[0].length ?? 0);
}
