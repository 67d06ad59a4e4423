/** Latest runs one piece of work at a time: a new one aborts the one before. */
export class Latest {
  #running: AbortController | undefined;

  /** run gives work a signal, and passes on what it throws unless it was overtaken. Undefined = overtaken. */
  async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    this.stop();
    const running = (this.#running = new AbortController());
    try {
      const done = await work(running.signal);
      return running.signal.aborted ? undefined : done;
    } catch (error) {
      if (running.signal.aborted) {
        return undefined;
      }
      throw error;
    }
  }

  stop(): void {
    this.#running?.abort();
  }
}
