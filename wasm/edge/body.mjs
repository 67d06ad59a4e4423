/** TooLong is thrown where a body is longer than allowed. */
export class TooLong extends Error {}

/** How much room a body has at first, in bytes. It trusts no announced length: announcing is cheap. */
const FIRST = 64 << 10;

/**
 * whole reads a stream of bytes, null = none, to its end. came is called with
 * the length of everything that comes before it is kept; what it throws ends the
 * reading, as does a body longer than most.
 */
export async function whole(stream, most, came = () => undefined) {
  if (stream === null) {
    return new Uint8Array();
  }
  const reader = stream.getReader({ mode: "byob" });
  try {
    return await filled(reader, most, came);
  } catch (cause) {
    reader.cancel().catch(() => undefined);
    throw cause;
  }
}

async function filled(reader, most, came) {
  let room = new ArrayBuffer(FIRST);
  for (let length = 0; ; ) {
    const { done, value } = await reader.read(new Uint8Array(room, length)); // takes room, and gives it back
    if (done) {
      return new Uint8Array(value.buffer, 0, length);
    }
    came(value.length);
    length += value.length;
    if (length > most) {
      throw new TooLong(`it is longer than ${most} bytes`);
    }
    room = length < value.buffer.byteLength ? value.buffer : value.buffer.transfer(2 * length);
  }
}
