import type { Result } from "splitrank";
import type { Passage } from "../documents/document.js";
import { decimal, m, whole } from "../messages/index.js";
import { h, hidden, type Child } from "../shell/dom.js";
import { moved, placesOf } from "../shell/motion.js";
import { highlight } from "../text/highlight.js";
import { rankChange } from "../text/rank_change.js";
import { ndcg } from "./ndcg.js";
import { state } from "./state.js";

/** Rows shown until one asks for all. */
const FEW = 10;

/** Entry is a document's place in a column; the retriever's has no scores. */
type Entry = Pick<Result, "index" | "rank"> & Partial<Result>;

/** Column is one order of the documents. */
export class Column {
  readonly element: HTMLElement;
  readonly #time = h("span", { class: "time" });
  readonly #notes = h("div", { class: "notes" });
  readonly #quality = h("p", { class: "quality" });
  readonly #list = h("ol", { class: "order" });
  readonly #all = h("button", { type: "button", class: "quiet more", hidden: true, onclick: () => this.#toggle() });
  readonly #rows = new Map<number, HTMLElement>();
  #entries: readonly Entry[] = [];
  #passages: readonly Passage[] = [];
  #before: readonly number[] = [];
  #open = false;

  constructor(name: string) {
    const [title = name, where = ""] = m().playground.columns[name] ?? [];
    this.element = h("section", { class: `column column-${name}`, "aria-labelledby": `column-${name}` },
      h("header", {}, h("div", {}, h("h2", { id: `column-${name}` }, title), this.#time), h("p", {}, where)),
      this.#notes, this.#quality, this.#list, this.#all);
  }

  /** time says how long the order took. */
  time(said: string): void {
    this.#time.textContent = said;
  }

  /** note shows what is to be said about the order. */
  note(...notes: readonly Child[]): void {
    this.#notes.replaceChildren(...notes.filter((note): note is Node => note instanceof Node));
  }

  /** show places the documents; before are the retriever's ranks. */
  show(entries: readonly Entry[], passages: readonly Passage[], before: readonly number[]): void {
    if (passages !== this.#passages) {
      this.#rows.clear();
    }
    [this.#entries, this.#passages, this.#before] = [entries, passages, before];
    this.#draw();
  }

  clear(): void {
    this.show([], [], []);
  }

  #draw(): void {
    const places = placesOf(this.#list);
    const shown = this.#open ? this.#entries : this.#entries.slice(0, FEW);
    this.#list.replaceChildren(...shown.map((entry) => this.#row(entry)));
    moved(this.#list, places);
    this.#all.hidden = this.#entries.length <= FEW;
    this.#all.textContent = this.#open ? m().playground.lessRows : m().playground.moreRows(this.#entries.length);
    this.#quality.replaceChildren(...this.#judged());
  }

  #row(entry: Entry): HTMLElement {
    const passage = this.#passages[entry.index] as Passage;
    const row = this.#rows.get(entry.index) ?? h("li", { "data-index": entry.index });
    this.#rows.set(entry.index, row);
    row.replaceChildren(
      h("div", { class: "place" }, h("b", {}, whole(entry.rank)), entry.scoredBy !== undefined && rankChange(this.#before[entry.index] ?? entry.rank, entry.rank)),
      h("div", { class: "content" }, this.#title(passage), h("p", { dir: "auto" }, ...highlight(passage.text, entry.matches)), scored(entry)));
    return row;
  }

  #title({ id, title }: Passage): HTMLElement | false {
    const relevant = id !== undefined && (state.grades[id] ?? 0) > 0;
    return (title !== undefined || relevant) && h("h3", { dir: "auto" },
      relevant && h("span", { class: "relevant", title: m().playground.relevant }, hidden(`${m().playground.relevant}: `)), title ?? "");
  }

  /** judged says how good the order is, where somebody has judged the documents. */
  #judged(): HTMLElement[] {
    const judged = Object.values(state.grades);
    if (judged.length === 0 || this.#entries.length === 0) {
      return [];
    }
    const gains = this.#entries.map(({ index }) => state.grades[this.#passages[index]?.id ?? ""] ?? 0);
    const value = ndcg(gains, judged, 10);
    return [h("span", { title: m().playground.ndcg }, "nDCG@10"), h("span", { class: "track" }, h("span", { "--share": value })), h("b", {}, decimal(value, 3))];
  }

  #toggle(): void {
    this.#open = !this.#open;
    this.#draw();
  }
}

/** scored says who gave the score, and which. */
function scored({ scoredBy, relevanceScore }: Entry): HTMLElement | false {
  if (scoredBy === undefined || relevanceScore === undefined) {
    return false;
  }
  const words = m().playground;
  return h("p", { class: "scored" },
    h("span", { class: `by by-${scoredBy}`, title: words.byLong[scoredBy] ?? scoredBy }, words.by[scoredBy] ?? scoredBy),
    h("span", { class: "track" }, h("span", { "--share": relevanceScore })),
    h("span", {}, hidden(`${m().rank.score} `), decimal(relevanceScore, 2)));
}
