import assert from "node:assert/strict";
import { test } from "node:test";
import { stringSpans } from "../dist/spans.js";

const cases: [string, string, string[]][] = [
  ["ascii", "the quick fox", ["quick", "fox"]],
  ["hebrew", "\u05d4\u05db\u05dc\u05d1 \u05e0\u05d1\u05d7", ["\u05db\u05dc\u05d1", "\u05e0\u05d1\u05d7"]],
  ["after an emoji", "\ud83d\ude00 fox \u20ac5", ["fox", "\u20ac5"]],
  ["after a lone surrogate", "\ud800 fox", ["fox"]],
  ["the whole text", "fox", ["fox"]],
];
for (const [name, text, words] of cases) {
  test(`spans: ${name}`, () => {
    const spans = words.map((word) => {
      const start = Buffer.byteLength(text.slice(0, text.indexOf(word)));
      return { start, end: start + Buffer.byteLength(word) };
    });
    assert.deepEqual(stringSpans(text, spans).map(({ start, end }) => text.slice(start, end)), words);
  });
}

test("spans past the end stop there", () => {
  assert.deepEqual(stringSpans("ab", [{ start: 1, end: 9 }]), [{ start: 1, end: 2 }]);
});
