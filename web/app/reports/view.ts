import { m } from "../messages/index.js";
import { choices } from "../shell/controls.js";
import { h } from "../shell/dom.js";
import { catchDrops } from "../shell/drop.js";
import { icon } from "../shell/icons.js";
import { problemState } from "../shell/notes.js";
import type { View } from "../shell/view.js";
import { collectionSection } from "./collection.js";
import { frame } from "./frame.js";
import { metricMeaning, metricName, metricsOf } from "./metrics.js";
import { openFile, openText } from "./open.js";
import type { Collection } from "./report.js";
import { state, type Opened } from "./state.js";

const COMMAND = "bin/splitrank eval --data shared/eval/sample --json report.json";

/** ReportsView opens what splitrank eval wrote. */
export class ReportsView implements View {
  readonly name = "reports";
  readonly title = m().reports.title;
  readonly element: HTMLElement;
  readonly #body = h("div", { class: "report" });
  readonly #file = h("input", { type: "file", class: "visually-hidden", tabindex: -1, "aria-hidden": "true", accept: ".json,.html,application/json,text/html", onchange: () => this.#chosen() });
  readonly #open = h("button", { type: "button", class: "primary", onclick: () => this.#file.click() }, icon("file"), m().reports.open);

  constructor() {
    const words = m().reports;
    this.element = h("section", { class: "view reports" },
      h("header", { class: "lead" }, h("h1", { tabindex: -1 }, words.title), h("p", {}, words.lead)), this.#file, this.#body);
    catchDrops({ invitation: words.open, take: (file) => void this.#take(() => openFile(file)) });
    this.#draw();
  }

  focus(): void {
    this.#open.focus();
  }

  #chosen(): void {
    const file = this.#file.files?.[0];
    if (file !== undefined) {
      void this.#take(() => openFile(file));
    }
    this.#file.value = "";
  }

  /** take opens a report, or says why not and keeps the one that is open. */
  async #take(open: () => Promise<Opened>): Promise<void> {
    try {
      state.opened = await open();
      this.#draw();
    } catch (error) {
      this.#draw(problemState(m().problem.title, (error as Error).message));
    }
  }

  #draw(problem?: HTMLElement): void {
    const { opened } = state;
    this.#body.replaceChildren(...(problem ? [problem] : []), ...(opened === undefined ? [this.#empty()] : [this.#bar(opened), ...this.#shown(opened)]));
  }

  #empty(): HTMLElement {
    const words = m().reports;
    const sample = async () => openText("sample", await (await fetch("sample-report.json")).text());
    return h("div", { class: "empty" }, this.#open, h("p", {}, words.hint),
      h("p", {}, h("button", { type: "button", class: "quiet", onclick: () => void this.#take(sample) }, words.sample)),
      h("p", {}, words.make), h("pre", { dir: "ltr", tabindex: 0, role: "region", "aria-label": words.make }, h("code", {}, COMMAND)));
  }

  #bar({ name }: Opened): HTMLElement {
    return h("div", { class: "row" }, h("strong", {}, h("bdi", {}, name)), this.#open,
      h("button", { type: "button", class: "quiet", onclick: () => this.#close() }, icon("close"), m().reports.close));
  }

  #close(): void {
    state.opened = undefined;
    this.#draw();
    this.focus();
  }

  #shown(opened: Opened): HTMLElement[] {
    if (opened.kind === "html") {
      return [frame(opened.html)];
    }
    const metrics = metricsOf(opened.collections[0]?.pipelines ?? []);
    state.metric = metrics.includes(state.metric) ? state.metric : metrics[0] ?? "";
    return [this.#metrics(metrics), h("p", { class: "soft" }, metricMeaning(state.metric)), ...this.#sections(opened.collections)];
  }

  #metrics(metrics: readonly string[]): HTMLElement {
    const choose = (metric: string) => {
      state.metric = metric;
      this.#draw();
      this.element.querySelector<HTMLElement>("input[name=metric]:checked")?.focus();
    };
    return choices("metric", m().reports.metric, metrics.map((value) => ({ value, label: metricName(value) })), state.metric, choose);
  }

  #sections(collections: readonly Collection[]): HTMLElement[] {
    return collections.map((collection) => collectionSection(collection, state.metric));
  }
}
