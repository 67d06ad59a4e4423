import type { Passage } from "../documents/document.js";
import { decimal, m } from "../messages/index.js";
import { h, type Child } from "../shell/dom.js";
import { moved, placesOf } from "../shell/motion.js";
import { EntryRow, type Entry } from "./entry_row.js";
import { ndcg } from "./ndcg.js";

/** What a column shows beside its documents. */
export interface Shown {
  readonly passages: readonly Passage[];
  /** The retriever's ranks, by index. */
  readonly before: readonly number[];
  /** Judgements by id; empty where nobody has judged. */
  readonly grades: Readonly<Record<string, number>>;
}

const nothing: Shown = { passages: [], before: [], grades: {} };

/** Column is one order of the documents. */
export class Column {
  readonly element: HTMLElement;
  readonly #time = h("span", { class: "time" });
  readonly #notes = h("div", { class: "notes" });
  readonly #quality = h("p", { class: "quality" });
  readonly #list = h("ol", { class: "order" });
  readonly #all = h("button", { type: "button", class: "quiet more", hidden: true, onclick: () => this.#toggle() });
  readonly #rows = new Map<number, EntryRow>();
  readonly #few: number;
  #entries: readonly Entry[] = [];
  #shown = nothing;
  #open = false;

  /** few rows are shown until one asks for all. */
  constructor(name: string, [title = name, where = ""]: readonly string[] = [], few = 10) {
    this.#few = few;
    this.element = h("section", { class: `column column-${name}`, "aria-labelledby": `column-${name}` },
      h("header", {}, h("div", {}, h("h2", { id: `column-${name}` }, title), this.#time), h("p", {}, where)),
      this.#notes, this.#quality, this.#list, this.#all);
  }

  /** entries are the documents in their order. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** quality is nDCG@10 of the order; undefined where nobody has judged. */
  get quality(): number | undefined {
    const { passages, grades } = this.#shown;
    const judged = Object.values(grades);
    if (judged.length === 0 || this.#entries.length === 0) {
      return undefined;
    }
    return ndcg(this.#entries.map(({ index }) => grades[passages[index]?.id ?? ""] ?? 0), judged, 10);
  }

  /** time says how long the order took. */
  time(said: string): void {
    this.#time.textContent = said;
  }

  /** note shows what is to be said about the order. */
  note(...notes: readonly Child[]): void {
    this.#notes.replaceChildren(...notes.filter((note): note is Node => note instanceof Node));
  }

  /** show places the documents. */
  show(entries: readonly Entry[], shown: Shown): void {
    if (shown.passages !== this.#shown.passages || shown.grades !== this.#shown.grades) {
      this.#rows.clear();
    }
    [this.#entries, this.#shown] = [entries, shown];
    this.#draw();
  }

  clear(): void {
    this.show([], nothing);
  }

  #draw(): void {
    const places = placesOf(this.#list);
    const few = this.#entries.slice(0, this.#few).filter(({ relevanceScore }) => relevanceScore !== 0);
    this.#list.replaceChildren(...(this.#open ? this.#entries : few).map((entry) => this.#row(entry)));
    moved(this.#list, places);
    this.#all.hidden = few.length === this.#entries.length;
    this.#all.textContent = this.#open ? m().playground.lessRows : m().playground.moreRows(this.#entries.length);
    this.#quality.replaceChildren(...this.#judged());
  }

  #row(entry: Entry): HTMLElement {
    const row = this.#rows.get(entry.index) ?? this.#newRow(entry);
    this.#rows.set(entry.index, row);
    row.show(entry);
    return row.element;
  }

  #newRow(entry: Entry): EntryRow {
    const { passages, before, grades } = this.#shown;
    const passage = passages[entry.index] as Passage;
    return new EntryRow(passage, entry, before[entry.index] ?? entry.rank, (grades[passage.id ?? ""] ?? 0) > 0);
  }

  /** judged says how good the order is, where somebody has judged the documents. */
  #judged(): HTMLElement[] {
    const value = this.quality;
    return value === undefined ? [] : [
      h("span", { title: m().playground.ndcg }, "nDCG@10"), h("span", { class: "track" }, h("span", { "--share": value })), h("b", {}, decimal(value, 3))];
  }

  #toggle(): void {
    this.#open = !this.#open;
    this.#draw();
    this.#list.dispatchEvent(new Event("toggled", { bubbles: true }));
  }
}
