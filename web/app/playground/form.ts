import { Editor } from "../documents/editor.js";
import { m, whole } from "../messages/index.js";
import { slider, toggle } from "../shell/controls.js";
import { h } from "../shell/dom.js";
import { catchDrops } from "../shell/drop.js";
import { icon } from "../shell/icons.js";
import { budgets, deadlines, state } from "./state.js";

/** What the form tells the view. */
interface FormEvents {
  /** Something that an answer depends on changed. */
  changed(): void;
  run(): void;
  /** Stop what runs. */
  stop(): void;
  /** Walk from the query into the results. */
  down(): void;
}

/** Form is the playground's question: query, documents and bounds. */
export class Form {
  readonly element: HTMLFormElement;
  readonly query = h("input", { id: "query", type: "search", dir: "auto", autocomplete: "off", spellcheck: "false", placeholder: m().playground.placeholder, oninput: () => this.#typed(), onkeydown: (event: KeyboardEvent) => this.#walk(event) });
  readonly #editor: Editor;
  readonly #documents: HTMLDetailsElement;
  readonly #key: HTMLElement;
  readonly #button = h("button", { class: "primary" });
  #busy = false;
  readonly #events: FormEvents;

  constructor(events: FormEvents) {
    const words = m().playground;
    this.#events = events;
    this.#editor = new Editor(state.source, () => this.#loaded());
    this.#documents = h("details", { class: "documents", open: true }, h("summary", {}, m().editor.summary), this.#editor.element);
    this.#key = this.#keyField();
    this.element = h("form", { class: "question", onsubmit: (event: Event) => this.#submit(event), onkeydown: (event: KeyboardEvent) => this.#shortcut(event) },
      h("div", { class: "ask" },
        h("div", { class: "field" }, h("label", { for: "query", class: "visually-hidden" }, words.query), icon("search"), this.query),
        this.#button),
      h("div", { class: "bounds" }, this.#budget(), this.#deadline(),
        toggle("ordered", words.firstStage, m().search.orderHint, state.ordered, (on) => this.#set({ ordered: on })),
        toggle("parted", m().search.parted, m().search.partedHint, state.parted, (on) => this.#set({ parted: on }))),
      this.#key, this.#documents);
    this.busy(false);
    this.refresh();
    catchDrops({ invitation: m().editor.dropHere, take: (file) => void this.#editor.take(file) });
    this.#documents.open = state.source.text === "" || state.source.problem !== "";
  }

  /** refresh shows the state. */
  refresh(): void {
    this.query.value = state.query;
    this.#editor.refresh();
  }

  /** showSample shows the state after a sample was chosen: its documents are not what one came for. */
  showSample(): void {
    this.refresh();
    this.#documents.open = false;
  }

  /** busy makes the button one that stops. */
  busy(busy: boolean): void {
    const words = m().playground;
    this.#busy = busy;
    this.#button.classList.toggle("stop", busy);
    this.#button.replaceChildren(icon(busy ? "close" : "play"), busy ? words.stop : words.run);
  }

  /** askForKey shows the field for a key, once a server wants one. */
  askForKey(): void {
    this.#key.hidden = false;
  }

  #budget(): HTMLElement {
    const words = m().playground;
    return slider({ id: "budget", label: words.budget, hint: words.budgetHint, steps: budgets, value: state.budget,
      say: (n) => (n === Infinity ? words.budgetAll : m().documents(n)), onInput: (budget) => this.#set({ budget }) });
  }

  #deadline(): HTMLElement {
    const words = m().playground;
    return slider({ id: "deadline", label: words.deadline, hint: words.deadlineHint, steps: deadlines, value: state.deadline,
      say: (ms) => (ms === Infinity ? words.deadlineNone : `${whole(ms)} ${m().unit.ms}`), onInput: (deadline) => this.#set({ deadline }) });
  }

  #keyField(): HTMLElement {
    const words = m().playground;
    const input = h("input", { id: "key", type: "password", autocomplete: "off", value: state.key, "aria-describedby": "key-hint", oninput: () => { state.key = input.value.trim(); } });
    return h("div", { class: "key", hidden: state.key === "" }, h("label", { for: "key" }, words.key), input, h("small", { id: "key-hint" }, words.keyHint));
  }

  #typed(): void {
    this.#set({ query: this.query.value, sample: undefined });
  }

  /** loaded: documents of one's own have no judgements; a whole request brings its query along. */
  #loaded(): void {
    const { parsed: { query }, problem } = state.source;
    this.#documents.open ||= problem !== ""; // what is wrong is said in there
    this.#set({ grades: {}, sample: undefined, ...(query !== undefined && { query }) });
    this.refresh();
  }

  #set(change: Partial<typeof state>): void {
    Object.assign(state, change);
    this.#events.changed();
  }

  #submit(event: Event): void {
    event.preventDefault();
    // Enter in the query asks again; the button, which then says so, stops.
    if (this.#busy && (event as SubmitEvent).submitter === this.#button && document.activeElement !== this.query) {
      this.#events.stop();
      return;
    }
    this.#events.run();
  }

  #walk(event: KeyboardEvent): void {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      this.#events.down();
    }
  }

  #shortcut(event: KeyboardEvent): void {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#events.run();
    }
  }
}
