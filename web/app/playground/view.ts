import { SplitrankError, type Answer } from "splitrank";
import { byRetriever, retrieverRanks, type Passage } from "../documents/document.js";
import { retrieved, samples, samplesOf, type SampleQuery } from "../documents/samples.js";
import { language, m, milliseconds } from "../messages/index.js";
import { here } from "../ranking/here.js";
import { Latest } from "../ranking/latest.js";
import { h } from "../shell/dom.js";
import { problemState } from "../shell/notes.js";
import type { View } from "../shell/view.js";
import { cascadeRun, type Moment } from "./cascade_run.js";
import { Column, type Shown } from "./column.js";
import { Compare } from "./compare.js";
import { Export } from "./export.js";
import { Form } from "./form.js";
import { focusFirst, linkRows } from "./link_rows.js";
import { optionsOf, orderOptions } from "./request.js";
import { question, state } from "./state.js";
import { timingsBar } from "./timings.js";
import { verdict } from "./verdict.js";

/** The server is asked by itself, once nothing has changed for so many milliseconds, about no more than so many documents. */
const PAUSE = 400;
const UNASKED = 200;

/** PlaygroundView shows three orders of the same documents side by side. */
export class PlaygroundView implements View {
  readonly name = "playground";
  readonly title = m().playground.title;
  readonly element: HTMLElement;
  readonly #form = new Form({ changed: () => void this.#changed(), run: () => void this.#run(), stop: () => this.#stop(), down: () => focusFirst(this.#compare.element) });
  readonly #samples = h("div", { class: "examples" });
  readonly #said = h("p", { class: "said", role: "status" });
  /** For those who do not see the columns. */
  readonly #news = h("p", { class: "visually-hidden", role: "status" });
  readonly #retriever = new Column("retriever", m().playground.columns["retriever"]);
  readonly #heuristic = new Column("heuristic", m().playground.columns["heuristic"]);
  readonly #cascade = new Column("cascade", m().playground.columns["cascade"]);
  readonly #compare = new Compare({ retriever: this.#retriever, heuristic: this.#heuristic, cascade: this.#cascade }, m().playground.columns);
  readonly #export = new Export();
  readonly #typing = new Latest();
  readonly #asking = new Latest();
  /** What the cascade's column answers; "" = nothing. */
  #answered = "";
  #soon = 0;
  /** Whether the server wants a key that is not there. */
  #locked = false;

  constructor() {
    const words = m().playground;
    this.element = h("section", { class: "view playground" },
      h("header", { class: "lead" }, h("h1", { tabindex: -1 }, words.title), h("p", {}, words.lead)),
      this.#samples, this.#form.element, this.#said, this.#news, linkRows(this.#compare.element, () => this.focus()), this.#export.element);
    void this.#fill();
  }

  focus(): void {
    this.#form.query.focus();
  }

  leave(): void {
    clearTimeout(this.#soon);
    this.#typing.stop();
    this.#asking.stop();
  }

  /** fill offers the samples, and begins with the first one of the interface's language. */
  async #fill(): Promise<void> {
    state.source.reread();
    try {
      const queries = samplesOf(await samples(), language.value);
      if (!this.element.isConnected) {
        return; // another view has taken its place, and fills itself
      }
      this.#samples.replaceChildren(h("span", { class: "soft" }, m().playground.samples), ...queries.map((query) => this.#sample(query)));
      const untouched = state.query === "" && state.source.text === "";
      if (untouched || (state.sample !== undefined && state.sample !== language.value)) {
        await this.#choose(queries[0] as SampleQuery);
        return;
      }
    } catch {
      this.#samples.replaceChildren(); // one's own documents still work
    }
    await this.#changed();
  }

  #sample(query: SampleQuery): HTMLElement {
    return h("button", { type: "button", class: "chip", dir: "auto", lang: query.language, onclick: () => void this.#choose(query) }, query.text);
  }

  async #choose(query: SampleQuery): Promise<void> {
    state.query = query.text;
    state.source.text = JSON.stringify(retrieved(await samples(), query), null, 2);
    [state.grades, state.sample] = [query.grades, language.value];
    this.#form.showSample();
    await this.#changed(0);
  }

  /** changed shows what follows without the server, and asks it after a pause. */
  async #changed(pause = PAUSE): Promise<void> {
    const { passages } = state.source.parsed;
    this.#retriever.show(byRetriever(passages).map((index, i) => ({ index, rank: i + 1 })), shownOf(passages));
    this.#compare.refresh();
    this.#export.refresh();
    const stale = this.#answered !== "" && this.#answered !== question();
    this.#cascade.element.classList.toggle("stale", stale);
    this.#said.textContent = stale ? m().playground.stale : "";
    this.#schedule(pause);
    if (missing() !== "") {
      this.#typing.stop();
      this.#heuristic.clear();
      this.#heuristic.note(h("p", { class: "stage" }, missing()));
      return;
    }
    await this.#typing.run((signal) => this.#rank(passages, signal)).catch((error: unknown) => this.#fail(this.#heuristic, error));
  }

