import { m } from "../messages/index.js";
import { choices } from "../shell/controls.js";
import { h } from "../shell/dom.js";
import { icon } from "../shell/icons.js";
import { snippet, type Language } from "./snippets.js";

const languages: readonly Language[] = ["curl", "typescript", "python"];

/** Export shows the request of the moment as code. */
export class Export {
  readonly element: HTMLElement;
  #language: Language = "curl";
  readonly #code = h("code", {});
  readonly #said = h("span", { class: "said", role: "status" });

  constructor() {
    const words = m().playground;
    const list = languages.map((value) => ({ value, label: words.languages[value] ?? value }));
    this.element = h("details", { class: "export", ontoggle: () => this.refresh() },
      h("summary", {}, words.export),
      h("div", { class: "row" },
        choices("snippet", words.export, list, this.#language, (value) => this.#choose(value as Language)),
        h("button", { type: "button", class: "quiet", onclick: () => void this.#copy() }, icon("copy"), words.copy), this.#said),
      h("pre", { dir: "ltr", tabindex: 0, role: "region", "aria-label": words.export }, this.#code));
  }

  /** refresh writes the code anew, where somebody sees it. */
  refresh(): void {
    if ((this.element as HTMLDetailsElement).open) {
      this.#code.textContent = snippet(this.#language, location.origin);
      this.#said.textContent = "";
    }
  }

  #choose(language: Language): void {
    this.#language = language;
    this.refresh();
  }

  async #copy(): Promise<void> {
    const words = m().playground;
    try {
      await navigator.clipboard.writeText(this.#code.textContent);
      this.#said.textContent = words.copied;
    } catch {
      this.#said.textContent = words.copyFailed;
    }
  }
}
