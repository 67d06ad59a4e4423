/** TooLong is thrown where a body is longer than allowed. */
export class TooLong extends Error {}

/** How much room a body has at first, in bytes. It trusts no announced length: announcing is cheap. */
const FIRST = 64 << 10;

/**
 * whole reads a stream of bytes, null = none, to its end. came is called with
 * the length of everything that comes before it is kept, and waited for if it
 * returns a promise; what it throws ends the reading, as do a body longer than
 * most, and ended where it is rejected.
 */
export async function whole(stream, most, came = () => undefined, ended = undefined) {
  if (stream === null) {
    return new Uint8Array();
  }
  const reader = stream.getReader({ mode: "byob" });
  try {
    return await filled(reader, most, came, ended);
  } catch (cause) {
    reader.cancel().catch(() => undefined);
    throw cause;
  }
}

async function filled(reader, most, came, ended) {
  let room = new ArrayBuffer(FIRST);
  for (let length = 0; ; ) {
    const reading = reader.read(new Uint8Array(room, length)); // takes room, and gives it back
    const { done, value } = await (ended === undefined ? reading : Promise.race([reading, ended]));
    if (done) {
      return new Uint8Array(value.buffer, 0, length);
    }
    const making = came(value.length);
    if (making !== undefined) {
      await making;
    }
    length += value.length;
    if (length > most) {
      throw new TooLong(`it is longer than ${most} bytes`);
    }
    room = length < value.buffer.byteLength ? value.buffer : value.buffer.transfer(2 * length);
  }
}
