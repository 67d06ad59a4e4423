import { decimal, m, whole } from "../messages/index.js";
import { choices } from "../shell/controls.js";
import { h } from "../shell/dom.js";
import type { Column } from "./column.js";

/**
 * Compare holds columns side by side, and on a narrow screen one below a choice that
 * has the quality of all; there each row says its place in every order.
 */
export class Compare {
  readonly element: HTMLElement;
  readonly #columns: Readonly<Record<string, Column>>;
  readonly #titles: Readonly<Record<string, readonly string[]>>;
  readonly #choice = h("div", { class: "orders" });
  #chosen: string;

  constructor(columns: Readonly<Record<string, Column>>, titles: Readonly<Record<string, readonly string[]>>) {
    [this.#columns, this.#titles] = [columns, titles];
    this.#chosen = Object.keys(columns).at(-1) ?? "";
    this.element = h("div", { class: "columns", "data-order": this.#chosen, ontoggled: () => this.refresh() },
      this.#choice, ...Object.values(columns).map(({ element }) => element));
    this.refresh();
  }

  /** refresh is called when an order has changed. */
  refresh(): void {
    this.#offer();
    const orders = Object.entries(this.#columns).map(([name, { entries }]) => [this.#title(name), new Map(entries.map(({ index, rank }) => [index, rank]))] as const);
    for (const place of this.element.querySelectorAll<HTMLElement>("[data-places]")) {
      const index = Number(place.dataset["places"]);
      place.replaceChildren(...orders.map(([title, ranks]) => h("span", {}, `${title} `, h("b", {}, ranks.has(index) ? whole(ranks.get(index) as number) : "–"))));
    }
  }

  #title(name: string): string {
    return this.#titles[name]?.[0] ?? name;
  }

  #offer(): void {
    const focused = this.#choice.contains(document.activeElement);
    const label = (name: string, { quality }: Column) => [this.#title(name), quality === undefined ? "" : ` ${decimal(quality, 3)}`].join("");
    const list = Object.entries(this.#columns).map(([name, column]) => ({ value: name, label: label(name, column) }));
    this.#choice.replaceChildren(choices("order", m().playground.orders, list, this.#chosen, (name) => this.#choose(name)));
    if (focused) {
      this.#choice.querySelector<HTMLElement>("input:checked")?.focus();
    }
  }

  #choose(name: string): void {
    this.#chosen = name;
    this.element.dataset["order"] = name;
  }
}
