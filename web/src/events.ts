import { reached } from "./wire.js";

/** ServerEvent is one server-sent event. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * readEvents reads server-sent events (HTML standard, section 9.2.6). Ids and
 * retry times are passed over: an answer is not resumed. Leaving the loop
 * cancels the body.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  let name = "message";
  let data: string[] = [];
  for await (const line of readLines(body)) {
    const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "event") {
      name = value;
    } else if (field === "data") {
      data.push(value);
    }
    if (line === "" && data.length > 0) {
      yield { name, data: data.join("\n") };
    }
    if (line === "") {
      name = "message";
      data = [];
    }
  }
}

/** readLines ends lines at \r\n, \n or \r. What follows the last one is no line. */
async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of readTexts(body)) {
    // A \r at the very end may be half of a \r\n.
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest.endsWith("\r")) {
    yield rest.slice(0, -1);
  }
}

async function* readTexts(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = body.getReader(); // not every browser iterates a stream
  try {
    for (let read = await reached(reader.read()); !read.done; read = await reached(reader.read())) {
      yield decoder.decode(read.value, { stream: true });
    }
  } finally {
    await reader.cancel().catch(() => undefined); // a stream that failed has said so already
  }
}