  /** schedule asks the server soon, unless there is nothing new to ask, or a lot that nobody said to send. */
  #schedule(pause: number): void {
    clearTimeout(this.#soon);
    const many = state.source.parsed.passages.length > UNASKED;
    if (missing() !== "" || this.#answered === question()) {
      return;
    }
    if (many || (this.#locked && state.key === "")) {
      this.#cascade.note(h("p", { class: "stage" }, m().playground.waiting));
      return;
    }
    this.#soon = setTimeout(() => void this.#run(), pause);
  }

  async #rank(passages: readonly Passage[], signal: AbortSignal): Promise<void> {
    const ranker = await here();
    const came = performance.now();
    const answer = await ranker.reranker.rerank(state.query, passages, { ...orderOptions(), explain: true, signal });
    signal.throwIfAborted();
    this.#heuristic.time(milliseconds(performance.now() - came));
    this.#heuristic.note(ranker.scorer === undefined && h("p", { class: "stage" }, m().scorer.server));
    this.#show(this.#heuristic, answer, passages);
  }

  /** run asks the server. A later question overtakes an earlier one. */
  async #run(): Promise<void> {
    clearTimeout(this.#soon);
    if (missing() !== "") {
      this.#said.textContent = missing();
      this.focus();
      return;
    }
    const { query, source: { parsed: { passages } } } = state;
    this.#answered = question();
    this.#begin();
    const events = { moment: (moment: Moment) => this.#moment(moment, passages), away: (error: SplitrankError) => this.#away(error) };
    await this.#asking.run((signal) => cascadeRun({ query, passages, options: optionsOf() }, events, signal))
      .then((last) => last && this.#end(last))
      .catch((error: unknown) => this.#fail(this.#cascade, error));
  }

  #begin(): void {
    this.#cascade.element.classList.remove("stale");
    this.#cascade.element.setAttribute("aria-busy", "true");
    this.#cascade.time("");
    this.#said.textContent = "";
    this.#form.busy(true);
  }

  /** stop leaves the order of the moment. */
  #stop(): void {
    clearTimeout(this.#soon);
    this.#asking.stop();
    this.#over();
    this.#cascade.note(h("p", { class: "stage" }, m().playground.stage.stopped));
    this.#news.textContent = m().playground.stage.stopped;
  }

  #over(): void {
    this.#cascade.element.setAttribute("aria-busy", "false");
    this.#form.busy(false);
  }

  #moment({ answer, after }: Moment, passages: readonly Passage[]): void {
    this.#cascade.time(answer.stage === "heuristic" ? "" : milliseconds(after)); // the server has said nothing yet
    this.#cascade.note(...verdict(answer));
    this.#show(this.#cascade, answer, passages);
  }

  #end({ answer, after }: Moment): void {
    this.#over();
    this.#cascade.note(...verdict(answer), timingsBar(answer.timingsMs, after));
    this.#news.textContent = `${m().playground.total}: ${milliseconds(after)}`;
  }

  #away({ code }: SplitrankError): void {
    if (code === "unauthorized") {
      this.#locked = true;
      this.#form.askForKey();
    }
  }

  #fail(column: Column, error: unknown): void {
    this.#over();
    const known = error instanceof SplitrankError ? m().problem.codes[error.code] : undefined;
    const message = error instanceof Error ? error.message : String(error);
    column.clear();
    column.time("");
    column.note(problemState(known ?? m().problem.title, message));
  }

  #show(column: Column, { results }: Answer, passages: readonly Passage[]): void {
    column.show(results, shownOf(passages));
    this.#compare.refresh();
  }
}

/** missing says what is not there to ask; "" = nothing. */
function missing(): string {
  const words = m().playground;
  return state.query.trim() === "" ? words.noQuery : state.source.parsed.passages.length === 0 ? words.noDocuments : "";
}

function shownOf(passages: readonly Passage[]): Shown {
  return { passages, before: retrieverRanks(passages), grades: state.grades };
}
