import { decimal, m } from "../messages/index.js";
import { h } from "../shell/dom.js";
import { icon } from "../shell/icons.js";
import { SourceError } from "./parse.js";
import { readFile } from "./read_file.js";
import type { Source } from "./source.js";

/** Editor is a text area for documents, with a button for files. */
export class Editor {
  readonly element: HTMLElement;
  readonly #source: Source;
  readonly #changed: () => void;
  readonly #area = h("textarea", { id: "documents", dir: "auto", rows: 10, spellcheck: "false", autocomplete: "off", "aria-describedby": "documents-said", oninput: () => this.#typed() });
  readonly #said = h("p", { id: "documents-said", class: "said", role: "status" });
  readonly #file = h("input", { type: "file", class: "visually-hidden", tabindex: -1, "aria-hidden": "true", accept: ".txt,.md,.json,.jsonl,.ndjson,text/*,application/json", onchange: () => this.#chosen() });

  constructor(source: Source, changed: () => void) {
    this.#source = source;
    this.#changed = changed;
    this.element = this.#build();
    this.refresh();
  }

  /** refresh shows what the source holds now. */
  refresh(): void {
    if (this.#area.value !== this.#source.text) {
      this.#area.value = this.#source.text;
    }
    const { problem } = this.#source;
    this.#area.setAttribute("aria-invalid", String(problem !== ""));
    this.#said.classList.toggle("wrong", problem !== "");
    this.#said.textContent = problem || this.#size();
  }

  /** take loads a file. */
  async take(file: File): Promise<void> {
    try {
      this.#source.text = await readFile(file);
    } catch (error) {
      if (!(error instanceof SourceError)) {
        throw error;
      }
      this.#source.fail(error.message);
    }
    this.refresh();
    this.#changed();
  }

  #build(): HTMLElement {
    const words = m().editor;
    return h("div", { class: "editor" },
      h("label", { for: "documents" }, words.label),
      this.#area, this.#file,
      h("div", { class: "row" },
        this.#said,
        h("button", { type: "button", class: "quiet", onclick: () => this.#file.click() }, icon("file"), words.open)));
  }

  #size(): string {
    const { text, parsed } = this.#source;
    if (parsed.passages.length === 0) {
      return m().editor.drop;
    }
    const kilobytes = new Blob([text]).size / 1024;
    return m().editor.size(m().documents(parsed.passages.length), m().editor.format[parsed.format], decimal(kilobytes, kilobytes < 10 ? 1 : 0));
  }

  #typed(): void {
    this.#source.text = this.#area.value;
    this.refresh();
    this.#changed();
  }

  #chosen(): void {
    const file = this.#file.files?.[0];
    if (file !== undefined) {
      void this.take(file);
    }
    this.#file.value = ""; // so that the same file can be chosen again
  }
}
