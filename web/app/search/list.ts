import type { Result } from "splitrank";
import { retrieverRanks, byRetriever, type Passage } from "../documents/document.js";
import { h } from "../shell/dom.js";
import { moved, placesOf } from "../shell/motion.js";
import { Row } from "./row.js";

/** Rows shown at first; a button shows as many more. */
const PAGE = 20;

/** List shows documents in their order and lets the arrow keys walk through them. */
export class List {
  readonly element = h("ol", { class: "results", onkeydown: (event: KeyboardEvent) => this.#key(event) });
  /** Rows asked for; see shownMore. */
  shown = PAGE;
  #passages: readonly Passage[] = [];
  #before: number[] = [];
  readonly #rows = new Map<number, Row>();
  readonly #leave: () => void;

  /** leave is called when one walks up past the first row. */
  constructor(leave: () => void) {
    this.#leave = leave;
  }

  /** hold takes other documents. */
  hold(passages: readonly Passage[]): void {
    if (passages !== this.#passages) {
      this.#passages = passages;
      this.#before = retrieverRanks(passages);
      this.#rows.clear();
      this.shown = PAGE;
    }
  }

  /** shownMore is how many more there are to show, at most a page. */
  get more(): number {
    return Math.min(PAGE, this.#passages.length - this.shown);
  }

  showMore(): void {
    this.shown += PAGE;
  }

  /** unranked shows the retriever's order. */
  unranked(): void {
    this.#place(byRetriever(this.#passages).slice(0, this.shown), (row) => row.unranked());
  }

  ranked(results: readonly Result[]): void {
    const byIndex = new Map(results.map((result) => [result.index, result]));
    this.#place(results.map(({ index }) => index), (row, index) => row.ranked(byIndex.get(index) as never));
  }

  /** focusFirst goes to the first result, if there is one. */
  focusFirst(): void {
    (this.element.firstElementChild as HTMLElement | null)?.focus();
  }

  #place(order: readonly number[], show: (row: Row, index: number) => void): void {
    const before = placesOf(this.element);
    const rows = order.map((index) => this.#row(index));
    rows.forEach((row, i) => show(row, order[i] as number));
    this.element.replaceChildren(...rows.map(({ element }) => element));
    moved(this.element, before);
  }

  #row(index: number): Row {
    const row = this.#rows.get(index) ?? new Row(this.#passages[index] as Passage, index, this.#before[index] ?? index + 1);
    this.#rows.set(index, row);
    return row;
  }

  #key(event: KeyboardEvent): void {
    const li = (event.target as Element).closest("li");
    const next = { ArrowDown: li?.nextElementSibling, ArrowUp: li?.previousElementSibling }[event.key];
    if (event.key === "Enter" && event.target === li) {
      li?.querySelector<HTMLElement>(".why")?.click();
    } else if (event.key === "Escape" || (event.key === "ArrowUp" && next === null)) {
      this.#leave();
    } else if (next instanceof HTMLElement) {
      next.focus();
    } else {
      return;
    }
    event.preventDefault();
  }
}
