import { h } from "./dom.js";
import { icon } from "./icons.js";

/** emptyState says that there is nothing, and what to do. */
export function emptyState(title: string, hint: string): HTMLElement {
  return h("div", { class: "empty" }, h("h2", {}, title), h("p", {}, hint));
}

/** problemState says what went wrong. */
export function problemState(title: string, message: string): HTMLElement {
  return h("div", { class: "problem", role: "alert" }, icon("alert"), h("div", {}, h("strong", {}, title), h("p", { dir: "auto" }, message)));
}
