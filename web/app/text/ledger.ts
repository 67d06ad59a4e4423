import type { Part } from "splitrank";
import { decimal, m } from "../messages/index.js";
import { h, hidden } from "../shell/dom.js";

/** ledgerBar is a score as a bar, made of one piece for each signal that adds to it. */
export function ledgerBar(score: number, parts: readonly Part[]): HTMLElement {
  const adding = parts.filter(({ contribution }) => contribution > 0);
  const pieces = adding.map(({ signal, contribution }) => h("span", { class: "piece", "data-signal": signal, "--share": contribution }));
  return h("span", { class: "bar" }, ...pieces, hidden(m().ledger.bar(decimal(score, 2), nameOf(best(adding)))));
}

function best(parts: readonly Part[]): string {
  const [first] = [...parts].sort((a, b) => b.contribution - a.contribution);
  return first?.signal ?? "";
}

function nameOf(signal: string): string {
  return m().ledger.signals[signal]?.[0] ?? signal;
}

/** ledgerTable is the whole ledger of a score: each signal, what it found, its weight, what it adds. */
export function ledgerTable(score: number, parts: readonly Part[]): HTMLTableElement {
  const words = m().ledger;
  const heads = [words.signal, words.raw, words.weight, words.contribution];
  return h("table", { class: "ledger" },
    h("caption", { class: "visually-hidden" }, words.title),
    h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, ...parts.filter(({ weight }) => weight > 0).map(row)),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row", colspan: 3 }, words.sum), h("td", {}, decimal(score, 3)))));
}

function row({ signal, raw, weight, contribution }: Part): HTMLTableRowElement {
  const [name, says] = m().ledger.signals[signal] ?? [signal, ""];
  return h("tr", {},
    h("th", { scope: "row" }, h("span", { class: "piece", "data-signal": signal }), name, h("small", {}, says)),
    h("td", {}, h("span", { class: "track" }, h("span", { "--share": raw })), decimal(raw, 2)),
    h("td", {}, decimal(weight, 2)),
    h("td", {}, decimal(contribution, 3)));
}
