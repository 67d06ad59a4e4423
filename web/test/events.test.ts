import assert from "node:assert/strict";
import { test } from "node:test";
import { readEvents, type ServerEvent } from "../dist/events.js";

const bytes = (text: string) => new TextEncoder().encode(text);

/** streamed is text in pieces of so many bytes. */
function streamed(text: string, size: number): ReadableStream<Uint8Array> {
  const all = bytes(text);
  let at = 0;
  return new ReadableStream({
    pull(control) {
      at < all.length ? control.enqueue(all.subarray(at, at += size)) : control.close();
    },
  });
}

const cases: [string, string, ServerEvent[]][] = [
  ["nothing", "", []],
  ["one", "event: final\ndata: {}\n\n", [{ name: "final", data: "{}" }]],
  ["two", "event: a\ndata: 1\n\nevent: b\ndata: 2\n\n", [{ name: "a", data: "1" }, { name: "b", data: "2" }]],
  ["no name", "data: x\n\n", [{ name: "message", data: "x" }]],
  ["no space", "event:a\ndata:x\n\n", [{ name: "a", data: "x" }]],
  ["two spaces", "data:  x\n\n", [{ name: "message", data: " x" }]],
  ["lines that end in CR LF", "event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n", [{ name: "a", data: "1" }, { name: "message", data: "2" }]],
  ["lines that end in CR", "event: a\rdata: 1\r\rdata: 2\r\r", [{ name: "a", data: "1" }, { name: "message", data: "2" }]],
  ["data of several lines", "data: 1\ndata\ndata: 2\n\n", [{ name: "message", data: "1\n\n2" }]],
  ["comments, ids, retries and unknown fields", ": ping\nid: 7\nretry: 1\nx: y\ndata: 1\n\n: ping\n\n", [{ name: "message", data: "1" }]],
  ["a name without data is forgotten", "event: a\n\ndata: 1\n\n", [{ name: "message", data: "1" }]],
  ["an end within an event", "data: 1\n\ndata: 2\n", [{ name: "message", data: "1" }]],
  ["colons in data", 'data: {"a":1}\n\n', [{ name: "message", data: '{"a":1}' }]],
  ["Hebrew and an emoji", "data: שלום \ud83d\ude00\n\n", [{ name: "message", data: "שלום \ud83d\ude00" }]],
];
for (const [name, text, events] of cases) {
  for (const size of [1, 2, 3, 1000]) {
    test(`events: ${name}, ${size} bytes at a time`, async () => {
      const read: ServerEvent[] = [];
      for await (const event of readEvents(streamed(text, size))) {
        read.push(event);
      }
      assert.deepEqual(read, events);
    });
  }
}

test("leaving the loop cancels the stream", async () => {
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (control) => control.enqueue(bytes("data: x\n\n")),
    cancel: () => { cancelled = true; },
  });
  for await (const _ of readEvents(endless)) {
    break;
  }
  assert.ok(cancelled);
});
