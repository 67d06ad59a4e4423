import { applyLanguage, m } from "./messages/index.js";
import { PlaygroundView } from "./playground/view.js";
import { here } from "./ranking/here.js";
import { ReportsView } from "./reports/view.js";
import { SearchView } from "./search/view.js";
import { StartView } from "./start/view.js";
import { h } from "./shell/dom.js";
import { catchDrops, listenForDrops } from "./shell/drop.js";
import { header, names, type Name } from "./shell/header.js";
import { keepOffline } from "./shell/offline.js";
import { listenForShortcuts } from "./shell/shortcuts.js";
import { applyTheme } from "./shell/theme.js";
import type { View } from "./shell/view.js";

const views: Record<Name, () => View> = {
  start: () => new StartView(),
  search: () => new SearchView(),
  playground: () => new PlaygroundView(),
  reports: () => new ReportsView(),
};

let view: View | undefined;

applyTheme();
applyLanguage();
void here(); // loads while the rest is drawn
show();
if (matchMedia("(pointer: fine)").matches) {
  view?.focus?.();
}
listenForDrops();
listenForShortcuts(() => view);
addEventListener("hashchange", () => {
  show();
  view?.element.querySelector("h1")?.focus();
  dispatchEvent(new Event("shown"));
});
void keepOffline();

/** show draws the view that the address names. */
function show(): void {
  const name = names.find((name) => location.hash === `#${name}`) ?? "start";
  view?.leave?.();
  catchDrops(undefined);
  view = views[name]();
  document.title = `${view.title} · splitrank`;
  document.body.replaceChildren(
    h("a", { class: "skip", href: "#main", onclick: skip }, m().skip),
    header(name, show),
    h("main", { id: "main", tabindex: -1 }, view.element),
    ...document.querySelectorAll(".toast"));
}

/** skip keeps the address: what stands behind the # is a view. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
