import type { Result } from "splitrank";
import type { Passage } from "../documents/document.js";
import { decimal, m, whole } from "../messages/index.js";
import { h, hidden, type Child } from "../shell/dom.js";
import { highlight } from "../text/highlight.js";
import { explanationOf } from "../text/ledger.js";
import { rankChange } from "../text/rank_change.js";

/** Entry is a document's place in a column; the retriever's has no scores. */
export type Entry = Pick<Result, "index" | "rank"> & Partial<Result>;

/** EntryRow is one document in a column. It opens to its whole text and, where it has a score, why. */
export class EntryRow {
  readonly element: HTMLElement;
  readonly #passage: Passage;
  readonly #before: number;
  readonly #relevant: boolean;
  #entry: Entry;
  #open = false;

  /** before is the retriever's rank. */
  constructor(passage: Passage, entry: Entry, before: number, relevant: boolean) {
    [this.#passage, this.#entry, this.#before, this.#relevant] = [passage, entry, before, relevant];
    this.element = h("li", { tabindex: -1, "data-index": entry.index, onclick: (event: MouseEvent) => this.#clicked(event) });
  }

  show(entry: Entry): void {
    this.#entry = entry;
    const { index, rank, scoredBy } = entry;
    this.element.classList.toggle("open", this.#open);
    this.element.replaceChildren(
      h("div", { class: "place" }, h("b", {}, whole(rank)), scoredBy !== undefined && rankChange(this.#before, rank)),
      h("div", { class: "content" }, this.#title(), h("p", { dir: "auto" }, ...highlight(this.#passage.text, entry.matches)), this.#foot(), h("p", { class: "places", "data-places": index })),
      ...(this.#open ? [h("div", { class: "opened" }, ...explanationOf(entry))] : []));
  }

  /** toggle opens or closes it. */
  toggle(): void {
    this.#open = !this.#open;
    const within = this.element.contains(document.activeElement) && document.activeElement !== this.element;
    this.show(this.#entry);
    this.element.dispatchEvent(new Event("toggled", { bubbles: true }));
    if (within) {
      this.element.querySelector<HTMLElement>(".why")?.focus();
    }
  }

  #title(): HTMLElement | false {
    const { title } = this.#passage;
    return (title !== undefined || this.#relevant) && h("h3", { dir: "auto" },
      this.#relevant && h("span", { class: "relevant", title: m().playground.relevant }, hidden(`${m().playground.relevant}: `)), title ?? "");
  }

  /** foot says who gave the score, and which, and opens the row. */
  #foot(): HTMLElement {
    const words = m().playground;
    return h("p", { class: "scored" }, ...this.#score(),
      h("button", { type: "button", class: "why", "aria-expanded": String(this.#open), onclick: () => this.toggle() },
        this.#entry.scoredBy === undefined ? words.open : m().ledger.why, hidden(` ${this.#passage.title ?? whole(this.#entry.rank)}`)));
  }

  #score(): Child[] {
    const { scoredBy, relevanceScore } = this.#entry;
    const words = m().playground;
    return scoredBy === undefined || relevanceScore === undefined ? [] : [
      h("span", { class: `by by-${scoredBy}`, title: words.byLong[scoredBy] ?? scoredBy }, words.by[scoredBy] ?? scoredBy),
      h("span", { class: "track" }, h("span", { "--share": relevanceScore })),
      h("span", { class: "number" }, hidden(`${m().rank.score} `), decimal(relevanceScore, 2))];
  }

  /** clicked opens the row, unless a button or a selection of text was meant. */
  #clicked({ target }: MouseEvent): void {
    if (!(target as Element).closest("button, a, .opened") && getSelection()?.type !== "Range") {
      this.toggle();
    }
  }
}
