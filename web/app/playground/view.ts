import { SplitrankError, type Answer } from "splitrank";
import { byRetriever, retrieverRanks, type Passage } from "../documents/document.js";
import { retrieved, samples, type SampleQuery } from "../documents/samples.js";
import { m, milliseconds } from "../messages/index.js";
import { here } from "../ranking/here.js";
import { Latest } from "../ranking/latest.js";
import { h } from "../shell/dom.js";
import { problemState } from "../shell/notes.js";
import type { View } from "../shell/view.js";
import { cascadeRun, type Moment } from "./cascade_run.js";
import { Column } from "./column.js";
import { Export } from "./export.js";
import { Form } from "./form.js";
import { linkRows } from "./link_rows.js";
import { cascadeOptions } from "./request.js";
import { question, state } from "./state.js";
import { timingsBar } from "./timings.js";
import { verdict } from "./verdict.js";

/** PlaygroundView shows three orders of the same documents side by side. */
export class PlaygroundView implements View {
  readonly title = m().playground.title;
  readonly element: HTMLElement;
  readonly #form = new Form({ changed: () => void this.#changed(), run: () => void this.#run() });
  readonly #samples = h("div", { class: "examples" });
  readonly #said = h("p", { class: "said", role: "status" });
  /** For those who do not see the columns. */
  readonly #news = h("p", { class: "visually-hidden", role: "status" });
  readonly #retriever = new Column("retriever");
  readonly #heuristic = new Column("heuristic");
  readonly #cascade = new Column("cascade");
  readonly #export = new Export();
  readonly #typing = new Latest();
  readonly #asking = new Latest();
  /** What the cascade's column answers; "" = nothing. */
  #answered = "";

  constructor() {
    const columns = [this.#retriever, this.#heuristic, this.#cascade].map(({ element }) => element);
    const words = m().playground;
    this.element = h("section", { class: "view playground" },
      h("header", { class: "lead" }, h("h1", { tabindex: -1 }, words.title), h("p", {}, words.lead)),
      this.#samples, this.#form.element, this.#said, this.#news, linkRows(h("div", { class: "columns" }, ...columns)), this.#export.element);
    this.#cascade.note(h("p", { class: "stage" }, words.waiting));
    void this.#fill();
  }

  focus(): void {
    this.#form.query.focus();
  }

  leave(): void {
    this.#typing.stop();
    this.#asking.stop();
  }

  /** fill offers the samples, and begins with the first one. */
  async #fill(): Promise<void> {
    state.source.reread();
    try {
      const { queries } = await samples();
      if (!this.element.isConnected) {
        return; // another view has taken its place, and fills itself
      }
      this.#samples.replaceChildren(h("span", { class: "soft" }, m().playground.samples), ...queries.map((query) => this.#sample(query)));
      if (state.query === "" && state.source.text === "") {
        await this.#choose(queries[0] as SampleQuery);
        return;
      }
    } catch {
      this.#samples.replaceChildren(); // one's own documents still work
    }
    await this.#changed();
  }

  #sample(query: SampleQuery): HTMLElement {
    const choose = async () => {
      await this.#choose(query);
      await this.#run();
    };
    return h("button", { type: "button", class: "chip", dir: "auto", lang: query.language, onclick: () => void choose() }, query.text);
  }

  async #choose(query: SampleQuery): Promise<void> {
    state.query = query.text;
    state.source.text = JSON.stringify(retrieved(await samples(), query), null, 2);
    state.grades = query.grades;
    this.#form.showSample();
    await this.#changed();
  }

  /** changed shows what follows without the server, and what of the server's answer does not. */
  async #changed(): Promise<void> {
    const { passages } = state.source.parsed;
    this.#retriever.show(byRetriever(passages).map((index, i) => ({ index, rank: i + 1 })), passages, retrieverRanks(passages));
    this.#export.refresh();
    this.#cascade.element.classList.toggle("stale", this.#answered !== "" && this.#answered !== question());
    this.#said.textContent = this.#cascade.element.classList.contains("stale") ? m().playground.stale : "";
    if (missing() !== "") {
      this.#typing.stop();
      this.#heuristic.clear();
      this.#heuristic.note(h("p", { class: "stage" }, missing()));
      return;
    }
    await this.#typing.run((signal) => this.#rank(passages, signal)).catch((error: unknown) => this.#fail(this.#heuristic, error));
  }

  async #rank(passages: readonly Passage[], signal: AbortSignal): Promise<void> {
    const ranker = await here();
    const came = performance.now();
    const { firstStage } = cascadeOptions();
    const answer = await ranker.reranker.rerank(state.query, passages, { explain: true, firstStage, signal });
    signal.throwIfAborted();
    this.#heuristic.time(milliseconds(performance.now() - came));
    this.#heuristic.note(ranker.scorer === undefined && h("p", { class: "stage" }, m().scorer.server));
    show(this.#heuristic, answer, passages);
  }

  /** run asks the server. A later question overtakes an earlier one. */
  async #run(): Promise<void> {
    if (missing() !== "") {
      this.#said.textContent = missing();
      this.focus();
      return;
    }
    const { passages } = state.source.parsed;
    this.#answered = question();
    this.#begin();
    const events = { moment: (moment: Moment) => this.#moment(moment, passages), away: (error: SplitrankError) => this.#away(error) };
    await this.#asking.run((signal) => cascadeRun(passages, events, signal))
      .then((last) => last && this.#end(last))
      .catch((error: unknown) => this.#fail(this.#cascade, error));
  }

  #begin(): void {
    this.#cascade.element.classList.remove("stale");
    this.#cascade.element.setAttribute("aria-busy", "true");
    this.#cascade.time("");
    this.#said.textContent = "";
  }

  #moment({ answer, after }: Moment, passages: readonly Passage[]): void {
    this.#cascade.time(milliseconds(after));
    this.#cascade.note(...verdict(answer));
    show(this.#cascade, answer, passages);
  }

  #end({ answer, after }: Moment): void {
    this.#cascade.element.setAttribute("aria-busy", "false");
    this.#cascade.note(...verdict(answer), timingsBar(answer.timingsMs, after));
    this.#news.textContent = `${m().playground.total}: ${milliseconds(after)}`;
  }

  #away({ code }: SplitrankError): void {
    if (code === "unauthorized") {
      this.#form.askForKey();
    }
  }

  #fail(column: Column, error: unknown): void {
    column.element.setAttribute("aria-busy", "false");
    const known = error instanceof SplitrankError ? m().problem.codes[error.code] : undefined;
    const message = error instanceof Error ? error.message : String(error);
    column.clear();
    column.time("");
    column.note(problemState(known ?? m().problem.title, message));
  }
}

/** missing says what is not there to ask; "" = nothing. */
function missing(): string {
  const words = m().playground;
  return state.query.trim() === "" ? words.noQuery : state.source.parsed.passages.length === 0 ? words.noDocuments : "";
}

function show(column: Column, { results }: Answer, passages: readonly Passage[]): void {
  column.show(results, passages, retrieverRanks(passages));
}
