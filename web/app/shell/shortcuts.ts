import { m } from "../messages/index.js";
import { h, hidden } from "./dom.js";
import { icon } from "./icons.js";
import type { View } from "./view.js";

const views: Record<string, string> = { h: "#start", s: "#search", p: "#playground", r: "#reports" };

/** listenForShortcuts is called once; current is the view of the moment. Keys that somebody types into a field are theirs. */
export function listenForShortcuts(current: () => View | undefined): void {
  let going = false;
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) {
      return;
    }
    const view = going ? views[event.key] : undefined;
    going = event.key === "g";
    if (view !== undefined) {
      location.hash = view;
    } else if (event.key === "/") {
      event.preventDefault();
      goToQuery(current);
    } else if (event.key === "ArrowDown" && (event.target as Element).matches("body, main, h1")) {
      current()?.down?.();
    } else if (event.key === "?") {
      openShortcuts(current()?.name ?? "");
    }
  });
}

/** goToQuery goes to the search where a view has no query of its own. */
function goToQuery(current: () => View | undefined): void {
  if (document.getElementById("query") === null) {
    addEventListener("shown", () => current()?.focus?.(), { once: true });
    location.hash = "#search";
  } else {
    current()?.focus?.();
  }
}

function writing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input:not([type=radio],[type=checkbox],[type=range]), textarea, select, dialog") !== null;
}

/** openShortcuts shows the list of keys that do something in a view. */
export function openShortcuts(view: string): void {
  const words = m().shortcuts;
  const dialog = h("dialog", { class: "shortcuts", "aria-labelledby": "shortcuts-title", onclose: () => dialog.remove() },
    h("header", {},
      h("h2", { id: "shortcuts-title" }, words.title),
      h("button", { type: "button", class: "tool", title: words.close, onclick: () => dialog.close() }, icon("close"), hidden(words.close))),
    h("dl", {}, ...words.list.filter(([, , where]) => where === undefined || where.split(" ").includes(view)).map(([keys = "", what = ""]) => h("div", {}, h("dt", {}, ...kbds(keys)), h("dd", {}, what)))));
  document.body.append(dialog);
  dialog.showModal();
}

function kbds(keys: string): HTMLElement[] {
  return keys.split(" ").map((key) => h("kbd", {}, key));
}
