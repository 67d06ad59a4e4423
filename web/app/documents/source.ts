import { parse, SourceError, type Parsed } from "./parse.js";

/** Source is what somebody pasted or dropped, and what was understood of it. */
export class Source {
  #text = "";
  #parsed: Parsed = { format: "text", passages: [] };
  #problem = "";
  #apart: "text" | "lines" | undefined;

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
    this.#apart = undefined;
    this.reread();
  }

  /** apart says what stands between texts, where the guess was wrong. */
  set apart(apart: "text" | "lines") {
    this.#apart = apart;
    this.reread();
  }

  /** fail says why there is no text. */
  fail(problem: string): void {
    this.#problem = problem;
  }

  /** reread says a problem anew, as after a change of language. */
  reread(): void {
    try {
      this.#parsed = parse(this.#text, this.#apart);
      this.#problem = "";
    } catch (error) {
      if (!(error instanceof SourceError)) {
        throw error;
      }
      this.#problem = error.message;
    }
  }
}
