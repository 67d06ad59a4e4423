import { decimal, m } from "../messages/index.js";
import { choices } from "../shell/controls.js";
import { h } from "../shell/dom.js";
import { icon } from "../shell/icons.js";
import { SourceError } from "./parse.js";
import { readFile } from "./read_file.js";
import type { Source } from "./source.js";

/** Documents that the preview shows. */
const PREVIEW = 3;

/** Editor is a text area for documents, with a button for files. */
export class Editor {
  readonly element: HTMLElement;
  readonly #source: Source;
  readonly #changed: () => void;
  readonly #area = h("textarea", { id: "documents", dir: "auto", rows: 10, spellcheck: "false", autocomplete: "off", "aria-describedby": "documents-said", oninput: () => this.#typed() });
  readonly #said = h("p", { id: "documents-said", class: "said", role: "status" });
  readonly #understood = h("div", { class: "understood" });
  readonly #file = h("input", { type: "file", class: "visually-hidden", tabindex: -1, "aria-hidden": "true", accept: ".txt,.md,.csv,.tsv,.json,.jsonl,.ndjson,text/*,application/json", onchange: () => this.#chosen() });

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
    this.#understood.replaceChildren(...(problem === "" ? this.#preview() : []));
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
        h("button", { type: "button", class: "quiet", onclick: () => this.#file.click() }, icon("file"), words.open)),
      this.#understood);
  }

  /** preview is the first documents as they were understood, and of texts a choice of what parts them. */
  #preview(): HTMLElement[] {
    const { parsed: { passages, format } } = this.#source;
    const words = m().editor;
    if (passages.length === 0) {
      return [];
    }
    const rows = passages.slice(0, PREVIEW).map(({ id, title, text }) => h("li", { dir: "auto" }, id !== undefined && h("code", {}, id), title !== undefined && h("b", {}, title), text));
    const list = ["text", "lines"].map((value) => ({ value, label: words.format[value as "text" | "lines"] }));
    return [
      ...(format === "text" || format === "lines" ? [choices("apart", words.apart, list, format, (value) => this.#parted(value as "text" | "lines"))] : []),
      h("ol", { "aria-label": words.first }, ...rows, passages.length > PREVIEW && h("li", { class: "soft" }, words.others(passages.length - PREVIEW))),
    ];
  }

  #parted(apart: "text" | "lines"): void {
    this.#source.apart = apart;
    this.refresh();
    this.#changed();
    this.#understood.querySelector<HTMLElement>("input:checked")?.focus();
  }

  #size(): string {
    const { text, parsed } = this.#source;
    const { format, column } = parsed;
    if (parsed.passages.length === 0) {
      return m().editor.drop;
    }
    const kilobytes = new Blob([text]).size / 1024;
    return m().editor.size(m().documents(parsed.passages.length), column === undefined ? m().editor.format[format] : m().editor.column(column), decimal(kilobytes, kilobytes < 10 ? 1 : 0));
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
