import { parse, SourceError, type Parsed } from "./parse.js";

/** Source is what somebody pasted or dropped, and what was understood of it. */
export class Source {
  #text = "";
  #parsed: Parsed = { format: "text", passages: [] };
  #problem = "";

  get text(): string {
    return this.#text;
  }

  /** parsed is the last source that could be understood. */
  get parsed(): Parsed {
    return this.#parsed;
  }

  /** problem says what is wrong with the text; "" = nothing. */
  get problem(): string {
    return this.#problem;
  }

  set text(text: string) {
    this.#text = text;
    this.reread();
  }

  /** fail says why there is no text. */
  fail(problem: string): void {
    this.#problem = problem;
  }

  /** reread says a problem anew, as after a change of language. */
  reread(): void {
    try {
      this.#parsed = parse(this.#text);
      this.#problem = "";
    } catch (error) {
      if (!(error instanceof SourceError)) {
        throw error;
      }
      this.#problem = error.message;
    }
  }
}
