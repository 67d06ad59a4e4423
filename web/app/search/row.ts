import type { Result } from "splitrank";
import type { Passage } from "../documents/document.js";
import { decimal, m, whole } from "../messages/index.js";
import { h } from "../shell/dom.js";
import { highlight } from "../text/highlight.js";
import { ledgerBar, ledgerTable } from "../text/ledger.js";
import { rankChange } from "../text/rank_change.js";

/** Row is one document in the list. It stays the same element while its place changes. */
export class Row {
  readonly element = h("li", { class: "result", tabindex: -1 });
  readonly #passage: Passage;
  readonly #before: number;
  readonly #number: number;
  #open = false;
  #result: Result | undefined;

  /** number makes ids; before is the retriever's rank. */
  constructor(passage: Passage, number: number, before: number) {
    this.#passage = passage;
    this.#number = number;
    this.#before = before;
  }

  /** unranked shows the document without a place. */
  unranked(): void {
    this.#result = undefined;
    this.#show(h("div", { class: "place" }, h("b", {}, whole(this.#before))), this.#text([this.#passage.text]));
  }

  ranked(result: Result): void {
    this.#result = result;
    const place = h("div", { class: "place" }, h("b", {}, whole(result.rank)), rankChange(this.#before, result.rank));
    this.#show(place, this.#text(highlight(this.#passage.text, result.matches)), this.#why(result), this.#open && this.#ledger(result));
  }

  /** toggle opens or closes the explanation. */
  toggle(): void {
    this.#open = !this.#open;
    if (this.#result !== undefined) {
      this.ranked(this.#result);
      this.element.querySelector<HTMLElement>(".why")?.focus();
    }
  }

  #show(...parts: (Node | false)[]): void {
    this.element.classList.toggle("open", this.#open);
    this.element.replaceChildren(...parts.filter((part) => part !== false));
  }

  #text(body: readonly (string | Node)[]): HTMLElement {
    const { title } = this.#passage;
    return h("div", { class: "content" }, title && h("h3", { dir: "auto" }, title), h("p", { dir: "auto" }, ...body));
  }

  #why({ relevanceScore, explanation }: Result): HTMLElement {
    return h("button", { type: "button", class: "why", "aria-expanded": String(this.#open), "aria-controls": this.#ledgerId, title: m().ledger.open, onclick: () => this.toggle() },
      ledgerBar(relevanceScore, explanation?.parts ?? []), h("span", { class: "score" }, decimal(relevanceScore, 2)));
  }

  #ledger({ heuristicScore, explanation }: Result): HTMLElement {
    return h("div", { class: "opened", id: this.#ledgerId }, ledgerTable(heuristicScore, explanation?.parts ?? []));
  }

  get #ledgerId(): string {
    return `ledger-${this.#number}`;
  }
}
