import type { SplitrankError } from "splitrank";
import { byRetriever, retrieverRanks, type Passage } from "../documents/document.js";
import { retrieved, samples, samplesOf, type SampleQuery } from "../documents/samples.js";
import { language, m, milliseconds, whole } from "../messages/index.js";
import { cascadeRun, type Moment } from "../playground/cascade_run.js";
import { Column, type Shown } from "../playground/column.js";
import type { Entry } from "../playground/entry_row.js";
import { Compare } from "../playground/compare.js";
import { focusFirst, linkRows } from "../playground/link_rows.js";
import { verdict } from "../playground/verdict.js";
import { here } from "../ranking/here.js";
import { Latest } from "../ranking/latest.js";
import { h } from "../shell/dom.js";
import type { View } from "../shell/view.js";

/** Rows of a column, and what the outcome counts. */
const FEW = 5;
const REPOSITORY = "https://github.com/splitrank/splitrank";

/** StartView says what splitrank is, and shows its two steps on one question. */
export class StartView implements View {
  readonly name = "start";
  readonly title = m().start.title;
  readonly element: HTMLElement;
  readonly #question = h("p", { class: "asked", dir: "auto" });
  readonly #outcome = h("p", { class: "outcome", role: "status" });
  readonly #version = h("span", { class: "soft", dir: "ltr" });
  readonly #columns = { retriever: this.#column("retriever"), heuristic: this.#column("heuristic"), cascade: this.#column("cascade") };
  readonly #compare = new Compare(this.#columns, m().start.columns);
  readonly #work = new Latest();
  #shown: Shown = { passages: [], before: [], grades: {} };

  constructor() {
    const words = m().start;
    this.element = h("section", { class: "view start" },
      h("header", { class: "lead" }, h("h1", { tabindex: -1 }, words.heading), h("p", {}, words.lead)),
      h("p", { class: "row" }, h("a", { class: "primary", href: "#playground" }, words.own), h("a", { class: "quiet", href: "#search" }, words.search), h("a", { class: "quiet", href: REPOSITORY }, words.code)),
      h("h2", {}, words.example), this.#question,
      linkRows(this.#compare.element, () => this.element.querySelector("h1")?.focus()), this.#outcome,
      h("footer", { class: "row" }, h("a", { href: "docs" }, words.api), h("a", { href: `${REPOSITORY}#readme` }, words.docs), h("a", { href: "#reports" }, words.reports), this.#version));
    void this.#work.run((signal) => this.#tell(signal)).catch(() => undefined); // the columns stay empty; what this is stands above them
    void this.#name();
  }

  leave(): void {
    this.#work.stop();
  }

  /** down walks into the results. */
  down(): void {
    focusFirst(this.#compare.element);
  }

  #column(name: string): Column {
    return new Column(name, m().start.columns[name], FEW);
  }

  /** tell fills the columns one after the other, as each order comes. */
  async #tell(signal: AbortSignal): Promise<void> {
    const all = await samples();
    const query = samplesOf(all, language.value)[0] as SampleQuery;
    const passages = retrieved(all, query);
    signal.throwIfAborted();
    this.#question.textContent = query.text;
    this.#shown = { passages, before: retrieverRanks(passages), grades: query.grades };
    this.#show("retriever", byRetriever(passages).map((index, i) => ({ index, rank: i + 1 })));
    await this.#rank(query.text, passages, signal);
    await this.#ask(query.text, passages, signal);
  }

  async #rank(query: string, passages: readonly Passage[], signal: AbortSignal): Promise<void> {
    const { reranker } = await here();
    const came = performance.now();
    const { results } = await reranker.rerank(query, passages, { explain: true, signal });
    signal.throwIfAborted();
    this.#columns.heuristic.time(milliseconds(performance.now() - came));
    this.#show("heuristic", results);
  }

  async #ask(query: string, passages: readonly Passage[], signal: AbortSignal): Promise<void> {
    const { cascade } = this.#columns;
    cascade.element.setAttribute("aria-busy", "true");
    const moment = ({ answer, after }: Moment) => {
      cascade.note(...verdict(answer));
      if (answer.stage !== "heuristic") {
        cascade.time(milliseconds(after));
        this.#show("cascade", answer.results);
      }
    };
    moment(await cascadeRun({ query, passages, options: {} }, { moment, away: (_: SplitrankError) => undefined }, signal));
    cascade.element.setAttribute("aria-busy", "false");
  }

  #show(name: "retriever" | "heuristic" | "cascade", entries: readonly Entry[]): void {
    this.#columns[name].show(entries, this.#shown);
    this.#compare.refresh();
    this.#count();
  }

  /** count says how many of the passages that answer stand among the first few, in each order. */
  #count(): void {
    const { passages, grades } = this.#shown;
    const relevant = ({ index }: { index: number }) => (grades[passages[index]?.id ?? ""] ?? 0) > 0;
    const counts = Object.values(this.#columns).map(({ entries }) => (entries.length === 0 ? "–" : whole(entries.slice(0, FEW).filter(relevant).length)));
    this.#outcome.textContent = m().start.outcome(whole(FEW), counts[0] ?? "", counts[1] ?? "", counts[2] ?? "");
  }

  /** name says which version this is, where the server tells. */
  async #name(): Promise<void> {
    const response = await fetch("version").catch(() => undefined);
    const { version = "" } = response?.ok ? await response.json() as { version?: string } : {};
    this.#version.textContent = version && `splitrank ${version}`;
  }
}
