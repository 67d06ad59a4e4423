import { whole } from "./body.mjs";

/** Full is thrown where the bodies in flight are more, or longer together, than this isolate holds. */
export class Full extends Error {}

/** Slow is thrown where a body does not come, or comes so slowly that it has to make room for others. */
export class Slow extends Error {}

// A body that comes costs its sender nothing to leave unfinished, and the isolate
// what has come of it. Each one looks after itself, in events of its own: the
// platform lets no request touch another's.
const STALL_MS = 5000; // without progress, at most
const TOTAL_MS = 30_000; // for a whole body
const PATIENCE_MS = 1000; // without progress, where others want the room
const PROGRESS = 16 << 10; // bytes that count as progress
const TICK_MS = 200;
const WANTED_MS = 1000; // how long a wish for room counts

let held = 0; // bytes of the bodies in flight in this isolate
let placed = 0; // requests whose bodies these are
let wanted = -Infinity; // when somebody found no room
const coming = new Set(); // of bodies that are being received

/** Room is the place and the memory that one request's body takes until it is answered. */
export class Room {
  #most; // requests
  #limit; // bytes
  #placed = false;
  #bytes = 0;

  constructor(most, limit) {
    this.#most = most;
    this.#limit = limit;
  }

  /** release gives both back. */
  release() {
    held -= this.#bytes;
    placed -= Number(this.#placed);
    this.#bytes = 0;
    this.#placed = false;
  }

  /** receive reads a body, at most so long. It throws TooLong, Full or Slow. */
  async receive(stream, most) {
    await this.#place();
    const watch = new Watch();
    try {
      return await whole(stream, most, (bytes) => this.#take(bytes, watch), watch.ended);
    } catch (cause) {
      this.release();
      throw cause;
    } finally {
      watch.stop();
    }
  }

  async #place() {
    const free = () => placed < this.#most;
    if (!free()) {
      await untilRoom(free);
    }
    placed++;
    this.#placed = true;
  }

  #take(bytes, watch) {
    watch.note(bytes);
    const free = () => held + bytes <= this.#limit;
    const take = () => {
      held += bytes;
      this.#bytes += bytes;
    };
    return free() ? take() : untilRoom(free, watch).then(take);
  }
}

/** untilRoom waits for those who do not move to make room, which they do with their next tick, or throws Full. */
async function untilRoom(free, own = undefined) {
  wanted = Date.now();
  if (![...coming].some((other) => other !== own && other.idle(PATIENCE_MS))) {
    throw new Full();
  }
  await new Promise((resolve) => setTimeout(resolve, 2 * TICK_MS));
  if (!free()) {
    throw new Full();
  }
}

/** Watch ends a body that does not move. */
class Watch {
  ended; // rejected with Slow
  #reject;
  #timer;
  #began = Date.now();
  #moved = Date.now();
  #bytes = 0; // since it moved

  constructor() {
    this.ended = new Promise((_, reject) => (this.#reject = reject));
    this.ended.catch(() => undefined);
    this.#timer = setInterval(() => this.#look(), TICK_MS);
    coming.add(this);
  }

  note(bytes) {
    this.#bytes += bytes;
    if (this.#bytes >= PROGRESS) {
      this.#bytes = 0;
      this.#moved = Date.now();
    }
  }

  idle(ms) {
    return Date.now() - this.#moved >= ms;
  }

  #look() {
    const now = Date.now();
    if (this.idle(STALL_MS) || now - this.#began >= TOTAL_MS || (now - wanted < WANTED_MS && this.idle(PATIENCE_MS))) {
      this.#reject(new Slow());
    }
  }

  stop() {
    clearInterval(this.#timer);
    coming.delete(this);
  }
}
