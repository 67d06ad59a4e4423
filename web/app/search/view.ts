import type { Answer, Result } from "splitrank";
import type { Passage } from "../documents/document.js";
import { Editor } from "../documents/editor.js";
import { m, milliseconds } from "../messages/index.js";
import { PARTED } from "../playground/request.js";
import { here, type Here } from "../ranking/here.js";
import { Latest } from "../ranking/latest.js";
import { choices, toggle } from "../shell/controls.js";
import { h } from "../shell/dom.js";
import { catchDrops } from "../shell/drop.js";
import { icon } from "../shell/icons.js";
import { emptyState, problemState } from "../shell/notes.js";
import { legend } from "../text/ledger.js";
import type { View } from "../shell/view.js";
import { List } from "./list.js";
import { examples, passagesOf } from "./sets.js";
import { setNames, setShown, state, type SetName } from "./state.js";

/** SearchView orders a cached result set with every letter. */
export class SearchView implements View {
  readonly name = "search";
  readonly title = m().search.title;
  readonly element: HTMLElement;
  readonly #input = h("input", { id: "query", type: "search", dir: "auto", autocomplete: "off", spellcheck: "false", enterkeyhint: "search",
    placeholder: m().search.placeholder, "aria-describedby": "said", oninput: () => this.#typed(), onkeydown: (event: KeyboardEvent) => this.#key(event) });
  readonly #said = h("p", { id: "said", class: "said", role: "status" });
  readonly #note = h("div", { class: "note-place" });
  readonly #more = h("button", { type: "button", class: "quiet more", onclick: () => this.#showMore() });
  readonly #zero = h("button", { type: "button", class: "quiet more zero", hidden: true, onclick: () => this.#showZero() });
  /** The query for which one asked to see all. */
  #all: string | undefined;
  readonly #own = h("div", { class: "own" });
  readonly #editor = new Editor(state.own, () => void this.#refresh());
  readonly #examples = h("div", { class: "examples" });
  readonly #list = new List(() => this.#input.focus());
  readonly #latest = new Latest();

  constructor() {
    this.#input.value = state.query;
    this.element = this.#build();
    this.#show(setShown());
    catchDrops({ invitation: m().editor.dropHere, take: (file) => this.#dropped(file) });
  }

  focus(): void {
    this.#input.focus();
  }

  leave(): void {
    this.#latest.stop();
  }

  #build(): HTMLElement {
    const words = m().search;
    const sets = setNames.map((name) => ({ value: name, label: words[name] }));
    return h("section", { class: "view search" },
      h("header", { class: "lead" }, h("h1", { tabindex: -1 }, words.title), h("p", {}, words.lead)),
      h("div", { class: "field" }, h("label", { for: "query", class: "visually-hidden" }, words.label), icon("search"), this.#input),
      h("div", { class: "controls" },
        choices("set", words.sets, sets, setShown(), (name) => this.#choose(name as SetName)),
        h("div", { class: "row" },
          toggle("ordered", words.order, words.orderHint, state.ordered, (on) => this.#set({ ordered: on })),
          toggle("parted", words.parted, words.partedHint, state.parted, (on) => this.#set({ parted: on })))),
      this.#own, this.#examples, this.#said, this.#note, h("h2", { class: "visually-hidden" }, words.results), this.#list.element, this.#more, this.#zero, legend());
  }

  #choose(name: SetName): void {
    state.chosen = name;
    this.#show(name);
  }

  #show(name: SetName): void {
    this.#own.replaceChildren(...(name === "own" ? [this.#editor.element] : []));
    this.#examples.replaceChildren(...examples[name].map((query) => this.#example(query)));
    void this.#refresh();
  }

  /** dropped makes a file one's own documents, whatever is shown. */
  #dropped(file: File): void {
    this.element.querySelector<HTMLInputElement>('input[name="set"][value="own"]')?.click();
    void this.#editor.take(file);
  }

  #example(query: string): HTMLElement {
    return h("button", { type: "button", class: "chip", dir: "auto", onclick: () => this.#ask(query) }, query);
  }

  #ask(query: string): void {
    this.#input.value = query;
    this.#typed();
    this.#input.focus();
  }

  #set(change: { ordered?: boolean; parted?: boolean }): void {
    Object.assign(state, change);
    void this.#refresh();
  }

  #typed(): void {
    state.query = this.#input.value;
    void this.#refresh();
  }

  /** showZero shows the documents that share no word with the query, too, until the query changes. */
  #showZero(): void {
    this.#all = state.query;
    void this.#refresh();
  }

  #showMore(): void {
    this.#list.showMore();
    void this.#refresh();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      this.#list.focusFirst();
    }
  }

  /** refresh puts the documents in the order of now. What is typed meanwhile overtakes it. */
  async #refresh(): Promise<void> {
    try {
      await this.#latest.run((signal) => this.#rank(signal));
    } catch (error) {
      this.#fail(error);
    }
  }

  async #rank(signal: AbortSignal): Promise<void> {
    const passages = await passagesOf(setShown());
    signal.throwIfAborted();
    this.#list.hold(passages);
    if (passages.length === 0 || state.query.trim() === "") {
      this.#unranked(passages);
      return;
    }
    const ranker = await here();
    const came = performance.now();
    const { query, ordered, parted } = state;
    const answer = await ranker.reranker.rerank(query, passages, {
      topK: this.#list.shown, explain: true, typing: true, firstStage: ordered ? "given" : "hidden", ...(parted && { diversity: PARTED }), signal });
    signal.throwIfAborted();
    this.#ranked(answer, ranker, came);
  }

  #unranked(passages: readonly Passage[]): void {
    const words = m().search;
    this.#list.unranked();
    const empty = passages.length === 0 && emptyState(words.empty, words.emptyHint);
    this.#tell(empty ? "" : words.ready(m().documents(passages.length)), empty);
  }

  #ranked(answer: Answer, { scorer }: Here, came: number): void {
    const words = m().search;
    const sharing = answer.results.filter(shareWords);
    const nothing = sharing.length === 0;
    const all = this.#all === state.query;
    this.#list.ranked(all ? answer.results : sharing);
    const time = milliseconds(performance.now() - came);
    this.#tell(words.ranked(m().documents(answer.usage.documents), time), nothing && emptyState(words.nothing, words.nothingHint), all ? 0 : answer.usage.documents - sharing.length, sharing.length < answer.results.length);
    this.#said.classList.toggle("wrong", scorer === undefined);
    this.#said.append(scorer ? "" : ` ${m().scorer.server}`);
  }

  #fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#list.unranked();
    this.#tell("", problemState(m().scorer.failed, message));
  }

  /** tell says what happened; zero documents share no word, and whether all that share one are shown. */
  #tell(said: string, note: HTMLElement | false, zero = 0, complete = false): void {
    this.#said.textContent = said;
    this.#note.replaceChildren(...(note === false ? [] : [note]));
    const { more } = this.#list;
    this.#more.hidden = more <= 0 || (complete && zero > 0);
    this.#more.textContent = m().search.more(more);
    this.#zero.hidden = !complete || zero === 0;
    this.#zero.textContent = m().search.zero(m().documents(zero));
  }
}

/** Signals that speak for a document without a word of the query. */
const wordless = ["feedback", "length", "first_stage"];

/** shareWords says whether query and document have anything in common. */
function shareWords({ explanation }: Result): boolean {
  return explanation?.parts.some(({ signal, contribution }) => contribution > 0 && !wordless.includes(signal)) ?? false;
}
