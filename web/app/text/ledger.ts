import type { Blend, Part, Result } from "splitrank";
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
export function ledgerTable(score: number, parts: readonly Part[], sum = m().ledger.sum): HTMLTableElement {
  const words = m().ledger;
  const heads = [words.signal, words.raw, words.weight, words.contribution];
  return h("table", { class: "ledger" },
    h("caption", { class: "visually-hidden" }, words.title),
    h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, ...parts.filter(({ weight }) => weight > 0).map(row)),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row", colspan: 3 }, sum), h("td", {}, decimal(score, 3)))));
}

/** explanationOf takes the score that is shown apart: the words' ledger, and what a model made of it; nothing where there is no score. */
export function explanationOf({ relevanceScore = 0, heuristicScore, explanation, scoredBy }: Partial<Result>): HTMLElement[] {
  const words = m().ledger;
  if (heuristicScore === undefined || explanation === undefined) {
    return [];
  }
  const { blend, parts } = explanation;
  const bounded = scoredBy === "heuristic" && relevanceScore < heuristicScore;
  return [
    ledgerTable(heuristicScore, parts, blend || bounded ? words.heuristicScore : words.sum),
    ...(blend === undefined ? [] : [blendTable(relevanceScore, blend)]),
    ...(bounded ? [h("p", { class: "bounded" }, words.bounded(decimal(relevanceScore, 3)))] : []),
  ];
}

/** blendTable is what the model's score is made of: a sum, and its place between 0 and 1. */
function blendTable(score: number, { terms, sum }: Blend): HTMLTableElement {
  const words = m().ledger;
  const bounded = Math.abs(1 / (1 + Math.exp(-sum)) - score) > 0.0005;
  const foot = (label: string, value: string) => h("tr", {}, h("th", { scope: "row", colspan: 3 }, label), h("td", {}, value));
  return h("table", { class: "ledger blend" },
    h("caption", {}, words.blend),
    h("thead", {}, h("tr", {}, ...[words.term, words.raw, words.weight, words.contribution].map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, ...terms.map(({ term, raw, weight, contribution }) => {
      const [name, says] = words.terms[term] ?? [term, ""];
      return h("tr", {}, h("th", { scope: "row" }, name, h("small", {}, says)), h("td", {}, decimal(raw, 2)), h("td", {}, decimal(weight, 2)), h("td", {}, decimal(contribution, 3)));
    })),
    h("tfoot", {}, foot(words.total, decimal(sum, 3)), foot(bounded ? words.neighbour : words.sigmoid, decimal(score, 3))));
}

/** legend says what every signal means. */
export function legend(): HTMLElement {
  const words = m().ledger;
  return h("details", { class: "legend" }, h("summary", {}, words.legend),
    h("p", {}, words.how),
    h("dl", {}, ...Object.entries(words.signals).map(([signal, [name, says]]) => h("div", {}, h("dt", {}, h("span", { class: "piece", "data-signal": signal }), name), h("dd", {}, says)))));
}

function row({ signal, raw, weight, contribution }: Part): HTMLTableRowElement {
  const [name, says] = m().ledger.signals[signal] ?? [signal, ""];
  return h("tr", {},
    h("th", { scope: "row" }, h("span", { class: "piece", "data-signal": signal }), name, h("small", {}, says)),
    h("td", {}, h("span", { class: "track" }, h("span", { "--share": raw })), decimal(raw, 2)),
    h("td", {}, decimal(weight, 2)),
    h("td", {}, decimal(contribution, 3)));
}
